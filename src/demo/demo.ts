import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PageServer } from '../workspace/page/server.ts'
import { BotProcess } from './bot-process.ts'
import { demoConfig } from './config.ts'
import { Orders } from './orders.ts'
import { Stage } from './stage.ts'
import { TargetProxy } from './target-proxy.ts'
import { startTown, type Town } from './town.ts'

export interface DemoOptions {
  /** The page's port; 0: any free one. */
  readonly port: number
  /** Where data stay; without it they are removed at the end. */
  readonly keep: string | undefined
  /** The shortest access that can be asked for, `20s`. */
  readonly shortest?: string
  /** Aborted: the start is given up, and what was started is stopped. */
  readonly signal?: AbortSignal
  /** Told what is being started. */
  readonly tell: (progress: string) => void
}

export interface Demo {
  /** The page. */
  readonly address: string
  /** Where the bot's config, database and log are. */
  readonly folder: string
  stop(): Promise<void>
}

/** Remembers how something that was started is stopped. */
type EndsWith = (end: () => unknown) => void

const READY_WITHIN_MS = 20_000
const DATABASE = 'breakglass.db'

/**
 * Starts all that one needs to try the bot: a Slack, a PostgreSQL, the ordinary bot between the two, and a page.
 *
 * @throws when a part is not installed or does not start, or the start was given up; what was started is stopped
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const ends: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ends.reverse().splice(0)) await end()
  }
  try {
    return { ...(await startParts(options, (end) => ends.push(end))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(options: DemoOptions, endsWith: EndsWith): Promise<Omit<Demo, 'stop'>> {
  const { port, keep, shortest = '20s' } = options
  const begin = (what: string) => {
    options.signal?.throwIfAborted()
    options.tell(what)
  }
  begin('a page…') // first, for its port may be somebody else's
  const page = new PageServer(randomBytes(12).toString('base64url'))
  await page.start(port)
  endsWith(() => page.stop())
  begin('a database…')
  const folder = folderFor(keep, endsWith)
  const orders = await Orders.start()
  endsWith(() => orders.stop())
  const proxy = new TargetProxy(orders.port)
  await proxy.start()
  endsWith(() => proxy.stop())
  begin('a Slack…')
  const town = await startTown()
  endsWith(() => town.workspace.stop())
  begin('the bot…')
  const configText = demoConfig(orders.adminUrl(proxy.port), shortest)
  const bot = await Promise.race([startBot(town, folder, configText, endsWith), givenUp(options.signal)])
  const stage = new Stage({ town, orders, proxy, bot, configText })
  endsWith(() => stage.stop())
  page.shows({ workspace: town.workspace, personas: town.personas, surroundings: stage })
  return { address: page.address, folder }
}

/** Slack and target are new each time: a bot that remembers others would tell of access that nobody has. */
function folderFor(keep: string | undefined, endsWith: EndsWith): string {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'breakglass-demo-'))
  if (existsSync(join(folder, DATABASE))) throw new FolderInUse(folder)
  mkdirSync(folder, { recursive: true })
  if (keep === undefined) endsWith(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

class FolderInUse extends Error {
  override readonly name = 'FolderInUse'

  constructor(folder: string) {
    super(`${folder} holds the data of an earlier demo: remove that folder, or name another one.`)
  }
}

async function startBot(town: Town, folder: string, configText: string, endsWith: EndsWith): Promise<BotProcess> {
  const configPath = join(folder, 'breakglass.yml')
  writeFileSync(configPath, configText, { mode: 0o600 })
  const bot = new BotProcess(environmentOf(town, folder, configPath), folder)
  bot.start()
  endsWith(() => bot.stop())
  await isReady(town, bot)
  return bot
}

/** Rejects when the start is given up. */
function givenUp(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function isReady({ workspace }: Town, bot: BotProcess): Promise<void> {
  const died = new Promise<never>((_resolve, reject) => {
    bot.onChange = () => {
      if (!bot.isRunning) reject(new Error(`the bot did not start:\n${bot.log.join('\n')}`))
    }
  })
  await Promise.race([workspace.waitsForSocket({ within: READY_WITHIN_MS }), died])
}

function environmentOf({ workspace }: Town, folder: string, configPath: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    BREAKGLASS_CONFIG: configPath,
    BREAKGLASS_DATABASE: `sqlite:${join(folder, DATABASE)}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}
