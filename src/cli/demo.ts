import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT, Unusable } from './io.ts'

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
    .option('--keep <folder>', 'keep config, database and audit log in this folder')
    .option('--port <number>', 'port of the page; any free one without it', readPort, 0)
    .action((options: Options) => runDemo(context, options))
  return examples(command, [
    ['breakglass demo --open', 'start it and open the page'],
    ['breakglass demo --keep ./demo-data', 'look at what is left afterwards'],
  ])
}

async function runDemo({ io, exit }: Context, { open, keep, port }: Options): Promise<void> {
  const { startDemo } = await import('../demo/demo.ts').catch(notInstalled)
  const told = new Promise<void>((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop())
  })
  const tell = (what: string) => io.progress(`starting ${what}`)
  const demo = await startDemo({ port, keep: keep === undefined ? undefined : resolve(keep), tell }).catch(notInstalled)
  io.out(`Open ${demo.address}\nCtrl-C ends it.${keep === undefined ? '' : ` Data stay in ${demo.folder}.`}`)
  if (open) openInBrowser(demo.address)
  await told
  io.progress('stopping…')
  await demo.stop()
  exit(EXIT.done)
}

/** The demo's parts are not in a production install. @throws always */
function notInstalled(error: unknown): never {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
  const [, name = 'a package'] = /'([^']+)'/.exec(isMissing ? error.message : '') ?? []
  throw isMissing
    ? new Unusable(`The demo needs ${name}, which is not installed: run npm ci without --omit=dev in a checkout.`)
    : error
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
