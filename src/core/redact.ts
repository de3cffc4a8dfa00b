/** What stands where a secret stood. */
export const REDACTED = '[redacted]'

/** Shorter values are no secrets, and hiding them would garble sentences. */
const SHORTEST_SECRET = 4

/** What looks like a secret wherever it stands. No pattern reaches over a quotation mark, so JSON stays JSON. */
const PATTERNS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(-----END [A-Z ]*PRIVATE KEY-----|(?=")|$)/g, REDACTED],
  [/\bx(ox[a-z]|app)-[A-Za-z0-9-]{4,}/g, REDACTED],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g, REDACTED], // a JSON web token
  [/(:\/\/[^\s:@/"']*):[^\s"']*@/g, `$1:${REDACTED}@`], // up to the last @: a password may have one in it
  [/(hooks\.slack\.com\/)[^\s"']+/g, `$1${REDACTED}`],
  [/\b(Bearer|Basic) +[\w.~+/=-]{16,}/gi, `$1 ${REDACTED}`],
  [/((?:password|passwd|secret|token|api[_-]?key)\s*=\s*)(?:'[^'"]*'|[^\s"',;&)}\]]+)/gi, `$1${REDACTED}`],
  [/((["'])(?:password|passwd|secret|token|api[_-]?key)\2\s*:\s*)(["'])[^"']*\3/gi, `$1$3${REDACTED}$3`],
]

/** Names of keys whose values are nobody's business. */
const SECRET_KEY = /token|secret|passw(or)?d|authorization|cookie|(api|private|signing)_?key|(^|_)url$/i

export function isSecretKey(name: string): boolean {
  return SECRET_KEY.test(name)
}

/** Takes secrets out of what is about to be seen. */
export interface Redactor {
  /** Out of a sentence, a stack, or whatever else somebody reads. */
  text(text: string): string
  /** Out of one line of JSON, also by the names of keys. A line that is no JSON is treated as text. */
  line(line: string): string
}

/** A redactor that knows these secrets by heart, in each form in which they could be written, and others by their look. */
export function redactorOf(secrets: Iterable<string>): Redactor {
  const known = new Set([...secrets].filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf))
  const longestFirst = [...known].sort((a, b) => b.length - a.length)
  const text = (seen: string) => {
    const without = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), seen)
    return PATTERNS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), without)
  }
  return { text, line: (line) => lineWithout(line, text) }
}

function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1)
  return [secret, quoted, encodeURIComponent(secret.toWellFormed()), base64Of(secret)]
}

function base64Of(secret: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, '')
}

function lineWithout(line: string, text: (seen: string) => string): string {
  const end = line.endsWith('\n') ? '\n' : ''
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return text(line)
  }
  return `${JSON.stringify(without(read, text))}${end}`
}

function without(value: unknown, text: (seen: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => without(item, text))
  const members = Object.entries(value).map(([key, member]) => [
    text(key),
    isSecretKey(key) && member !== null ? REDACTED : without(member, text),
  ])
  return Object.fromEntries(members)
}
