import type { Policy } from '../core/policy.ts'
import type { Result } from '../core/result.ts'
import type { Store } from '../core/store.ts'
import type { Deliver } from '../operations/delivery.ts'
import { home } from '../operations/home.ts'
import type { Label } from '../operations/labels.ts'
import type { Clock, Log, People, Schedules } from '../operations/ports.ts'
import { ChannelWatch } from './channel-watch.ts'
import { answerer } from './deliveries/answer.ts'
import { drawer } from './deliveries/draw.ts'
import { feeder } from './deliveries/feed.ts'
import { homeDrawer } from './deliveries/home.ts'
import { Posting } from './deliveries/posting.ts'
import { reminder } from './deliveries/remind.ts'
import { sayer, teller } from './deliveries/tell.ts'
import { type FrontOptions, SlackFront } from './front.ts'
import { Homes } from './homes.ts'
import { Self } from './identity.ts'
import { Pace, type Rates } from './pacing/pace.ts'
import { SlackPeople } from './people.ts'
import { webClient } from './web-client.ts'

export interface SlackOptions {
  readonly botToken: string
  /** Another API root than Slack's own. */
  readonly apiUrl: string | undefined
  readonly policy: Policy
  readonly schedules: Schedules
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, for jitter. */
  readonly fraction: () => number
  reached(label: Label): void
  /** Slack's own, unless this Slack bears more. */
  readonly rates?: Rates | undefined
  /** Told of each call that Slack answered with 429. */
  readonly onRateLimited?: () => void
}

/** Slack as the rest of the bot uses it. Making it calls nobody. */
export interface SlackConnection {
  readonly people: People
  readonly deliver: Readonly<Record<'draw' | 'tell' | 'say' | 'remind' | 'home' | 'feed' | 'answer', Deliver>>
  /** When deliveries to Slack may begin; for the scheduler. */
  readonly pace: Pace
  /** Whether the channels allow that access is given; for the gate. */
  channelsAllow(): Result<true>
  /** The side that hears: made once there are operations to call. */
  front(options: FrontOptions): SlackFront
}

export function connectSlack(options: SlackOptions): SlackConnection {
  const { botToken, apiUrl, policy, schedules, store, clock, log, reached, fraction } = options
  const client = webClient(botToken, apiUrl, options.onRateLimited)
  const self = new Self(client, log)
  const { groups, people: whoIsWho } = policy
  const people = new SlackPeople({ client, self, naming: whoIsWho.subject, groups, schedules, clock, log })
  const channels = new ChannelWatch({ client, policy, store, people, clock, log })
  const pace = new Pace(clock, policy.securityChannel, options.rates)
  const homes = new Homes({ client, policy, read: (by, from) => home({ clock, people, policy, store }, by, from) })
  const deps = { store, policy, posting: new Posting(client, pace), clock, log, reached }
  return {
    people,
    pace,
    deliver: {
      draw: drawer(deps),
      tell: teller(deps),
      say: sayer({ ...deps, people }),
      remind: reminder(deps),
      home: homeDrawer({ homes, log }),
      feed: feeder(deps),
      answer: answerer(deps),
    },
    channelsAllow: () => channels.verdict(),
    front: (front) =>
      new SlackFront(
        { client, self, people, homes, channels, policy, store, clock, log, reached, apiUrl, fraction },
        front,
      ),
  }
}
