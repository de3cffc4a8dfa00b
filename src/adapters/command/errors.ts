import { AdapterError } from '../contract.ts'

/** How a program ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** As in sysexits.h: EX_TEMPFAIL and EX_CONFIG. */
const TRY_AGAIN = 75
const MISCONFIGURED = 78
const MOST_LINE_CHARACTERS = 200
/** Shorter values are no secrets, and hiding them would garble sentences. */
const SHORTEST_SECRET = 4

/** What it wrote to standard error, and the environment of which nothing may be repeated. */
interface Complaint {
  readonly line: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * What an exit other than 0 means. Only 78 says surely that nothing was done: any other may be a crash in the middle, or
 * a time-out of what the program itself called.
 */
export function failureOfExit({ code, signal }: Exit, complaint: Complaint): AdapterError {
  const how = code === null ? `was ended by ${signal}` : `exited with ${code}`
  const said = firstLine(complaint)
  const message = said ? `The command ${how}: ${said}` : `The command ${how}.`
  if (code === MISCONFIGURED) return new AdapterError('misconfigured', message)
  const kind = code === TRY_AGAIN ? 'unreachable' : 'rejected'
  return new AdapterError(kind, message, { outcomeUnknown: true })
}

/** The deadline, or the grant is being ended. Once it was started nobody knows what it did. */
export function cutOff({ started }: { started: boolean }): AdapterError {
  return new AdapterError('unreachable', 'The command did not answer in time.', { outcomeUnknown: started })
}

/** The machine has no room for it just now. */
const NO_ROOM = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']

/** It was never started. The cause is not kept: Node puts the arguments into it. */
export function failureOfStart(error: unknown): AdapterError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
  const kind = NO_ROOM.includes(code) ? 'unreachable' : 'misconfigured'
  return new AdapterError(kind, `The command cannot be started: ${code}.`)
}

/** Its first words, without anything that acts in a terminal or that came from the environment. */
function firstLine({ line, env }: Complaint): string {
  const secrets = Object.values(env).filter((value) => value.length >= SHORTEST_SECRET)
  const hidden = secrets
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line)
  const [first = ''] = hidden.trim().split(/[\r\n]/, 1)
  return first
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .slice(0, MOST_LINE_CHARACTERS)
    .toWellFormed()
}
