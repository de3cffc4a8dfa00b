import type { WebClient } from '@slack/web-api'
import type { SlackId } from '../core/ids.ts'
import type { Policy } from '../core/policy.ts'
import type { Result } from '../core/result.ts'
import type { HomeFacts } from '../operations/home.ts'
import type { HomeFrom } from '../operations/home-lists.ts'
import { closedHome } from './views/home/closed.ts'
import { homeView } from './views/home/view.ts'

/** So many people's places are remembered; the longest unused goes first. */
const MOST_REMEMBERED = 10_000

export interface HomesOptions {
  readonly client: WebClient
  readonly policy: Pick<Policy, 'command' | 'entitlements' | 'rules'>
  read(by: SlackId, from: HomeFrom): Promise<Result<HomeFacts>>
}

/** Draws people's Home. What one person's Home shows never goes back: two drawings of it do not overlap. */
export class Homes {
  readonly #options: HomesOptions
  readonly #from = new Map<SlackId, HomeFrom>()
  readonly #running = new Map<SlackId, Promise<void>>()
  readonly #next = new Map<SlackId, Promise<void>>()

  constructor(options: HomesOptions) {
    this.#options = options
  }

  /** The part of each list that a person looks at, as his Home or a button on it says. */
  turn(person: SlackId, from: HomeFrom): void {
    this.#from.delete(person)
    this.#from.set(person, from)
    const oldest = this.#from.keys().next().value
    if (this.#from.size > MOST_REMEMBERED && oldest !== undefined) this.#from.delete(oldest)
  }

  /** Whether this person has looked at his Home lately. */
  isShownTo(person: SlackId): boolean {
    return this.#from.has(person)
  }

  /** Draws what is true from now on; one drawing that has not begun serves everybody who asks. @throws what Slack or the store threw */
  draw(person: SlackId): Promise<void> {
    const waiting = this.#next.get(person)
    if (waiting) return waiting
    const before = this.#running.get(person)
    const mine = this.#after(person, before)
    if (before) this.#next.set(person, mine)
    else this.#running.set(person, mine)
    return mine
  }

  async #after(person: SlackId, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined)
    if (before) {
      this.#running.set(person, this.#next.get(person) as Promise<void>)
      this.#next.delete(person)
    }
    try {
      await this.#publish(person)
    } finally {
      if (!this.#next.has(person)) this.#running.delete(person)
    }
  }

  async #publish(person: SlackId): Promise<void> {
    const { client, policy, read } = this.#options
    const found = await read(person, this.#from.get(person) ?? {})
    const view = found.ok ? homeView(found.value, policy) : closedHome(found.refusal)
    await client.views.publish({ user_id: person, view })
  }
}
