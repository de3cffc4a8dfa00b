/** How much there is of everything at one instant, for those who watch the bot. No people and no entitlements. */
export interface Census {
  readonly grants: { readonly granting: number; readonly active: number; readonly revoking: number }
  readonly pendingRequests: number
  /** Targets with access that should be gone and is not confirmed to be; no others. */
  readonly overdue: readonly OverdueAt[]
  /** Kinds of effects of which some are due and wait. */
  readonly waiting: readonly { readonly kind: string; readonly count: number; readonly oldestAt: number }[]
  /** What Slack sent and nobody answered yet. */
  readonly unanswered: number
  readonly auditSequence: number
  /** The sequence up to which the security channel was told. */
  readonly toldUpTo: number
}

export interface OverdueAt {
  readonly target: string
  readonly count: number
  /** When the first of them should have ended. */
  readonly oldestAt: number
  readonly stuck: number
}
