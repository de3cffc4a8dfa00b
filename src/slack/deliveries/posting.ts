import type { WebClient } from '@slack/web-api'
import type { Outcome } from '../../operations/delivery.ts'
import type { Clock, Log } from '../../operations/ports.ts'
import { failureOf, loggable } from '../slack-error.ts'
import type { Message } from '../views/blocks.ts'

/** Where Slack put a message. */
export interface Posted {
  readonly channel: string
  readonly ts: string
}

/** Slack asked us to wait, a moment ago and for the same thing: it is not called before. */
class Held extends Error {
  override readonly name = 'Held'
  readonly afterMs: number

  constructor(afterMs: number) {
    super(`held back for ${afterMs} ms`)
    this.afterMs = afterMs
  }
}

/** Posts and updates messages. After a 429 the same channel (posts) or method (updates) is left alone as long as Slack asks. */
export class Posting {
  readonly #client: WebClient
  readonly #clock: Clock
  readonly #heldUntil = new Map<string, number>()

  constructor(client: WebClient, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  /** @param to a channel's id, or a person's for a direct message */
  async post(to: string, { text, blocks }: Partial<Message> & { readonly text: string }): Promise<Posted> {
    const shape = { text, ...(blocks ? { blocks } : {}), unfurl_links: false, unfurl_media: false }
    const { channel, ts } = await this.#call(to, () => this.#client.chat.postMessage({ channel: to, ...shape }))
    if (!channel || !ts) throw new Error('chat.postMessage answered without a message')
    return { channel, ts }
  }

  async update({ channel, ts }: Posted, { text, blocks }: Message): Promise<void> {
    await this.#call('chat.update', () => this.#client.chat.update({ channel, ts, text, blocks }))
  }

  /** For a message that should not be there; it may stay if Slack says no. */
  async remove({ channel, ts }: Posted): Promise<void> {
    await this.#client.chat.delete({ channel, ts }).catch(() => undefined)
  }

  async #call<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const wait = (this.#heldUntil.get(key) ?? 0) - this.#clock.now()
    if (wait > 0) throw new Held(wait)
    this.#heldUntil.delete(key)
    try {
      return await work()
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind === 'rate-limited') this.#heldUntil.set(key, this.#clock.now() + failure.afterMs)
      throw error
    }
  }
}

/** What a failed attempt comes to. What can never succeed is done with, and logged. */
export function outcomeOf(error: unknown, log: Log, about: object): Outcome {
  if (error instanceof Held) return { kind: 'again', afterMs: error.afterMs }
  const failure = failureOf(error)
  switch (failure.kind) {
    case 'rate-limited':
      return { kind: 'again', afterMs: failure.afterMs }
    case 'final':
      log.warn({ ...about, code: failure.code }, 'Slack will never take this message: given up')
      return { kind: 'done' }
    case 'refused':
    case 'unreachable':
      log.warn({ ...about, ...loggable(error) }, 'a message did not get to Slack; trying again')
      return { kind: 'again' }
  }
}
