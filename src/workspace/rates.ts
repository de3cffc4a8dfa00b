/** Calls a minute, and how many may come at once. */
interface Rate {
  readonly perMinute: number
  readonly burst: number
}

const tier = (perMinute: number): Rate => ({ perMinute, burst: perMinute })
const [TIER_2, TIER_3, TIER_4] = [tier(20), tier(50), tier(100)]

/** Slack's tiers, as its documentation of each method names them. Methods with rates of their own are left out. */
const RATES: Readonly<Record<string, Rate>> = {
  'api.test': TIER_4,
  'apps.connections.open': TIER_3,
  'bots.info': TIER_3,
  'chat.delete': TIER_3,
  'chat.postEphemeral': TIER_4,
  'chat.update': TIER_3,
  'conversations.info': TIER_3,
  'conversations.list': TIER_2,
  'conversations.members': TIER_4,
  'conversations.open': TIER_3,
  'team.info': TIER_3,
  'team.preferences.list': TIER_3,
  'usergroups.list': TIER_2,
  'usergroups.users.list': TIER_2,
  'users.info': TIER_4,
  'users.list': TIER_2,
  'users.lookupByEmail': TIER_3,
  'views.open': TIER_4,
  'views.publish': TIER_4,
  'views.push': TIER_4,
  'views.update': TIER_4,
}

/** Posting has its own rate for each channel: about one a second, with some patience for bursts. */
const POSTING: Rate = { perMinute: 60, burst: 5 }

/** What may be posted in a whole workspace: Slack says “several hundred” a minute, and not how many. */
const POSTING_ANYWHERE = tier(300)

/** Counts calls as Slack does: a bucket for each method, for each channel where messages are posted, and for all posts. */
export class Rates {
  /** Says whether calls are counted at all. */
  isOn: () => boolean
  readonly #now: () => number
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(now: () => number, isOn: () => boolean) {
    this.#now = now
    this.isOn = isOn
  }

  /** Takes one call of a method about a conversation. Answers 0, or the seconds to wait. */
  take(method: string, conversation: string | undefined): number {
    if (!this.isOn()) return 0
    if (method !== 'chat.postMessage') return this.#takeAll([[method, RATES[method]]])
    return this.#takeAll([
      [`${method} ${conversation}`, POSTING],
      [method, POSTING_ANYWHERE],
    ])
  }

  /** Takes one call from each bucket, or none. */
  #takeAll(asked: readonly (readonly [string, Rate | undefined])[]): number {
    const limits = asked.flatMap(([key, rate]) => (rate ? [{ rate, bucket: this.#bucket(key, rate) }] : []))
    const waits = limits.map(({ rate, bucket }) => Math.ceil(((1 - bucket.tokens) * 60) / rate.perMinute))
    const wait = Math.max(0, ...waits)
    if (wait === 0) for (const { bucket } of limits) bucket.tokens -= 1
    return wait
  }

  /** A bucket as it is now: what was taken has flowed back since. */
  #bucket(key: string, { perMinute, burst }: Rate) {
    const now = this.#now()
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: burst, at: now }
    const bucket = { tokens: Math.min(burst, tokens + ((now - at) * perMinute) / 60_000), at: now }
    this.#buckets.set(key, bucket)
    return bucket
  }
}
