/** How to ask one on-call schedule; the config's, with its credential. */
export type ScheduleSetup =
  | { readonly kind: 'pagerduty'; readonly schedule: string; readonly token: string; readonly url: string }
  | { readonly kind: 'opsgenie'; readonly schedule: string; readonly key: string; readonly url: string }
  | { readonly kind: 'http'; readonly url: string; readonly token?: string | undefined }

/**
 * Asks one schedule who is on call now: e-mail addresses in lower case, or Slack member ids, each once. Nobody may be on
 * call; whoever cannot be told for certain is no answer.
 *
 * @throws {ScheduleFault} when the answer is not clear
 */
export type AskSchedule = (signal: AbortSignal) => Promise<readonly string[]>

/** A schedule did not say who is on call, or not clearly. Holds no address and no credential. */
export class ScheduleFault extends Error {
  override readonly name = 'ScheduleFault'
  /** For the log, and for whoever checks the set-up. */
  readonly code: string

  constructor(code: string) {
    super(`the on-call schedule cannot be read: ${code}`)
    this.code = code
  }
}
