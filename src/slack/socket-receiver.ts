import type { RequestListener, Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App, Receiver } from '@slack/bolt'
import type { SocketModeClient } from '@slack/socket-mode'
import { backoffMs } from '../core/backoff.ts'
import type { Log } from '../operations/ports.ts'
import { type Address, close, frontDoor, open, turnAway } from './front-door.ts'
import { failureOf, loggable } from './slack-error.ts'
import { connect, type Envelope, hangUp, makeClient } from './socket-connection.ts'
import { UnderWay } from './under-way.ts'

/** A connection that has stood so long is no failure when it ends. */
const STEADY_MS = 10_000

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
    await this.#underWay.settled()
    if (this.#client) await hangUp(this.#client)
    await this.#loop
    await close(this.#server)
  }

  async #stayConnected(): Promise<void> {
    let failures = 0
    const steady = () => {
      failures = 0
    }
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#connectOnce(steady)
        failures++ // one end is nothing; several in a row, none of which stood, are slowed down
        if (failures > 1) await this.#pause(backoffMs(failures - 1, this.#options.fraction()))
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        failures++
        this.#options.log.warn({ ...loggable(error), failures }, 'no Socket Mode connection; trying again')
        await this.#pause(waitOf(error, failures, this.#options.fraction()))
      }
    }
  }

  /** Resolves when a connection that stood has ended; Slack ends each one after some hours. */
  async #connectOnce(steady: () => void): Promise<void> {
    const { appToken, apiUrl, onConnected, log } = this.#options
    const client = makeClient(appToken, apiUrl, (envelope) => this.#underWay.add(this.#take(envelope)))
    this.#client = client
    let standing: NodeJS.Timeout | undefined
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
    try {
      await connect(client)
      this.#connected = true
      standing = setTimeout(steady, STEADY_MS).unref()
      log.info({}, 'connected to Slack')
      onConnected()
      await ended
    } finally {
      clearTimeout(standing)
      this.#connected = false
      await hangUp(client)
    }
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
