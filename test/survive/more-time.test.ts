import { describe, expect, it } from 'vitest'
import type { GrantRow } from './ledger.ts'
import { judgeMoreTime } from './more-time.ts'
import { Violations } from './violations.ts'

/** Two grants as they are when all went well: the second is active at 2,000, until 6,000. */
const OLD = made({ id: 'G-1', extendedBy: 'G-2', revokingAt: 2_000, revokedAt: 2_100, cause: 'extended' })
const NEXT = made({ id: 'G-2', createdAt: 1_500, activeAt: 2_000, expiresAt: 6_000, detail: 'confirmed' })

function made(facts: Partial<GrantRow>): GrantRow {
  return {
    ...{ id: 'G-1', request: 'R-1', state: 'revoked', target: 'webhook', account: 'login_1', role: 'read' },
    ...{ createdAt: 1_000, expiresAt: 4_000, activeAt: 1_100, revokingAt: 6_000, revokedAt: 6_100 },
    ...{ cause: 'expired', detail: 'released', extendedBy: null, againAt: null },
    ...facts,
  }
}

function broken(...grants: readonly GrantRow[]): string[] {
  const violations = new Violations(() => 'here')
  judgeMoreTime(grants, violations)
  return violations.list().map(({ law }) => law)
}

describe('the laws of more time', () => {
  it('let a grant give way to one that is active', () => {
    expect(broken(OLD, NEXT)).toEqual([])
  })

  it.each([
    ['gives way before the new one is active', OLD, { ...NEXT, activeAt: 2_200 }],
    ['gives way to one that never was active', OLD, { ...NEXT, activeAt: null }],
    ['is taken away at the target', { ...OLD, detail: 'confirmed' }, NEXT],
  ])('notice that a grant %s', (_what, old, next) => {
    expect(broken(old, next)).toEqual(['an extended grant gives way to an active one'])
  })

  it('notice more time that is less', () => {
    expect(broken(OLD, { ...NEXT, expiresAt: 4_000 })).toEqual(['more time is more'])
  })

  it('notice a third grant that goes beyond the bound of all three', () => {
    const third = made({ id: 'G-3', createdAt: 5_000, activeAt: 5_500, expiresAt: 9_001 })
    const second = { ...NEXT, extendedBy: 'G-3', revokingAt: 5_500, revokedAt: 5_600, cause: 'extended' }
    expect(broken(OLD, { ...second, detail: 'released' }, third)).toEqual(['more time has a bound'])
    expect(broken(OLD, { ...second, detail: 'released' }, { ...third, expiresAt: 9_000 })).toEqual([])
  })

  it('notice that only one of two grants was ended', () => {
    const law = 'whoever ends one of two grants ends both'
    const ended = { ...OLD, revokingAt: 1_700, cause: 'revoked-by' }
    expect(broken(ended, NEXT)).toEqual([law])
    expect(broken(ended, { ...NEXT, revokingAt: 1_700, cause: 'revoked-by' })).toEqual([])
    expect(broken({ ...OLD, cause: 'expired' }, { ...NEXT, revokingAt: 1_800, cause: 'ended-early' })).toEqual([law])
  })
})
