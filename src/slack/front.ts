import type { RequestListener } from 'node:http'
import { App } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import type { Policy } from '../core/policy.ts'
import type { InboxRow, Store } from '../core/store.ts'
import type { Label } from '../operations/labels.ts'
import type { Operations } from '../operations/operations.ts'
import type { Clock, Log } from '../operations/ports.ts'
import type { ChannelWatch } from './channel-watch.ts'
import type { Address } from './front-door.ts'
import type { Homes } from './homes.ts'
import { HttpReceiver } from './http-receiver.ts'
import type { Self } from './identity.ts'
import { type InboxDeps, resume } from './inbox.ts'
import { listen } from './listeners.ts'
import type { SlackPeople } from './people.ts'
import { SocketReceiver } from './socket-receiver.ts'
import { clientOptions, silentLogger } from './web-client.ts'

/** How often Slack is asked whether it is there: while it answers, and while it does not. */
const ASK_AGAIN_MS = 15_000
const ASK_SOON_MS = 2_000

/** How Slack reaches the bot. */
export type Mode =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string }

export interface FrontOptions {
  readonly mode: Mode
  readonly operations: Operations
  readonly address: Address
  /** Serves `GET /healthz`, `/readyz`, `/metrics`, and 404 for any other. */
  readonly gets: RequestListener
}

interface FrontDeps {
  readonly client: WebClient
  readonly self: Self
  readonly people: SlackPeople
  readonly homes: Homes
  readonly channels: ChannelWatch
  readonly policy: Policy
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly apiUrl: string | undefined
  readonly fraction: () => number
  reached(label: Label): void
}

/** The side of Slack that hears: the receiver, the listeners, and the checks that run beside them. */
export class SlackFront {
  readonly #deps: FrontDeps
  readonly #receiver: HttpReceiver | SocketReceiver
  readonly #inbox: InboxDeps
  #asking: NodeJS.Timeout | undefined
  #stopped = false
  #leftOver: readonly InboxRow[] = []

  constructor(deps: FrontDeps, options: FrontOptions) {
    this.#deps = deps
    this.#inbox = { ...deps, operations: options.operations }
    this.#receiver = receiverFor(deps, options, () => this.#catchUp())
    listen(boltApp(deps, this.#receiver), { ...deps, operations: options.operations })
  }

  /** Listens and connects; resolves once the GETs are served, also while Slack is down. */
  async start(): Promise<void> {
    this.#leftOver = await this.#deps.store.unanswered() // before anything new comes in
    await this.#receiver.start()
    void this.#introduce()
    this.#deps.channels.start()
  }

  /** Takes nothing new and waits for what is being handled. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#asking)
    this.#deps.channels.stop()
    await this.#receiver.stop()
  }

  /** Acts on what was received but not answered before the start. */
  async resume(): Promise<void> {
    const rows = this.#leftOver
    this.#leftOver = []
    await resume(this.#inbox, rows)
  }

  /** Slack can reach the bot, answers it, and has told of its channels. */
  get connected(): boolean {
    return this.#receiver.connected && this.#deps.self.answers && this.#deps.channels.looked
  }

  /** The port that is listened on, once started. */
  get port(): number | undefined {
    return this.#receiver.port
  }

  /** Slack is there, perhaps after it was away: what waited for it is asked at once. */
  #catchUp(): void {
    void this.#introduce()
    this.#deps.channels.hasten()
  }

  /** Asks again and again who the bot is: that also tells whether Slack is there. */
  async #introduce(): Promise<void> {
    clearTimeout(this.#asking)
    const answers = await this.#deps.self.ping()
    clearTimeout(this.#asking)
    if (this.#stopped) return
    this.#asking = setTimeout(() => void this.#introduce(), answers ? ASK_AGAIN_MS : ASK_SOON_MS)
    this.#asking.unref()
  }
}

function receiverFor(
  deps: FrontDeps,
  { mode, address, gets }: FrontOptions,
  onConnected: () => void,
): HttpReceiver | SocketReceiver {
  const { clock, log, apiUrl, fraction } = deps
  return mode.kind === 'http'
    ? new HttpReceiver({ signingSecret: mode.signingSecret, address, gets, clock, log })
    : new SocketReceiver({ appToken: mode.appToken, apiUrl, address, gets, log, fraction, onConnected })
}

/** Bolt without what costs time: no conversation store, no call to Slack before a listener runs. */
function boltApp({ self, apiUrl }: FrontDeps, receiver: HttpReceiver | SocketReceiver): App {
  return new App({
    receiver,
    convoStore: false,
    ignoreSelf: false, // no listener hears what bots say
    attachFunctionToken: false,
    logger: silentLogger,
    clientOptions: clientOptions(apiUrl),
    authorize: async () => {
      const { botId, botUserId } = self.known ?? {}
      return { ...(botId ? { botId } : {}), ...(botUserId ? { botUserId } : {}) }
    },
  })
}
