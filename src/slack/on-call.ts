import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import type { SlackId } from '../core/ids.ts'
import type { Group } from '../core/policy.ts'
import type { Clock, Log, Schedules } from '../operations/ports.ts'
import { FreshReads, type ReadsOptions } from './fresh-reads.ts'

/** Who has an e-mail address changes seldom, and who he is is asked afresh at each decision anyhow. */
const ADDRESS_KEPT_MS = 5 * 60_000

/** So many unknown addresses are kept in mind, not to be told again. */
const MOST_TOLD = 1_000

const SLACK_ID = /^[UW][A-Z0-9]+$/

export interface OnCallOptions {
  readonly client: WebClient
  readonly schedules: Schedules
  readonly groups: ReadonlyMap<string, Group>
  readonly clock: Clock
  readonly log: Log
  readonly sleep?: ReadsOptions<unknown>['sleep']
}

/** Who of a schedule is on call, as members of Slack. */
export class OnCall {
  readonly #options: OnCallOptions
  /** Slack ids by e-mail address; `null`: Slack knows nobody with it. */
  readonly #addresses: FreshReads<SlackId | null>
  readonly #told = new Set<string>()

  constructor(options: OnCallOptions) {
    this.#options = options
    const { client, clock, sleep } = options
    this.#addresses = new FreshReads({
      clock,
      ...(sleep ? { sleep } : {}),
      gapMs: 0,
      read: (email) => memberWith(client, email),
    })
  }

  /**
   * Reads a schedule, named by `scheduleKey`. Whoever Slack does not know is left out, and told once.
   * @throws when schedule or Slack do not answer clearly
   */
  async read(key: string): Promise<readonly SlackId[]> {
    const { schedules } = this.#options
    const people = await schedules.onCall(this.#groupOf(key))
    const ids = await Promise.all(people.map((one) => (SLACK_ID.test(one) ? one : this.#idOf(one))))
    this.#tellOnce(people.filter((_, index) => ids[index] === null))
    return [...new Set(ids.filter((id) => id !== null))]
  }

  /** Slack said that a member changed: the address that was his, or one that was nobody's. */
  forget(id: SlackId): void {
    this.#addresses.forgetWhere((known) => known === null || known === id)
  }

  /** An older request may name a schedule that the group has no more: today's answers for another one. */
  #groupOf(key: string): string {
    for (const [name, group] of this.#options.groups) if (scheduleKey(group) === key) return name
    throw new Error('the config has no such schedule any more')
  }

  async #idOf(email: string): Promise<SlackId | null> {
    const kept = this.#addresses.kept(email, ADDRESS_KEPT_MS)
    const { value } = kept ?? (await this.#addresses.soon(email))
    return value
  }

  /** A number says enough: the addresses are people's. */
  #tellOnce(unknown: readonly string[]): void {
    const fresh = unknown.filter((email) => !this.#told.has(email))
    if (fresh.length === 0) return
    if (this.#told.size + fresh.length > MOST_TOLD) this.#told.clear()
    for (const email of fresh) this.#told.add(email)
    this.#options.log.warn(
      { people: fresh.length },
      'Slack knows nobody with the confirmed address of somebody on call, who counts as nobody: see “breakglass check”',
    )
  }
}

/** What a schedule's answers are kept under: the group, and the schedule that it has. */
export function scheduleKey({ name, source }: Group): string | undefined {
  return source.kind === 'schedule' ? `${name} ${source.schedule}` : undefined
}

async function memberWith(client: WebClient, email: string): Promise<SlackId | null> {
  try {
    const { user } = await client.users.lookupByEmail({ email })
    if (user?.id === undefined) throw new Error('users.lookupByEmail answered something else')
    return user.is_email_confirmed === false ? null : user.id // anybody can type an address
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === 'users_not_found') return null
    throw error
  }
}
