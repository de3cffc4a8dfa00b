import { inspect } from 'node:util'
import { REDACTED } from '../core/redact.ts'

/** A value that must not be seen: it prints `[redacted]` in logs, JSON and templates, and only `reveal` gives it away. */
export class Secret<Value> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
