import { AdapterError, type AdapterErrorKind } from '../contract.ts'
import { LineBroke } from './connection.ts'

/** Try again: it was not the time, or not the target that answered (RFC 9110, RFC 6585, RFC 8470). */
const TRY_AGAIN = [408, 409, 425, 429]
/** Of these, the ones after which an earlier call may still be at work. */
const STILL_AT_WORK = [408, 409]
/** Who asks, where, or how is wrong: another call would fare no better. */
const OPERATORS = [401, 403, 404, 405, 407, 410]

/** What an answer other than 2xx means. None is ever a success, whatever its body says. */
export function failureOfStatus(status: number): AdapterError {
  const outcomeUnknown = status >= 500 || STILL_AT_WORK.includes(status)
  return new AdapterError(kindOf(status), `The webhook answered ${status}${hint(status)}.`, { outcomeUnknown })
}

function kindOf(status: number): AdapterErrorKind {
  if (status >= 500 || TRY_AGAIN.includes(status)) return 'unreachable'
  return status < 400 || OPERATORS.includes(status) ? 'misconfigured' : 'rejected'
}

function hint(status: number): string {
  return status < 400 ? ', a redirect, which is not followed' : ''
}

/** The call was aborted. Once it was sent nobody knows what became of it. */
export function cutOff({ sent }: { sent: boolean }): AdapterError {
  return new AdapterError('unreachable', 'The webhook did not answer in time.', { outcomeUnknown: sent })
}

/** No answer, or half of one. The cause is not kept: an address can hold a secret. */
export function failureOfConnection(error: unknown): AdapterError {
  const { open, cause } = error instanceof LineBroke ? error : { open: true, cause: error }
  const fault: Cause = cause instanceof Error ? cause : {}
  const why = fault.code ?? 'the line broke'
  if (!open && TRUST.test(why)) return new AdapterError('misconfigured', `The webhook cannot be used: ${why}.`)
  return new AdapterError('unreachable', `The webhook cannot be reached: ${why}.`, {
    outcomeUnknown: !neverConnected(fault),
  })
}

/** Certificates, and servers that do not speak TLS. Later, on an open line, the same says nothing of the call. */
const TRUST = /CERT|CRL|SIGN|^ERR_TLS|^ERR_SSL|^EPROTO$/

interface Cause extends Partial<Error> {
  readonly code?: string
  readonly syscall?: string
}

/** A call that was never sent has done nothing. */
function neverConnected({ code, syscall }: Cause): boolean {
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'ECONNREFUSED' // the last: of all its addresses
}
