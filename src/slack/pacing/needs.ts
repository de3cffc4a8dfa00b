/** Messages in all conversations together; `chat.update`. */
export const POSTS = 'posts'
export const UPDATES = 'updates'

/** What a delivery may use: the limits that it counts for, and how many calls of each it leaves for others. */
export interface Need {
  readonly limit: string
  readonly reserve: number
}

/** How many updates a redraw leaves: what somebody did comes first, words that only differ come last. */
const REDRAWS_LEAVE: Readonly<Record<string, number>> = { decided: 0, ended: 4, later: 8 }

export function inConversation(id: string): string {
  return `conversation ${id}`
}

/** What a delivery of a lane needs: none, if Slack sets it no limit. Only the feed may use the workspace's last messages. */
export function needsOf(lane: string, securityChannel: string): readonly Need[] {
  const [kind = ''] = lane.split(':', 1)
  const where = lane.slice(kind.length + 1)
  switch (kind) {
    case 'conversation':
      return posting(where, { here: 0, anywhere: 2 })
    case 'feed':
      return posting(securityChannel, { here: 2, anywhere: 0 })
    case 'notice':
      return posting(where, { here: 2, anywhere: 10 })
    case 'redraw':
      return [{ limit: UPDATES, reserve: REDRAWS_LEAVE[where] ?? 0 }]
    default:
      return []
  }
}

function posting(to: string, leaves: { readonly here: number; readonly anywhere: number }): readonly Need[] {
  return [
    { limit: inConversation(to), reserve: leaves.here },
    { limit: POSTS, reserve: leaves.anywhere },
  ]
}
