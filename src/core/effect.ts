import { type Alarm, alarmKey } from './alarm.ts'
import type { GrantId, RequestId, SlackId } from './ids.ts'

/** What a direct message is about; the words are the view's. */
export type News = 'granted' | 'denied' | 'lapsed' | 'terms-changed' | 'ended' | 'stuck'

/**
 * How soon a posted card is drawn again: first where somebody acted, then where access ends and a button is dead, last
 * where only words change. The store counts on their order in the alphabet.
 */
export const URGENCIES = ['decided', 'ended', 'later'] as const
export type Urgency = (typeof URGENCIES)[number]

/** What was told of an alarm so far. */
type Told = {
  /** When it was raised. */
  readonly since: number
  /** How often it was told, and when last. */
  readonly told: number
  readonly toldAt: number
  /** What it was about then: more than that is news. */
  readonly newestAt: number
  readonly count: number
}

/** Something to do outside, kept in the outbox until it is done. `dueAt` is the earliest instant for it. */
export type Effect = { readonly dueAt: number } & (
  | { readonly kind: 'grant' | 'revoke'; readonly grant: GrantId; readonly target: string; readonly holding: string }
  /** Post a copy of a card, or redraw it (`redraw` is there) in its latest state. */
  | {
      readonly kind: 'draw'
      readonly copy: string
      readonly destination: string
      readonly redraw?: Urgency
    }
  | { readonly kind: 'tell'; readonly person: SlackId; readonly request: RequestId; readonly news: News }
  /** Say a fixed sentence to somebody in a DM, or in a channel; `key` makes it unique. */
  | {
      readonly kind: 'say'
      readonly person: SlackId
      readonly sentence: string
      readonly key: string
      /** Members and user groups that are called by mention in front of it; `on-call:GROUP`: whoever is on call then. */
      readonly calls?: readonly string[]
    }
  /** The end comes near: a new card with a button to end now. */
  | { readonly kind: 'warn'; readonly grant: GrantId; readonly person: SlackId }
  /** Those who were asked are reminded, or more people are told: whatever is due for a pending request. */
  | { readonly kind: 'ask'; readonly request: RequestId }
  /** A reminder in the thread of a card; `number` counts those of the request. */
  | { readonly kind: 'remind'; readonly copy: string; readonly destination: string; readonly number: number }
  /** A review that is owed: whoever owes it is reminded, or it is overdue. */
  | { readonly kind: 'review'; readonly request: RequestId }
  /** Somebody who asked for or holds something may have left, or changed: he is looked up. */
  | { readonly kind: 'person'; readonly person: SlackId }
  /** Somebody may have left while he was being given something: it is looked again whether he has. */
  | { readonly kind: 'left'; readonly person: SlackId }
  /** Draw somebody's Home anew. */
  | { readonly kind: 'home'; readonly person: SlackId }
  /** Tell the security channel every event that it was not told yet. */
  | { readonly kind: 'feed' }
  /** Something is wrong: tell it, again and again while it lasts. */
  | ({ readonly kind: 'alarm'; readonly alarm: Alarm } & Told)
  /** Tell a receiver beside Slack how things stand with an alarm. `since`: when it was raised. */
  | { readonly kind: 'page'; readonly alarm: Alarm; readonly since: number; readonly receiver: string }
  /** Answer a command or a press by its `response_url`. */
  | { readonly kind: 'answer'; readonly inbox: string }
)

/** What the feed to the security channel is called, wherever it is noted how far it was told. */
export const FEED = 'security'

/** Effects of one kind and key are one effect: a second one while the first waits asks for one more delivery, not for two. */
export function keyOf(effect: Effect): string {
  switch (effect.kind) {
    case 'grant':
    case 'revoke':
    case 'warn':
      return effect.grant
    case 'draw':
      return effect.copy
    case 'tell':
      return `${effect.request}:${effect.news}:${effect.person}`
    case 'say':
      return effect.key
    case 'ask':
    case 'review':
      return effect.request
    case 'remind':
      return `${effect.copy}:${effect.number}`
    case 'home':
    case 'person':
    case 'left':
      return effect.person
    case 'feed':
      return FEED
    case 'alarm':
      return alarmKey(effect.alarm)
    case 'page':
      return `${effect.receiver} ${alarmKey(effect.alarm)}`
    case 'answer':
      return effect.inbox
  }
}

/** News that time brings to many at once. Nobody waits for it, and several of one person are one message. */
const IN_BULK: ReadonlySet<News> = new Set(['ended', 'lapsed', 'terms-changed', 'stuck'])

/** What an effect waits behind: deliveries of one lane are limited together, so that one dead target or channel delays no other. */
export function laneOf(effect: Effect): string {
  switch (effect.kind) {
    case 'grant':
    case 'revoke':
      return `target:${effect.target}`
    case 'draw':
      return effect.redraw ? `redraw:${effect.redraw}` : `conversation:${effect.destination}`
    case 'tell':
      return IN_BULK.has(effect.news) ? `notice:${effect.person}` : `conversation:${effect.person}`
    case 'say':
      return `conversation:${effect.person}`
    case 'remind':
      return `conversation:${effect.destination}`
    case 'warn':
    case 'ask':
    case 'review':
    case 'home':
      return effect.kind
    case 'person':
    case 'left':
      return 'person'
    case 'feed':
      return 'feed'
    case 'alarm':
      return 'alarm'
    case 'page':
      return `page:${effect.receiver}`
    case 'answer':
      return 'answer'
  }
}

/** Deliveries that share this never overlap: operations on one holding are done one after the other. */
export function exclusiveOf(effect: Effect): string | null {
  return effect.kind === 'grant' || effect.kind === 'revoke' ? effect.holding : null
}
