import { isSecretKey } from '../core/redact.ts'

/**
 * What a part of the config holds that must not be seen: values of keys that say so by their names, and passwords that
 * stand in addresses.
 */
export function secretsIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return isSecretKey(key) ? [value, ...passwordIn(value)] : passwordIn(value)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => secretsIn(member, Array.isArray(value) ? key : name))
}

/** As written, and as it is sent. */
function passwordIn(text: string): readonly string[] {
  const written = URL.parse(text)?.password
  return written ? [written, decoded(written)] : []
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}
