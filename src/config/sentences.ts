import type { z } from 'zod'

/** What is said of a key that must be there; the key's own description follows. */
export const MISSING = 'is missing'

/** Says what is wrong, and what would be right, where a schema does not say it itself. Never repeats a value. */
export const sentence: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code.startsWith('invalid_')) return MISSING
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input)
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`
    case 'too_small':
      return amount('at least', issue.minimum, issue.origin)
    case 'too_big':
      return amount('at most', issue.maximum, issue.origin)
    default:
      return 'has the wrong form'
  }
}

/** `a`, `a or b`, `a, b or c` */
export function oneOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ')
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [one, two]',
  record: 'a mapping of names',
  object: 'a mapping of keys',
}

function wrongType(expected: string, input: unknown): string {
  if (expected === 'int' && typeof input === 'number') return 'must be a whole number'
  const found = input === null ? 'nothing' : Array.isArray(input) ? 'a list' : NOUNS[typeof input]
  const quotes = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')
  return `must be ${NOUNS[expected] ?? expected}, but is ${found ?? typeof input}${quotes ? ': put it in quotes' : ''}`
}

function amount(least: string, bound: number | bigint, origin: string): string {
  if (origin === 'string') return `must have ${least} ${bound} characters`
  if (origin === 'array') return `must have ${least} ${bound} items`
  return `must be ${least} ${bound}`
}
