import { DatabaseError } from 'pg'
import { AdapterError, type AdapterErrorKind } from '../contract.ts'

/**
 * What a failure means for the caller. Messages hold what the server said or a code, never the address or password; the
 * cause is not kept, because drivers put the address into it.
 *
 * @param changing whether a statement that changes something was under way, or done
 */
export function adapterError(error: unknown, changing: boolean): AdapterError {
  if (error instanceof AdapterError) return error
  if (error instanceof DatabaseError) return databaseError(error, changing)
  const code = codeOf(error)
  if (isTrust(error, code)) {
    return new AdapterError(
      'misconfigured',
      `PostgreSQL cannot be trusted or logged in to: ${code || 'TLS or password'}`,
    )
  }
  return new AdapterError('unreachable', `PostgreSQL cannot be reached: ${code || 'the connection broke'}`, {
    outcomeUnknown: changing,
  })
}

/** The server answered: its error is final for the statement, unless the server itself was going down. */
function databaseError({ code = '', message, severity }: DatabaseError, changing: boolean): AdapterError {
  const broke = severity === 'FATAL' || severity === 'PANIC' || code.startsWith('08') || code.startsWith('57P')
  const kind = kindOf(code, message)
  return new AdapterError(kind, `PostgreSQL says: ${message} (${code})`, { outcomeUnknown: changing && broke })
}

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNREACHABLE = /^(08|40|53|57|58|55P03|25006)/
const MISCONFIGURED = /^(28|3D000|42501)/

function kindOf(code: string, message: string): AdapterErrorKind {
  // two grants at one moment can meet in the catalog: the second only has to be tried again
  const met = code === 'XX000' && message.includes('concurrently')
  if (met || code === '23505' || UNREACHABLE.test(code)) return 'unreachable'
  return MISCONFIGURED.test(code) ? 'misconfigured' : 'rejected'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Certificates, a server without TLS, a password that the server wants and the url lacks, a key file that is not there. */
function isTrust(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false
  if ('syscall' in error && error.syscall === 'open') return true
  return /CERT|CRL|TLS|SSL|SIGN|INVALID/.test(code) || /SSL|SASL|certificate/.test(error.message)
}
