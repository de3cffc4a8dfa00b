/** Every id that Slack sends back to us: part of the public contract (`design.md` §8). */

/** `action_id` of the buttons. */
export const ACTION = {
  approve: 'approve',
  deny: 'deny',
  cancel: 'cancel',
  endEarly: 'end_early',
  extend: 'extend',
  openRequest: 'open_request',
  requestAgain: 'request_again',
} as const

/** `callback_id` of the modals. */
export const CALLBACK = { deny: 'deny', extend: 'extend', request: 'request' } as const

/** Inputs of modals: `block_id` and `action_id` alike. */
export const INPUT = { entitlement: 'entitlement', purpose: 'purpose', ttl: 'ttl', reason: 'reason' } as const
