/** Every id that Slack sends back to us: part of the public contract (`design.md` §8). */

/** `action_id` of the buttons. */
export const ACTION = {
  approve: 'approve',
  approveShorter: 'approve_shorter',
  deny: 'deny',
  looksWrong: 'looks_wrong',
  cancel: 'cancel',
  endEarly: 'end_early',
  extend: 'extend',
  revoke: 'revoke',
  notMe: 'not_me',
  nudge: 'nudge',
  makeEmergency: 'make_emergency',
  requestAgain: 'request_again',
  review: 'review',
  openRequest: 'open_request',
} as const

/** `action_id` of the buttons that only draw Home anew: another part of a list, or the newest state. */
export const HOME_ACTION = {
  previous: 'home_previous',
  next: 'home_next',
  refresh: 'home_refresh',
} as const

/** `callback_id` of the modals. */
export const CALLBACK = {
  request: 'request',
  deny: 'deny',
  extend: 'extend',
  emergency: 'emergency',
  review: 'review',
  revoke: 'revoke',
  shorten: 'shorten',
} as const

/** `callback_id` of the message shortcut. */
export const SHORTCUT = 'request_from_message'

/** Inputs of modals: `block_id` and `action_id` alike. */
export const INPUT = {
  entitlement: 'entitlement',
  purpose: 'purpose',
  ttl: 'ttl',
  reason: 'reason',
  confirm: 'confirm',
  outcome: 'outcome',
} as const
