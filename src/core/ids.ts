/** `R-7KQ2M4`: six characters of Crockford's base 32, drawn at random. */
export type RequestId = `R-${string}`
/** `G-7KQ2M4`: the grant of the request with the same letters. */
export type GrantId = `G-${string}`
/** A Slack member's id, `U…` or `W…`. */
export type SlackId = string
/** One human, whatever he is called anywhere: usually an e-mail in lower case. */
export type Subject = string

export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function grantIdOf(id: RequestId): GrantId {
  return `G-${id.slice(2)}`
}

export function requestIdOf(id: GrantId): RequestId {
  return `R-${id.slice(2)}`
}

/** Reads an id as a person types it: `r-7kq2m4` and `G-7KQ2M4` both name request `R-7KQ2M4`. O, I and L are read as 0, 1 and 1. */
export function parseId(typed: string): RequestId | undefined {
  const match = /^[RG]-([0-9A-Z]{6})$/.exec(typed.toUpperCase())
  const letters = match?.[1]?.replace(/O/g, '0').replace(/[IL]/g, '1')
  return letters && [...letters].every((letter) => CROCKFORD.includes(letter)) ? `R-${letters}` : undefined
}
