export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Printable ASCII that JSON writes as it is: nearly all that is written here, and twice as fast known so. */
const PLAIN = /^[ !#-[\]-~]*$/

/**
 * RFC 8785 (JCS): object keys in UTF-16 order, no white space, numbers and strings as ECMAScript prints them. Two equal
 * values give the same bytes, so the bytes can be hashed.
 *
 * @throws {TypeError} on a number that JSON cannot hold, or on text with a lone surrogate
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as { readonly [key: string]: Json }
  let members = ''
  for (const key of Object.keys(object).sort()) {
    members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(object[key] as Json)}`
  }
  return `{${members}}`
}

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new TypeError('text with a lone surrogate')
  return JSON.stringify(text)
}
