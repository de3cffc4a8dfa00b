import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

const READY_WITHIN_MS = 20_000

/**
 * Starts all that one needs to try the bot: a Slack, a PostgreSQL, the ordinary bot between the two, and a page.
 *
 * @throws when a part is not installed or does not start; what was started is stopped
 */
export async function startDemo({ port, keep, shortest = '20s', tell }: DemoOptions): Promise<Demo> {
  const ends: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ends.reverse().splice(0)) await end()
  }
  try {
    const folder = keep ?? mkdtempSync(join(tmpdir(), 'breakglass-demo-'))
    mkdirSync(folder, { recursive: true })
    if (keep === undefined) ends.push(() => rmSync(folder, { recursive: true, force: true }))
    tell('a database…')
    const orders = await Orders.start()
    ends.push(() => orders.stop())
    const proxy = new TargetProxy(orders.port)
    await proxy.start()
    ends.push(() => proxy.stop())
    tell('a Slack…')
    const town = await startTown()
    ends.push(() => town.workspace.stop())
    const configText = demoConfig(orders.adminUrl(proxy.port), shortest)
    const configPath = join(folder, 'breakglass.yml')
    writeFileSync(configPath, configText, { mode: 0o600 })
    tell('the bot…')
    const bot = new BotProcess(environmentOf(town, folder, configPath), folder)
    bot.start()
    ends.push(() => bot.stop())
    await isReady(town, bot)
    const stage = new Stage({ town, orders, proxy, bot, configText })
    ends.push(() => stage.stop())
    const { workspace, personas } = town
    const key = randomBytes(12).toString('base64url')
    const page = new PageServer({ workspace, personas, surroundings: stage, port }, key)
    await page.start()
    ends.push(() => page.stop())
    return { address: page.address, folder, stop }
  } catch (error) {
    await stop()
    throw error
  }
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
    BREAKGLASS_DATABASE: `sqlite:${join(folder, 'breakglass.db')}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}
