/** Every point between two writes or calls, by name: `npm run survive` kills the process at each of them. */
export const LABELS = [
  'inbox.stored',
  'inbox.acknowledged',
  'change.deciding',
  'change.committed',
  'grant.claimed',
  'grant.preexisting-asked',
  'grant.preexisting-stored',
  'grant.call-announced',
  'grant.called',
  'grant.confirmed',
  'grant.settled',
  'revoke.claimed',
  'revoke.called',
  'revoke.confirmed',
  'revoke.settled',
  'expire.found',
  'expire.stored',
  'draw.posted',
  'draw.recorded',
  'feed.posted',
  'feed.recorded',
  'tell.posted',
  'answer.posted',
] as const

export type Label = (typeof LABELS)[number]
