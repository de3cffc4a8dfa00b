import { ApiError, refusedFor } from './api-error.ts'

/** The arguments of one Web API call: form fields hold JSON as text, a JSON body holds it as it is. */
export class Arguments {
  readonly all: Readonly<Record<string, unknown>>

  constructor(all: Readonly<Record<string, unknown>>) {
    this.all = all
  }

  text(name: string): string | undefined {
    const value = this.all[name]
    return value === undefined || value === null ? undefined : String(value)
  }

  required(name: string): string {
    const value = this.text(name)
    if (value === undefined || value === '') {
      throw refusedFor('invalid_arguments', [`missing required field: ${name}`])
    }
    return value
  }

  flag(name: string): boolean {
    const value = this.text(name)
    return value === 'true' || value === '1'
  }

  number(name: string, otherwise: number): number {
    const value = this.text(name)
    return value === undefined ? otherwise : Number(value)
  }

  /** A structured argument. Text that was no JSON is refused with `refusal`. */
  structured(name: string, refusal = 'invalid_arguments'): unknown {
    const value = this.all[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'object') throw new ApiError(refusal)
    return value
  }
}

const STRUCTURED = new Set(['blocks', 'view', 'attachments', 'metadata', 'message'])

/** Reads the body of a call. */
export function readArguments(contentType: string, body: string): Record<string, unknown> {
  if (contentType.startsWith('application/json')) {
    const whole = parsed(body)
    if (typeof whole !== 'object' || whole === null) throw new ApiError('invalid_json')
    return { ...whole }
  }
  const fields = [...new URLSearchParams(body)].map(([name, value]) => [
    name,
    STRUCTURED.has(name) ? parsed(value) : value,
  ])
  return Object.fromEntries(fields)
}

/** The value that a text holds as JSON, or the text itself. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
