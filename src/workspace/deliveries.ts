import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { DeliveryFault, Faults, Misdelivery } from './faults.ts'
import { type Ack, deliverAndBreak, deliverByHttp } from './http-delivery.ts'
import { signatureHeaders } from './signature.ts'
import type { Slack } from './slack.ts'
import type { Envelope } from './socket.ts'
import type { Delivery, PayloadKind } from './traffic.ts'

/** Which attempt at an event this is, and why there had to be another. */
export interface Retry {
  readonly number: number
  readonly reason: string
}

const KEPT = 1_000
const ENVELOPES = { command: 'slash_commands', interactive: 'interactive', event: 'events_api' } as const

/** Brings payloads to the bot: to its request URL if it has one, else to one of its Socket Mode connections. */
export class Deliveries {
  /** The latest deliveries, oldest first. */
  readonly log: Delivery[] = []
  requestUrl: string | undefined
  readonly #slack: Slack
  readonly #faults: Faults<DeliveryFault>
  readonly #ackWithinMs: number
  readonly #stopped = new AbortController()

  constructor(slack: Slack, faults: Faults<DeliveryFault>, ackWithinMs: number) {
    this.#slack = slack
    this.#faults = faults
    this.#ackWithinMs = ackWithinMs
  }

  /** Delivers a payload, signed or enveloped anew. */
  deliver(kind: PayloadKind, payload: Delivery['payload'], retry?: Retry): Promise<Delivery> {
    if (this.requestUrl === undefined) return this.#bySocket(kind, payload, retry)
    const form = kind === 'command' ? payload : { payload: JSON.stringify(payload) }
    const body = kind === 'event' ? JSON.stringify(payload) : formEncoded(form)
    const headers = {
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: '*/*',
      'content-type': kind === 'event' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...signatureHeaders(body, this.#slack.app.signingSecret, this.#slack.now()),
      ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
    }
    return this.#send({ kind, payload, at: this.#slack.now(), wire: { via: 'http', body, headers } })
  }

  /** Sends the very same bytes, or the same envelope, once more. */
  repeat({ kind, payload, wire }: Delivery): Promise<Delivery> {
    return this.#send({ kind, payload, wire, at: this.#slack.now() })
  }

  stop(): void {
    this.#stopped.abort()
  }

  #bySocket(kind: PayloadKind, payload: Delivery['payload'], retry: Retry | undefined): Promise<Delivery> {
    const envelope: Envelope = {
      envelope_id: randomUUID(),
      type: ENVELOPES[kind],
      payload,
      accepts_response_payload: kind !== 'event',
      ...(kind === 'event' && { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' }),
    }
    const wire = this.#slack.sockets.count > 0 ? ({ via: 'socket', envelope } as const) : ({ via: 'nothing' } as const)
    return this.#send({ kind, payload, at: this.#slack.now(), wire })
  }

  async #send(sent: Omit<Delivery, 'ack'>): Promise<Delivery> {
    const fault = this.#faults.strike(namesOf(sent), sent.payload)
    const ack = await this.#acknowledgement(sent.wire, fault)
    const delivery = { ...sent, ack, ...(fault && { fault: fault.kind }) }
    this.log.push(delivery)
    if (this.log.length > KEPT) this.log.shift()
    this.#slack.state.changed({ kind: 'delivery', delivery })
    return delivery
  }

  async #acknowledgement(wire: Delivery['wire'], fault: Misdelivery | undefined): Promise<Ack> {
    switch (fault?.kind) {
      case 'delayed': {
        const late = this.#pause(fault.ms).then(() => this.#transmit(wire))
        return Promise.race([late, this.#timedOut()])
      }
      case 'doubled':
        return (await Promise.all([this.#transmit(wire), this.#transmit(wire)]))[0]
      case 'cut':
        return this.#transmit(wire, { breaks: true })
      case 'lost':
        return this.#timedOut()
      default:
        return this.#transmit(wire)
    }
  }

  #transmit(wire: Delivery['wire'], { breaks = false } = {}): Promise<Ack> {
    const withinMs = this.#ackWithinMs
    if (this.#slack.isDown()) return Promise.resolve({ kind: 'failed', why: 'Slack is down' })
    if (wire.via === 'socket') return this.#slack.sockets.deliver(wire.envelope, withinMs, { breaks })
    if (wire.via === 'nothing' || this.requestUrl === undefined) {
      return Promise.resolve({ kind: 'failed', why: 'no request URL and no Socket Mode connection' })
    }
    if (breaks) return deliverAndBreak(this.requestUrl, wire.body, wire.headers)
    return deliverByHttp(this.requestUrl, wire.body, wire.headers, { withinMs, stopped: this.#stopped.signal })
  }

  async #timedOut(): Promise<Ack> {
    await this.#pause(this.#ackWithinMs)
    return { kind: 'timed out' }
  }

  /** Waits, or until the workspace stops. */
  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
  }
}

/** The names by which faults know a payload: its kind, its type, that of its event, its command. */
function namesOf({ kind, payload }: Pick<Delivery, 'kind' | 'payload'>): string[] {
  const { type, event, command } = payload
  const inner = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined
  return [kind, type, inner, command].filter((name) => typeof name === 'string')
}

function formEncoded(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  return form.toString()
}
