import type { RequestListener, Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App, Receiver } from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { backoffMs } from '../core/backoff.ts'
import type { Log } from '../operations/ports.ts'
import { type Address, close, frontDoor, open, turnAway } from './front-door.ts'
import { failureOf, loggable } from './slack-error.ts'
import { UnderWay } from './under-way.ts'
import { clientOptions, silentLogger } from './web-client.ts'

/** A connection that says no hello within this time is given up. */
const HELLO_WITHIN_MS = 20_000
/** How long a closing connection may take before it is cut. */
const CLOSE_WITHIN_MS = 1_000

/** How long what was received may take to end when the bot stops; what has not ended is resumed at the next start. */
const LAST_WORDS_MS = 5_000

export interface SocketReceiverOptions {
  readonly appToken: string
  readonly apiUrl: string | undefined
  /** For the three GETs only. */
  readonly address: Address
  readonly gets: RequestListener
  readonly log: Log
  readonly fraction: () => number
  /** Slack can be reached now. */
  readonly onConnected: () => void
}

/** One message of Slack, as the client hands it over. */
interface Envelope {
  readonly ack: (response?: Record<string, unknown>) => Promise<void>
  readonly envelope_id: string
  readonly body: Record<string, unknown>
  readonly retry_num?: number
  readonly retry_reason?: string
}

/**
 * Takes what Slack sends over Socket Mode. Slack's own client stops reconnecting for good after some errors, so each
 * connection gets a new client that does not reconnect, and a loop here opens the next one.
 */
export class SocketReceiver implements Receiver {
  readonly #options: SocketReceiverOptions
  readonly #server: Server
  readonly #underWay = new UnderWay()
  readonly #stopping = new AbortController()
  #app: App | undefined
  #client: SocketModeClient | undefined
  #connected = false
  #loop: Promise<void> | undefined
  #port: number | undefined

  constructor(options: SocketReceiverOptions) {
    this.#options = options
    this.#server = frontDoor((request, response) => {
      if (request.method === 'GET') options.gets(request, response)
      else turnAway(response, 405)
    })
  }

  get port(): number | undefined {
    return this.#port
  }

  get connected(): boolean {
    return this.#connected
  }

  init(app: App): void {
    this.#app = app
  }

  /** Resolves once the GETs are served; connecting goes on until it succeeds. */
  async start(): Promise<void> {
    this.#port = await open(this.#server, this.#options.address)
    this.#loop = this.#stayConnected()
  }

  /** Takes nothing new, and waits for what was received already. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#underWay.settled(LAST_WORDS_MS)
    if (this.#client) await hangUp(this.#client)
    await this.#loop
    await close(this.#server)
  }

  async #stayConnected(): Promise<void> {
    let failures = 0
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#connectOnce(() => {
          failures = 0
        })
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        failures++
        this.#options.log.warn({ ...loggable(error), failures }, 'no Socket Mode connection; trying again')
        await this.#pause(waitOf(error, failures, this.#options.fraction()))
      }
    }
  }

  /** Resolves when a connection that stood has ended; Slack ends each one after some hours. */
  async #connectOnce(standing: () => void): Promise<void> {
    const client = this.#newClient()
    this.#client = client
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
    try {
      await withinTime(client.start(), HELLO_WITHIN_MS)
      this.#connected = true
      standing()
      this.#options.log.info({}, 'connected to Slack')
      this.#options.onConnected()
      await ended
    } finally {
      this.#connected = false
      await hangUp(client)
    }
  }

  #newClient(): SocketModeClient {
    const { appToken, apiUrl } = this.#options
    const { logger: _, ...options } = clientOptions(apiUrl)
    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      clientOptions: options,
      logger: silentLogger,
    })
    client.on('slack_event', (envelope: Envelope) => this.#underWay.add(this.#take(envelope)))
    return client
  }

  async #take({ ack, body, envelope_id: inboxId, ...retry }: Envelope): Promise<void> {
    if (this.#stopping.signal.aborted) return // not acknowledged: Slack tells the person
    try {
      await this.#app?.processEvent({
        body,
        customProperties: { inboxId },
        ack: (said) => ack(typeof said === 'string' ? { text: said } : (said ?? {})),
        ...(retry.retry_num === undefined ? {} : { retryNum: retry.retry_num }),
      })
    } catch (error) {
      this.#options.log.error({ err: error }, 'a message of Slack could not be handled')
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined)
  }
}

function waitOf(error: unknown, failures: number, fraction: number): number {
  const failure = failureOf(error)
  return failure.kind === 'rate-limited' ? failure.afterMs : Math.min(30_000, backoffMs(failures, fraction))
}

async function withinTime(starting: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  const late = sleep(ms, undefined, { signal: timer.signal }).then(
    () => Promise.reject(new Error('no hello from Slack')),
    () => undefined,
  )
  try {
    await Promise.race([starting, late])
  } finally {
    timer.abort()
    starting.catch(() => undefined) // it may still fail after it was given up
  }
}

/** Closes a connection; asked a second time, the client cuts it. */
async function hangUp(client: SocketModeClient): Promise<void> {
  const closed = client.disconnect()
  await Promise.race([closed, sleep(CLOSE_WITHIN_MS)])
  void client.disconnect()
}
