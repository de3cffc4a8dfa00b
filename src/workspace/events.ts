import type { Deliveries, Retry } from './deliveries.ts'
import { eventPayload } from './event-payload.ts'
import type { Ack } from './http-delivery.ts'
import type { Payload } from './payloads.ts'
import type { Slack } from './slack.ts'
import type { Delivery } from './traffic.ts'

/** How Slack retries an event that nobody acknowledged: at once, after a minute, after five. */
export const SLACK_RETRIES_MS = [0, 60_000, 300_000]

/** Tells the bot what happened in the workspace, if its manifest subscribes to it; what is not acknowledged is retried. */
export class Events {
  readonly #slack: Slack
  readonly #deliveries: Deliveries
  readonly #retriesMs: readonly number[]
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(slack: Slack, deliveries: Deliveries, retriesMs: readonly number[]) {
    this.#slack = slack
    this.#deliveries = deliveries
    this.#retriesMs = retriesMs
  }

  /** Resolves after the first attempt; further ones follow in the background. */
  async tell(event: Payload & { readonly type: string }): Promise<void> {
    if (!this.#slack.app.manifest.events.has(event.type)) return
    await this.#attempt(eventPayload(this.#slack, event), 0, '')
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  async #attempt(payload: Payload, attempt: number, reason: string): Promise<void> {
    const retry: Retry | undefined = attempt > 0 ? { number: attempt, reason } : undefined
    const { ack, wire } = await this.#deliveries.deliver('event', payload, retry)
    const wait = this.#retriesMs[attempt]
    const isOver = ack.kind === 'acknowledged' || (ack.kind === 'failed' && ack.isFinal)
    if (isOver || wait === undefined) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(payload, attempt + 1, reasonOf(ack, wire))
    }, wait)
    timer.unref()
    this.#timers.add(timer)
  }
}

/** Slack's word for why it tries again. Over a socket a time-out has another name. */
function reasonOf(ack: Ack, { via }: Delivery['wire']): string {
  if (ack.kind === 'timed out') return via === 'socket' ? 'timeout' : 'http_timeout'
  return ack.kind === 'failed' && ack.status !== undefined ? 'http_error' : 'connection_failed'
}
