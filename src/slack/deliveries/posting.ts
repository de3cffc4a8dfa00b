import type { WebClient } from '@slack/web-api'
import type { Outcome } from '../../operations/delivery.ts'
import type { Log } from '../../operations/ports.ts'
import type { Pace } from '../pacing/pace.ts'
import { failureOf, loggable } from '../slack-error.ts'
import type { Message } from '../views/blocks.ts'

/** Where Slack put a message. */
export interface Posted {
  readonly channel: string
  readonly ts: string
}

/** A message to answer to. */
export interface Thread {
  readonly ts: string
  /** Shown in the conversation, too. */
  readonly broadcast: boolean
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

/** Posts and updates messages, and tells the pace what Slack makes of it. */
export class Posting {
  readonly #client: WebClient
  readonly #pace: Pace

  constructor(client: WebClient, pace: Pace) {
    this.#client = client
    this.#pace = pace
  }

  /**
   * Posts by itself, or in a thread.
   *
   * @param to a channel's id, or a person's for a direct message
   */
  async post(
    to: string,
    { text, blocks }: Partial<Message> & { readonly text: string },
    thread?: Thread,
  ): Promise<Posted> {
    const shape = { text, ...(blocks ? { blocks } : {}), unfurl_links: false, unfurl_media: false }
    const { channel, ts } = await this.#call(
      () => this.#client.chat.postMessage({ channel: to, ...shape, ...inThread(thread) }),
      this.#pace.posts(to),
      (afterMs) => this.#pace.holdPosts(to, afterMs),
    )
    if (!channel || !ts) throw new Error('chat.postMessage answered without a message')
    return { channel, ts }
  }

  async update({ channel, ts }: Posted, { text, blocks }: Message): Promise<void> {
    await this.#call(
      () => this.#client.chat.update({ channel, ts, text, blocks }),
      this.#pace.updates(),
      (afterMs) => this.#pace.holdUpdates(afterMs),
    )
  }

  /** For a message that should not be there; it may stay if Slack says no. */
  async remove({ channel, ts }: Posted): Promise<void> {
    await this.#client.chat.delete({ channel, ts }).catch(() => undefined)
  }

  async #call<Value>(work: () => Promise<Value>, waitMs: number, hold: (afterMs: number) => void): Promise<Value> {
    if (waitMs > 0) throw new Held(waitMs)
    try {
      const answer = await work()
      this.#pace.answered()
      return answer
    } catch (error) {
      const failure = failureOf(error)
      if (failure.kind === 'unreachable') this.#pace.missed()
      else this.#pace.answered()
      if (failure.kind === 'rate-limited') hold(failure.afterMs)
      throw error
    }
  }
}

function inThread(thread: Thread | undefined) {
  if (!thread) return {}
  return { thread_ts: thread.ts, ...(thread.broadcast ? { reply_broadcast: true as const } : {}) }
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
