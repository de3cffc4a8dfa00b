import type { GrantRow } from './ledger.ts'
import { MOST_TOTAL_MS } from './town-config.ts'
import type { Violations } from './violations.ts'

/** People who want access gone want all of it gone. */
const BY_PEOPLE: ReadonlySet<string | null> = new Set(['ended-early', 'revoked-by'])

/** Whoever was given more time held the access all along, for no longer than the rule allows, and lost both grants at once. */
export function judgeMoreTime(grants: readonly GrantRow[], violations: Violations): void {
  const byId = new Map(grants.map((grant) => [grant.id, grant]))
  const before = new Map(grants.map((grant) => [grant.extendedBy, grant]))
  for (const old of grants) {
    const next = byId.get(old.extendedBy ?? '')
    if (old.cause === 'extended') judgeHandover(old, next, violations)
    if (!next) continue
    if (next.expiresAt <= old.expiresAt) violations.add('more time is more', `${next.id} ends before ${old.id}`)
    judgeTogether(old, next, violations)
    judgeTogether(next, old, violations)
  }
  for (const { id, expiresAt } of grants) {
    const heldMs = expiresAt - beganAt(id)
    if (heldMs > MOST_TOTAL_MS) violations.add('more time has a bound', `${id}: ${heldMs} ms in all`)
  }

  function beganAt(id: string): number {
    const old = before.get(id)
    return old ? beganAt(old.id) : byId.get(id)!.createdAt
  }
}

/** A grant gives way to one that is active, and the target hears nothing of it while that one lives. */
function judgeHandover(old: GrantRow, next: GrantRow | undefined, violations: Violations): void {
  const law = 'an extended grant gives way to an active one'
  if (next?.activeAt !== old.revokingAt) violations.add(law, `${old.id} gave way, and nothing was active then`)
  const nextLived = (next?.revokingAt ?? Number.POSITIVE_INFINITY) > (old.revokedAt ?? 0)
  if (nextLived && old.detail !== 'released') violations.add(law, `${old.id} was ${old.detail}, not released`)
}

function judgeTogether(ended: GrantRow, other: GrantRow, violations: Violations): void {
  const at = ended.revokingAt
  if (at === null || !BY_PEOPLE.has(ended.cause) || other.createdAt > at) return
  if ((other.revokingAt ?? Number.POSITIVE_INFINITY) > at)
    violations.add('whoever ends one of two grants ends both', `${ended.id} was ended, and ${other.id} lived on`)
}
