/** Every path in a value, with the type of what is there: `user.team_id: string`. Lists count by their first item. */
export function paths(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${at}[]`] : paths(value[0], `${at}[]`)
  if (typeof value !== 'object' || value === null) return [`${at}: ${value === null ? 'null' : typeof value}`]
  const entries = Object.entries(value)
  if (entries.length === 0) return [`${at}: {}`]
  return entries.flatMap(([key, inner]) => paths(inner, at === '' ? key : `${at}.${key}`))
}

/** The paths of a value, without types. */
export function keys(value: unknown): string[] {
  return paths(value).map((path) => path.split(':')[0] ?? '')
}
