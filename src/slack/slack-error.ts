import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'

/** What a failed call to Slack comes to. */
export type SlackFailure =
  /** Asking again later helps after that time. */
  | { readonly kind: 'rate-limited'; readonly afterMs: number }
  /** Asking again never helps: the message, channel or person is gone, or what was sent is not accepted. */
  | { readonly kind: 'final'; readonly code: string }
  /** Slack said no, but an operator may mend it. */
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer, or not one of Slack's. */
  | { readonly kind: 'unreachable' }

const FINAL: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_archived',
  'is_inactive',
  'not_in_channel',
  'channel_not_found',
  'user_disabled',
  'user_not_found',
  'users_not_found',
  'user_not_visible',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'cannot_reply_to_message',
  'team_not_found',
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
  'no_text',
])

/** What Slack says when a message cannot be answered to: it is gone, or the thread is closed. */
const NO_THREAD: ReadonlySet<string> = new Set([
  'cannot_reply_to_message',
  'thread_not_found',
  'message_not_found',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
])

/** Whether a message could not be posted only because of the thread where it should stand. */
export function isThreadGone(error: unknown): boolean {
  const failure = failureOf(error)
  return 'code' in failure && NO_THREAD.has(failure.code)
}

/** Whether asking again never helps. */
export function isFinal(code: string): boolean {
  return FINAL.has(code)
}

/** Reads an error that the WebClient threw. */
export function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', afterMs: error.retryAfter * 1_000 }
  if (!(error instanceof WebAPIPlatformError)) return { kind: 'unreachable' }
  const code = String(error.data.error).slice(0, 80)
  if (code === 'ratelimited' || code === 'rate_limited' || code === 'message_limit_exceeded') {
    return { kind: 'rate-limited', afterMs: (error.data.response_metadata?.retryAfter ?? 30) * 1_000 }
  }
  if (/internal|fatal|service_unavailable|timeout/.test(code)) return { kind: 'unreachable' }
  return { kind: FINAL.has(code) ? 'final' : 'refused', code }
}

/** Ids only: neither tokens nor payloads. */
export function loggable(error: unknown): { readonly code: string } {
  const failure = failureOf(error)
  if ('code' in failure) return { code: failure.code }
  return { code: failure.kind === 'rate-limited' ? failure.kind : `unreachable: ${nameOf(error)}` }
}

function nameOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : 'unknown'
}
