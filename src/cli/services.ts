import type { Row } from '../operations/listing.ts'

export interface ListFilter {
  readonly states: readonly string[]
  readonly person: string | undefined
  readonly limit: number
}

export interface EventsWanted {
  readonly after: number
  readonly request: string | undefined
  readonly limit: number
}

/** What verifying the log came to. */
export type Verdict =
  | { readonly ok: true; readonly events: number; readonly head: string }
  | {
      readonly ok: false
      readonly code: 'tampered' | 'bad-signature'
      readonly sequence: number | null
      readonly why: string
    }

export interface RevokeAsked {
  /** An id, a subject, a Slack id, or `all`. */
  readonly whom: string
  readonly by: string
  readonly note: string
}

/** How far a revoke from the command line has come. */
export interface RevokeProgress {
  readonly by: 'this command' | 'the running bot'
  readonly revoked: readonly string[]
  readonly waiting: readonly string[]
}

/**
 * What commands need from the rest of the program; `app.ts` provides it. Each opens what it needs and closes it again.
 *
 * @throws {Unusable} with a sentence for the operator: no database, a locked one, a newer one, an unreadable key
 */
export interface Services {
  readonly version: string
  /** Runs the bot until it is told to stop. */
  start(options: { readonly confirmClock: boolean }): Promise<number>
  requests(filter: ListFilter): Promise<readonly Row[]>
  grants(filter: ListFilter): Promise<readonly Row[]>
  events(wanted: EventsWanted): Promise<readonly Row[]>
  /** Takes access away: through the running bot, or by itself if none runs. Resolves when it is gone or `patienceMs` is over. */
  revoke(asked: RevokeAsked, tell: (progress: RevokeProgress) => void): Promise<RevokeProgress>
  verifyDatabase(): Promise<Verdict>
  verifyExport(path: string): Promise<Verdict>
  /** Lines of the export, in order. */
  exportAudit(): AsyncIterable<string>
  /** The app manifest to paste into Slack. */
  manifest(): string
}
