import { pino } from 'pino'
import type { Redactor } from './core/redact.ts'
import type { Log } from './operations/ports.ts'

/** JSON lines on standard output. Each whole line, with what libraries put into errors, passes the redactor. */
export function logger(level: string, redactor: Redactor): Log {
  return pino({ level, hooks: { streamWrite: (line) => redactor.line(line) } })
}
