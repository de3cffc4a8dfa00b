/** Every id that Slack sends back to us: part of the public contract (`design.md` §8). */

/** `action_id` of the buttons. */
export const ACTION = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'cancel',
  endEarly: 'end_early',
} as const

/** `callback_id` of the modals. */
export const CALLBACK = { deny: 'deny' } as const

/** Inputs of modals: `block_id` and `action_id` alike. */
export const INPUT = { reason: 'reason' } as const
