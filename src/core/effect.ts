import type { GrantId, RequestId, SlackId } from './ids.ts'

/** What a direct message is about; the words are the view's. */
export type News = 'granted' | 'grant-failed' | 'denied' | 'lapsed' | 'terms-changed' | 'ended' | 'stuck'

/** Something to do outside, kept in the outbox until it is done. `dueAt` is the earliest instant for it. */
export type Effect = { readonly dueAt: number } & (
  | { readonly kind: 'grant' | 'revoke'; readonly grant: GrantId; readonly target: string; readonly holding: string }
  /** Post a copy of a card, or redraw it in its latest state. */
  | { readonly kind: 'draw'; readonly copy: string; readonly destination: string }
  | { readonly kind: 'tell'; readonly person: SlackId; readonly request: RequestId; readonly news: News }
  /** Say a fixed sentence to somebody in a DM; `key` makes it unique. */
  | { readonly kind: 'say'; readonly person: SlackId; readonly sentence: string; readonly key: string }
  /** The end comes near: a new card with a button to end now. */
  | { readonly kind: 'warn'; readonly grant: GrantId; readonly person: SlackId }
  /** Tell the security channel every event that it was not told yet. */
  | { readonly kind: 'feed' }
  /** Answer a command or a press by its `response_url`. */
  | { readonly kind: 'answer'; readonly inbox: string }
)

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
    case 'feed':
      return 'security'
    case 'answer':
      return effect.inbox
  }
}

/** What an effect waits behind: deliveries of one lane are limited together, so that one dead target or channel delays no other. */
export function laneOf(effect: Effect): string {
  switch (effect.kind) {
    case 'grant':
    case 'revoke':
      return `target:${effect.target}`
    case 'draw':
      return `conversation:${effect.destination}`
    case 'tell':
    case 'say':
    case 'warn':
      return `conversation:${effect.person}`
    case 'feed':
      return 'feed'
    case 'answer':
      return `answer:${effect.inbox}`
  }
}

/** Deliveries that share this never overlap: operations on one holding are done one after the other. */
export function exclusiveOf(effect: Effect): string | null {
  return effect.kind === 'grant' || effect.kind === 'revoke' ? effect.holding : null
}
