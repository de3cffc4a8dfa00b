import type { Misdelivery } from './faults.ts'
import type { Ack } from './http-delivery.ts'
import type { Envelope } from './socket.ts'

/** One call that reached the workspace; `response_url` counts as a method. */
export interface Call {
  readonly method: string
  /** The arguments as they came, without the token; structured ones parsed. */
  readonly args: Readonly<Record<string, unknown>>
  readonly at: number
  /** `ok`, or the error that was answered, or the kind of fault that struck it. */
  readonly answer: string
}

/** What a payload is, which decides how it is wrapped. */
export type PayloadKind = 'command' | 'interactive' | 'event'

/** One payload as it went to the bot, whole, so that a test can send it once more. */
export interface Delivery {
  readonly kind: PayloadKind
  readonly payload: Readonly<Record<string, unknown>>
  readonly at: number
  readonly wire:
    | { readonly via: 'http'; readonly body: string; readonly headers: Readonly<Record<string, string>> }
    | { readonly via: 'socket'; readonly envelope: Envelope }
    | { readonly via: 'nothing' }
  readonly ack: Ack
  /** The fault that struck it. */
  readonly fault?: Misdelivery['kind']
}
