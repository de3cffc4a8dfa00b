import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT, Unusable } from './io.ts'

interface StartOptions {
  readonly port: number
  readonly keep: string | undefined
  readonly signal: AbortSignal
  readonly tell: (progress: string) => void
}

interface Options {
  readonly open: boolean
  readonly keep?: string
  readonly port: number
}

/** `breakglass demo` */
export function demoCommand(context: Context): Command {
  const command = new Command('demo')
    .description('try it without Slack: a workspace, a database and the bot on this machine, and a page to use them')
    .option('--open', 'open the page in the browser', false)
    .option('--keep <folder>', 'keep config, database and audit log in this folder, a new one each time')
    .option('--port <number>', 'port of the page; any free one without it', readPort, 0)
    .action((options: Options) => runDemo(context, options))
  return examples(command, [
    ['breakglass demo --open', 'start it and open the page'],
    ['breakglass demo --keep ./demo-data', 'look at what is left afterwards'],
  ])
}

async function runDemo({ io, exit }: Context, { open, keep, port }: Options): Promise<void> {
  const told = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => told.abort())
  const folder = keep === undefined ? undefined : resolve(keep)
  const tell = (what: string) => io.progress(`starting ${what}`)
  const demo = await start({ port, keep: folder, signal: told.signal, tell })
  if (demo) {
    io.out(`Open ${demo.address}\nCtrl-C ends it.${folder === undefined ? '' : ` Data stay in ${folder}.`}`)
    if (open) openInBrowser(demo.address)
    if (!told.signal.aborted) await once(told.signal, 'abort')
    io.progress('stopping…')
    await demo.stop()
  }
  exit(EXIT.done)
}

/** `undefined` when it was given up: Ctrl-C reaches what is being started, too, and makes it fail. */
async function start(options: StartOptions) {
  try {
    const { startDemo } = await import('../demo/demo.ts')
    return await startDemo(options)
  } catch (error) {
    if (options.signal.aborted) return undefined
    throw inWords(error, options.port)
  }
}

/** What the reader can mend, as a sentence. */
function inWords(error: unknown, port: number): unknown {
  if (!(error instanceof Error)) return error
  if (error.name === 'FolderInUse') return new Unusable(error.message)
  switch ('code' in error ? error.code : undefined) {
    case 'ERR_MODULE_NOT_FOUND': // the demo's parts are not in a production install
      return new Unusable(
        `The demo needs ${/'([^']+)'/.exec(error.message)?.[1] ?? 'a package'}, which is not installed: run npm ci without --omit=dev in a checkout.`,
      )
    case 'EADDRINUSE':
      return new Unusable(`Port ${port} is in use: name another one with --port, or none for any free one.`)
    default:
      return error
  }
}

function openInBrowser(address: string): void {
  const [program, ...before] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform as string] ?? [
    'xdg-open',
  ]
  const child = spawn(program ?? 'xdg-open', [...before, address], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined) // the address was printed
  child.unref()
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('it is a number from 0 to 65535.')
}
