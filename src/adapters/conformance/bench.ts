import type { Adapter, AdapterDefinition } from '../contract.ts'

/** One access of one account, on the target that is tried. */
export interface Place {
  readonly account: string
  readonly access: unknown
  readonly entitlement: string
  /** Whether the target can have an account of this name at all; if not, a grant must be refused. */
  readonly possible: boolean
}

/** How a target, or what stands between, can misbehave. Each lasts until the bench is healed. */
export type Mischief =
  /** Nobody is there, or says that it cannot work just now. */
  | 'down'
  /** Of five calls, two in a row fail, before or after their effect. */
  | 'flapping'
  /** Takes a call, does nothing, never answers. */
  | 'silent-before'
  /** Does what a grant or revoke says, then never answers. */
  | 'silent-after'
  /** Hangs up on a grant or revoke without doing anything. */
  | 'cut-before'
  /** Does what a grant or revoke says, then hangs up. */
  | 'cut-after'
  /** Takes a grant, never answers, and does it `lateMs` later, whoever has hung up since. */
  | 'late'
  /** Answers what means nothing. */
  | 'nonsense'
  /** Says that we are not who we should be. */
  | 'unauthorized'
  /** Somebody else answers: what was asked for is not here. */
  | 'not-found'
  /** Sends us elsewhere, where anybody says what we want to hear. */
  | 'redirecting'
  /** Says yes to a grant and a revoke, and does nothing; `holds` tells the truth. */
  | 'lying'

/** One way to misbehave. */
export interface Way {
  readonly name: string
  begin(lateMs: number): Promise<void> | void
}

/**
 * A target of one kind, set up for the suite. Nothing here goes through the adapter: the bench asks the target itself, as
 * somebody who stands beside it would.
 */
export interface Bench {
  readonly definition: Pick<AdapterDefinition, 'nativeExpiry' | 'perGrant'>
  /** What must be seen in no error: passwords, keys, addresses that hold them. */
  readonly secrets: readonly string[]
  /** The ways in which this kind of target can misbehave, or a sentence why it cannot. */
  readonly ways: Readonly<Record<Mischief, readonly Way[] | string>>
  /** Whether the adapter has `list`. */
  readonly lists: boolean
  /** How long after its call a late effect lands: 60,000 in earnest, less in a hurry. */
  readonly lateMs: number
  /** Milliseconds since 1970. */
  now(): number
  /** As the bot opens it. */
  open(): Promise<Adapter>
  /** An access of its own, which nobody holds, for the account of this name, which is made if it can be and is not there. */
  prepare(account: string): Promise<Place>
  /** The truth. */
  isHeld(place: Place): Promise<boolean>
  /** Gives or takes access behind the adapter's back. */
  give(place: Place): Promise<void>
  take(place: Place): Promise<void>
  /** When the target itself believes that access ends, in milliseconds since 1970; left out where it is not told. */
  endOf?(place: Place): Promise<number | undefined>
  /** Resolves once a call has got as far as the way begun last: for `silent-…` and `late`. */
  reached(): Promise<void>
  /** The target behaves again; what was waiting is dropped, except late effects. */
  heal(): Promise<void>
}
