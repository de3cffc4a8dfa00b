export type AdapterErrorKind = 'unreachable' | 'rejected' | 'misconfigured'

/** What the caller can do about it is its kind; the message is for operators and holds no secret. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError'
  readonly kind: AdapterErrorKind
  /** Whether the call may have taken effect all the same: a broken connection, not a refused one. */
  readonly outcomeUnknown: boolean

  constructor(kind: AdapterErrorKind, message: string, options?: { cause?: unknown; outcomeUnknown?: boolean }) {
    super(message, { cause: options?.cause })
    this.kind = kind
    this.outcomeUnknown = options?.outcomeUnknown ?? false
  }
}
