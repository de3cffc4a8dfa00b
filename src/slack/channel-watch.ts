import type { WebClient } from '@slack/web-api'
import type { Policy } from '../core/policy.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import type { Store } from '../core/store.ts'
import type { Clock, Log, People } from '../operations/ports.ts'
import { type ChannelFindings, checkChannels } from './channels.ts'

const HOURLY_MS = 3_600_000
const SOON_MS = 10_000

export interface ChannelWatchOptions {
  readonly client: WebClient
  readonly policy: Policy
  readonly store: Pick<Store, 'commit'>
  readonly people: People
  readonly clock: Clock
  readonly log: Log
}

/** Checks the configured channels at start and hourly, and every ten seconds while not all is well. */
export class ChannelWatch {
  readonly #options: ChannelWatchOptions
  #findings: ChannelFindings | undefined
  /** What the security people were told last. */
  #told = ''
  #timer: NodeJS.Timeout | undefined
  #stopped = true
  #checking = false

  constructor(options: ChannelWatchOptions) {
    this.#options = options
  }

  /** Whether access may be given; the sentence is for whoever asks for it. */
  verdict(): Result<true> {
    if (!this.#findings)
      return refuse('channels-unknown', 'I have not checked my Slack channels yet. Try again in a minute.')
    const { wrong, unknown } = this.#findings
    if (wrong.length > 0) {
      return refuse(
        'channels-wrong',
        'No access is given just now: a channel of this bot is not set up safely. The security people were told.',
      )
    }
    if (unknown.length === 0) return accept(true)
    return refuse(
      'channels-unknown',
      'No access is given just now: Slack does not say whether my channels are safe. Try again in a minute.',
    )
  }

  /** Whether the channels were looked at since the start, whatever was found. */
  get looked(): boolean {
    return this.#findings !== undefined
  }

  start(): void {
    this.#stopped = false
    this.hasten()
  }

  /** Checks now, unless a check is under way: Slack may be back. */
  hasten(): void {
    if (this.#stopped || this.#checking) return
    clearTimeout(this.#timer)
    void this.#round()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** One check; tells the security people when what is wrong has changed. */
  async check(): Promise<void> {
    const { client, policy, log } = this.#options
    this.#findings = await checkChannels(client, policy)
    const { wrong, unknown } = this.#findings
    if (unknown.length > 0) log.warn({ channels: unknown }, 'Slack does not tell about channels: no new grants')
    if (unknown.length > 0 && wrong.length === 0) return
    const news = wrong.join('\n')
    if (news === this.#told) return
    if (await this.#tell(wrong)) this.#told = news
  }

  async #round(): Promise<void> {
    this.#checking = true
    try {
      await this.check()
    } catch (error) {
      this.#options.log.error({ err: error }, 'the channels could not be checked')
    } finally {
      this.#checking = false
    }
    if (this.#stopped) return
    const pause = this.verdict().ok ? HOURLY_MS : SOON_MS
    this.#timer = setTimeout(() => this.hasten(), pause)
    this.#timer.unref()
  }

  /** Whether everybody could be told. The feed is told again, too: it may have waited for the channel. */
  async #tell(wrong: readonly string[]): Promise<boolean> {
    const { clock, log, store } = this.#options
    const now = clock.now()
    log.warn(
      { wrong },
      wrong.length > 0 ? 'channels are not set up safely: no new grants' : 'all channels are well again',
    )
    const sentence =
      wrong.length > 0
        ? `No new access is given until this is mended:\n${wrong.join('\n')}\nTaking access away goes on.`
        : 'My channels are well again: access can be given.'
    const { ids, complete } = await this.#securityPeople()
    const says = ids.map(
      (person) => ({ kind: 'say', person, sentence, key: `channels:${person}:${now}`, dueAt: now }) as const,
    )
    await store.commit({ effects: [...says, { kind: 'feed', dueAt: now }] })
    return complete
  }

  async #securityPeople() {
    const { people, policy } = this.#options
    const answers = await Promise.all(policy.people.security.map((group) => people.members(group, 'lately')))
    const ids = new Set(answers.flatMap((answer) => (answer.ok ? answer.value : [])))
    return { ids: [...ids], complete: answers.every((answer) => answer.ok) }
  }
}
