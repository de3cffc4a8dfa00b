import type { Environment, StartEnvironment } from '../config/environment.ts'
import type { Config } from '../config/load.ts'
import type { OperatorDeps } from '../operations/deliver-here.ts'
import type { Remark } from '../operations/listing.ts'
import type { Clock, Deps, Ids, People } from '../operations/ports.ts'

/** What verifying the log came to. */
export type Verdict =
  | { readonly ok: true; readonly events: number; readonly head: string; readonly publicKey?: string }
  | {
      readonly ok: false
      readonly code: 'tampered' | 'bad-signature'
      readonly sequence: number | null
      readonly why: string
    }

export interface BotWanted {
  readonly environment: StartEnvironment
  readonly config: Config
  /** The clock is right although it is behind the newest record. */
  readonly confirmClock: boolean
}

/** Slack for looking only: nothing is posted. */
export interface Look {
  readonly people: People
  /** The Slack id of the member with this e-mail address. @throws when Slack cannot tell */
  find(email: string): Promise<string | undefined>
  /** The whole set-up in Slack; `tell` hears how far it is. */
  survey(tell: (progress: string) => void): Promise<readonly Remark[]>
}

/**
 * What commands need from the rest of the program; `app.ts` provides it.
 *
 * @throws {Unusable} with a sentence for the operator: no database, a newer one, an unreadable key, a port in use
 */
export interface Backend {
  readonly version: string
  readonly clock: Clock
  readonly ids: Ids
  /** The app manifest to paste into Slack. */
  manifest(): string
  startBot(wanted: BotWanted): Promise<{ stop(): Promise<void> }>
  /** What is found of database, audit key and clock. */
  inspect(environment: Environment): Promise<readonly Remark[]>
  /** Asks nobody yet. */
  lookIntoSlack(environment: StartEnvironment, config: Config): Promise<Look>
  /** Opens the database without its lock. */
  openStore(path: string): Promise<Deps['store']>
  /** The lock of a database; `undefined` while a bot runs on it. */
  takeLock(path: string): { release(): void } | undefined
  operate(config: Config, store: Deps['store']): Promise<OperatorDeps>
  proveDatabase(path: string): Promise<Verdict>
  /** An export must be signed by the bot's own key where that is at hand; elsewhere by any, which is named. */
  proveExport(path: string, keyPath: string): Promise<Verdict>
  /** Lines of the export, in order, signed at the end. */
  exportAudit(path: string, keyPath: string): AsyncIterable<string>
}
