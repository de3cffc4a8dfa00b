/** Calls a minute, and how many may come at once. */
interface Rate {
  readonly perMinute: number
  readonly burst: number
}

const tier = (perMinute: number): Rate => ({ perMinute, burst: perMinute })

/** Slack's tiers. Posting has its own rate for each channel: about one a second, with some patience for bursts. */
const RATES: Readonly<Record<string, Rate>> = {
  'chat.postMessage': { perMinute: 60, burst: 5 },
  'chat.update': tier(50),
  'chat.delete': tier(50),
  'users.info': tier(100),
  'users.list': tier(20),
  'users.lookupByEmail': tier(50),
  'usergroups.list': tier(20),
  'usergroups.users.list': tier(20),
  'conversations.info': tier(50),
  'conversations.open': tier(50),
  'conversations.list': tier(20),
  'conversations.members': tier(100),
  'views.open': tier(100),
  'views.update': tier(100),
  'views.push': tier(100),
  'views.publish': tier(100),
}

/** Counts calls as Slack does: a bucket for each method, and for each channel where messages are posted. */
export class Rates {
  readonly #now: () => number
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes one call. Answers 0, or the seconds to wait. */
  take(method: string, channel: string | undefined): number {
    const rate = RATES[method]
    if (!rate) return 0
    const key = method === 'chat.postMessage' ? `${method} ${channel}` : method
    const now = this.#now()
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, at: now }
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) * rate.perMinute) / 60_000)
    bucket.at = now
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60) / rate.perMinute)
    bucket.tokens -= 1
    return 0
  }
}
