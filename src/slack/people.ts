import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import type { SlackId } from '../core/ids.ts'
import { identify, type Person, type Profile } from '../core/person.ts'
import type { Group, SubjectNaming } from '../core/policy.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import type { Clock, Freshness, Log, Members, People, Schedules } from '../operations/ports.ts'
import { FreshReads, type Reading, type ReadsOptions } from './fresh-reads.ts'
import type { Self } from './identity.ts'
import { OnCall, scheduleKey } from './on-call.ts'
import { readProfile } from './profile.ts'
import { reaches } from './reaches.ts'
import { loggable } from './slack-error.ts'

const LATELY_MS = 5 * 60_000
const LAST_KNOWN_MS = 24 * 3_600_000
/** What takes access away does not wait long where an older answer can stand in. */
const SHORT_PATIENCE_MS = 5_000
/** `usergroups.users.list` is allowed 20 times a minute; a schedule is asked no more often. */
const GROUP_GAP_MS = 3_000
/** A schedule that does not answer takes its time about it: those who look at lists do not wait for it again at once. */
const SCHEDULE_REST_MS = 20_000

export interface PeopleOptions {
  readonly client: WebClient
  readonly self: Self
  readonly naming: SubjectNaming
  /** Those of the config: of schedules, no others are asked. */
  readonly groups: ReadonlyMap<string, Group>
  readonly schedules: Schedules
  readonly clock: Clock
  readonly log: Log
  readonly sleep?: ReadsOptions<unknown>['sleep']
}

/** Who members are and who belongs to a group, as Slack says it. `null` in a cache is Slack's clear no. */
export class SlackPeople implements People {
  readonly #client: WebClient
  readonly #naming: SubjectNaming
  readonly #log: Log
  readonly #profiles: FreshReads<Profile | null>
  readonly #groups: FreshReads<readonly SlackId[] | null>
  readonly #schedules: FreshReads<readonly SlackId[]>
  readonly #onCall: OnCall

  constructor(options: PeopleOptions) {
    const { client, self, naming, clock, log, sleep } = options
    this.#client = client
    this.#naming = naming
    this.#log = log
    const common = { clock, ...(sleep ? { sleep } : {}) }
    this.#profiles = new FreshReads({ ...common, gapMs: 0, read: (id) => readMember(client, self, id) })
    this.#groups = new FreshReads({ ...common, gapMs: GROUP_GAP_MS, read: (id) => readGroup(client, id) })
    this.#onCall = new OnCall(options)
    this.#schedules = new FreshReads({
      ...common,
      gapMs: GROUP_GAP_MS,
      restAfterFailureMs: SCHEDULE_REST_MS,
      read: (key) => this.#onCall.read(key),
    })
  }

  async lookUp(id: SlackId, freshness: Freshness): Promise<Result<Person>> {
    const found = await this.#find(this.#profiles, id, freshness)
    if (!found.ok) return found
    const { reading, asOf } = found.value
    return reading.value === null
      ? refuse('unknown-person', 'Slack knows no such member of this workspace.')
      : identify(reading.value, this.#naming, asOf)
  }

  async members(group: Group, freshness: Freshness): Promise<Members> {
    const { source, name } = group
    if (source.kind === 'members') return accept(source.members)
    if (source.kind === 'schedule') return this.#onDuty(group, freshness)
    const found = await this.#find(this.#groups, source.id, freshness)
    if (!found.ok) return found
    const { value, at } = found.value.reading
    return value === null
      ? refuse('no-such-group', `Slack has no user group for “${name}” any more. Tell the operators of this bot.`)
      : { ...accept(value), readAt: at, asOf: found.value.asOf }
  }

  async reaches(id: SlackId): Promise<boolean | undefined> {
    try {
      return await reaches(this.#client, id)
    } catch (error) {
      this.#log.warn({ ...loggable(error), person: id }, 'Slack does not tell whether somebody can be sent a message')
      return undefined
    }
  }

  /** Slack said that a member changed. */
  forgetPerson(id: SlackId): void {
    this.#profiles.forget(id)
    this.#onCall.forget(id)
  }

  /** Slack said that the members of a user group changed. */
  forgetGroup(id: string): void {
    this.#groups.forget(id)
  }

  /** Who is on call. A schedule that does not answer is no reason to believe in an older answer, but to take access away. */
  async #onDuty(group: Group, freshness: Freshness): Promise<Members> {
    const found = await this.#find(this.#schedules, scheduleKey(group) ?? group.name, freshness)
    if (found.ok) {
      const { reading, asOf } = found.value
      return { ...accept(reading.value), readAt: reading.at, asOf }
    }
    return found.refusal.code === 'look-up-failed' ? scheduleSilent(group.name) : found
  }

  async #find<Value>(
    reads: FreshReads<Value>,
    key: string,
    freshness: Freshness,
  ): Promise<Result<{ readonly reading: Reading<Value>; readonly asOf: Person['asOf'] }>> {
    if (freshness === 'remembered') return remembered(reads.kept(key, LAST_KNOWN_MS))
    const recent = freshness === 'lately' ? reads.kept(key, LATELY_MS) : undefined
    if (recent) return accept({ reading: recent, asOf: 'lately' })
    const patience = freshness === 'last-known' && reads.kept(key, LAST_KNOWN_MS) ? SHORT_PATIENCE_MS : undefined
    try {
      const reading = await (freshness === 'lately' ? reads.soon(key) : reads.now(key, patience))
      return accept({ reading, asOf: freshness === 'lately' ? 'lately' : 'now' })
    } catch (error) {
      this.#log.warn({ ...loggable(error), key }, 'a look-up of people failed')
      const last = freshness === 'last-known' ? reads.kept(key, LAST_KNOWN_MS) : undefined
      return last ? accept({ reading: last, asOf: 'last-known' }) : lookUpFailed()
    }
  }
}

function remembered<Value>(reading: Reading<Value> | undefined) {
  return reading
    ? accept({ reading, asOf: 'last-known' } as const)
    : refuse('not-remembered', 'Nobody here was asked about lately who that is.')
}

function lookUpFailed() {
  return refuse(
    'look-up-failed',
    'Slack could not tell who may do this just now, so nothing was changed. Try again in a minute.',
  )
}

function scheduleSilent(name: string) {
  return refuse(
    'look-up-failed',
    `The on-call schedule of “${name}” does not answer just now, so nobody of it can be told. Try again in a minute, or ask somebody of another group.`,
  )
}

async function readMember(client: WebClient, self: Self, id: SlackId): Promise<Profile | null> {
  const us = await self.ask()
  if (!us) throw new Error('Slack does not say which workspace this is')
  try {
    const { user } = await client.users.info({ user: id })
    const profile = readProfile(user, id, us)
    if (!profile) throw new Error('users.info answered something else')
    return profile
  } catch (error) {
    return nullOn(error, ['user_not_found', 'user_not_visible', 'users_not_found'])
  }
}

async function readGroup(client: WebClient, id: string): Promise<readonly SlackId[] | null> {
  try {
    const { users } = await client.usergroups.users.list({ usergroup: id })
    if (!users) throw new Error('usergroups.users.list answered something else')
    return users
  } catch (error) {
    return nullOn(error, ['no_such_subteam'])
  }
}

/** Slack's clear no is an answer; anything else is a failure. */
function nullOn(error: unknown, codes: readonly string[]): null {
  if (error instanceof WebAPIPlatformError && codes.includes(error.data.error)) return null
  throw error
}
