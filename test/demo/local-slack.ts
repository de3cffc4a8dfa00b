import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'

const PACKAGE = 'local-slack-linux-x64'
/** The program of the npm package, or another one named by LOCAL_SLACK. */
const PROGRAM = process.env.LOCAL_SLACK ?? `node_modules/${PACKAGE}/bin/local-slack`
/** For the program to start, or for the bot to act. */
const WITHIN_MS = 15_000

/** Whether somebody else's Slack is at hand; loud if not. */
export function hasLocalSlack(): boolean {
  if (existsSync(PROGRAM)) return true
  console.error(`SKIPPED: no ${PROGRAM}; npm install --no-save ${PACKAGE}@0.1.8 brings it, or name it with LOCAL_SLACK`)
  return false
}

interface Element {
  readonly type: string
  readonly action_id: string
  readonly value?: string
  readonly initial_option?: unknown
}

/** As much of Block Kit as this reads. */
interface Block {
  readonly type: string
  readonly block_id: string
  readonly element?: Element
  readonly elements?: readonly Element[]
}

/** A message as it stands now. */
export interface TheirMessage {
  readonly ts: string
  readonly text: string
  readonly blocks?: readonly Block[]
}

interface TheirChannel {
  readonly id: string
  readonly is_im: boolean
  readonly members: readonly string[]
}

interface TheirView {
  readonly blocks: readonly Block[]
}

const CONFIG = {
  workspace: { name: 'Orders', domain: 'orders', teamId: 'T0ORDERS' },
  app: {
    appId: 'A0BREAKGLASS',
    botUserId: 'U0BOT',
    botToken: 'xoxb-theirs',
    appToken: 'xapp-1-theirs',
    mode: 'socket',
  },
  users: ['ann', 'lee'].map((name) => ({ id: `U0${name.toUpperCase()}`, name, email: `${name}@example.com` })),
  channels: [
    { id: 'C0REQUESTS', name: 'requests', members: ['U0ANN', 'U0LEE', 'U0BOT'] },
    { id: 'C0SECURITY', name: 'security', is_private: true, members: ['U0LEE', 'U0BOT'] },
  ],
}

/** `local-slack` in a process of its own, used as its own page uses it. */
export class LocalSlack {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #address: string
  #page: WebSocket | undefined
  #views: readonly TheirView[] = []

  private constructor(child: ChildProcess, folder: string, address: string) {
    this.#child = child
    this.#folder = folder
    this.#address = address
  }

  static async start(): Promise<LocalSlack> {
    const folder = await mkdtemp(join(tmpdir(), 'breakglass-local-slack-'))
    const config = join(folder, 'config.json')
    await writeFile(config, JSON.stringify(CONFIG))
    const args = ['--config', config, '--port', '0', '--base-host', '127.0.0.1', '--files-dir', folder]
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const slack = new LocalSlack(child, folder, await addressSaidBy(child))
    await slack.#opensPage()
    return slack
  }

  /** What the bot needs to find it. */
  get environment(): Record<string, string> {
    const { botToken, appToken } = CONFIG.app
    return { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: `http://${this.#address}/api/` }
  }

  async stop(): Promise<void> {
    this.#page?.close()
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill()
    await gone
    await rm(this.#folder, { recursive: true, force: true })
  }

  async types(user: string, text: string): Promise<void> {
    await this.#control('command', { channel: 'C0REQUESTS', user, command: '/breakglass', text })
  }

  /** Presses a button of a message as it stands now. */
  async presses(user: string, channel: string, { ts }: TheirMessage, actionId: string): Promise<void> {
    const message = (await this.messages(channel)).find((one) => one.ts === ts)
    const action = message && buttonOf(message, actionId)
    if (!action) throw new Error(`there is no ${actionId} on ${message?.text}`)
    await this.#control('interact', { channel, messageTs: ts, user, action })
  }

  /** Fills the form that is open with what it offers and with these texts, by block, and submits it. */
  submits(user: string, texts: Readonly<Record<string, string>>): void {
    const values = (this.#views.at(-1)?.blocks ?? []).flatMap(({ block_id: id, element }) => {
      if (!element) return []
      const { type, action_id: action, initial_option: chosen } = element
      const value = texts[id] === undefined ? { type, selected_option: chosen } : { type, value: texts[id] }
      return [[id, { [action]: value }] as const]
    })
    this.#page?.send(JSON.stringify({ t: 'view_submit', user, values: Object.fromEntries(values) }))
  }

  /** The form on top, once there is one with such a block. */
  waitsForForm(blockId: string): Promise<TheirView> {
    return eventually(() => {
      const top = this.#views.at(-1)
      return top?.blocks.some(({ block_id: id }) => id === blockId) ? top : undefined
    })
  }

  /** The newest message of a channel in which this stands, blocks and all, now or soon. */
  waitsFor(channel: string, words: string): Promise<TheirMessage> {
    return eventually(async () =>
      (await this.messages(channel)).findLast((message) => JSON.stringify(message).includes(words)),
    )
  }

  async messages(channel: string): Promise<TheirMessage[]> {
    const { messages } = (await this.#control(`messages/${channel}`)) as { messages: TheirMessage[] }
    return messages
  }

  /** The direct conversation of somebody with the bot. */
  dmOf(user: string): Promise<string> {
    return eventually(async () => {
      const { channels } = (await this.#control('state')) as { channels: readonly TheirChannel[] }
      return channels.find(({ is_im: isDirect, members }) => isDirect && members.includes(user))?.id
    })
  }

  async #control(path: string, asked?: object): Promise<unknown> {
    const post = asked && { method: 'POST', body: JSON.stringify(asked) }
    const response = await fetch(`http://${this.#address}/_control/${path}`, post)
    return response.json()
  }

  /** Forms can be seen and submitted only the way that its own page does. */
  async #opensPage(): Promise<void> {
    const page = new WebSocket(`ws://${this.#address}/ui`)
    this.#page = page
    page.addEventListener('message', ({ data }) => {
      const told = JSON.parse(String(data)) as { t: string; stack?: readonly TheirView[] }
      if (told.t === 'view') this.#views = told.stack ?? []
    })
    await new Promise((resolve, reject) => {
      page.addEventListener('open', resolve)
      page.addEventListener('error', reject)
    })
  }
}

export function buttonOf({ blocks = [] }: TheirMessage, actionId: string): Element | undefined {
  return blocks.flatMap(({ elements = [] }) => elements).find(({ action_id: id }) => id === actionId)
}

function addressSaidBy(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk
      const [, address] = /Web UI: +http:\/\/(\S+)\n/.exec(said) ?? []
      if (address) resolve(address)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${PACKAGE} exited with ${code}: ${said}`)))
  })
}

/** Looks again until there is something: local-slack tells nobody but its page when something changes. */
function eventually<Seen>(look: () => Promise<Seen | undefined> | Seen | undefined): Promise<Seen> {
  const seen = async () => (await look()) ?? expect.fail('it did not come')
  return vi.waitFor(seen, { timeout: WITHIN_MS, interval: 50 })
}
