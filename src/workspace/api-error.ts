/**
 * An answer `ok: false`. It is thrown because every method refuses in the same way and one place answers all of them;
 * inside the workspace it is never a fault.
 */
export class ApiError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code)
    this.code = code
    this.details = details
  }
}

/** Blocks, a view or arguments that Slack does not accept, with its complaints. */
export function refusedFor(code: string, problems: readonly string[]): ApiError {
  return new ApiError(code, {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  })
}
