import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src/core/backoff.ts'
import type { Grant } from '../../src/core/grant.ts'
import { announceCall, concludeCall } from '../../src/core/granting.ts'
import { settledAt } from '../../src/core/holding.ts'
import {
  awaitLateEffect,
  beginRevoke,
  expire,
  failGrant,
  finishRevoke,
  flagStuck,
  wayOut,
} from '../../src/core/revoking.ts'
import { makeActive, makeGranting, makeHolding, makeRevoking, NIGHT } from '../support/make.ts'

const revoked = () => {
  const [grant] = finishRevoke(makeRevoking(), makeHolding(), { detail: 'confirmed', last: true }, NIGHT).grants ?? []
  return grant as Grant
}

describe('ending', () => {
  it('takes a granting and an active grant through the same door, with an effect and an event', () => {
    for (const grant of [makeGranting(), makeActive()]) {
      const change = beginRevoke(grant, { cause: 'ended-early', by: 'U0ANN' }, NIGHT)
      expect(change.grants).toMatchObject([{ state: 'revoking', cause: 'ended-early', expiresAt: grant.expiresAt }])
      expect(change.effects?.map(({ kind }) => kind)).toEqual(['revoke', 'feed'])
      expect(change.events).toMatchObject([{ name: 'grant.revoke-begun', actor: 'U0ANN' }])
    }
  })

  it('asked for twice is harmless', () => {
    for (const grant of [makeRevoking(), revoked()]) {
      expect(beginRevoke(grant, { cause: 'expired', by: 'system' }, NIGHT)).toEqual({})
      expect(failGrant(grant, { code: 'rejected', why: '' }, undefined, NIGHT)).toEqual({})
    }
  })

  it('comes at the end and never before', () => {
    const grant = makeActive()
    expect(expire(grant, grant.expiresAt - 1)).toEqual({})
    expect(expire(grant, grant.expiresAt).grants).toMatchObject([{ state: 'revoking', cause: 'expired' }])
  })

  it('never moves the end, and every path ends in revoked: any order of steps', () => {
    const step = fc.constantFrom('expire', 'end', 'fail', 'late', 'stick', 'finish')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, active) => {
        const start: Grant = active ? makeActive() : makeGranting()
        const last = [...steps, 'end', 'finish'].reduce<Grant>((grant, name) => apply(grant, name), start)
        expect(last.expiresAt).toBe(start.expiresAt)
        expect(last.state).toBe('revoked')
      }),
    )
  })
})

function apply(grant: Grant, step: string): Grant {
  const now = grant.expiresAt
  const changes = {
    expire: () => expire(grant, now),
    end: () => beginRevoke(grant, { cause: 'ended-early', by: 'U0ANN' }, now),
    fail: () => failGrant(grant, { code: 'rejected', why: '' }, undefined, now),
    late: () => (grant.state === 'revoking' ? awaitLateEffect(grant, now) : {}),
    stick: () => flagStuck(grant, now),
    finish: () =>
      grant.state === 'revoking' ? finishRevoke(grant, makeHolding(), { detail: 'confirmed', last: true }, now) : {},
  }
  const change = changes[step as keyof typeof changes]()
  return change.grants?.[0] ?? grant
}

describe('a holding', () => {
  it('is left alone when the access was there before, was never given, or is needed', () => {
    expect(wayOut(makeHolding({ preexisting: false }), false)).toBe('at-target')
    expect(wayOut(makeHolding({ preexisting: false }), true)).toBe('released')
    expect(wayOut(makeHolding({ preexisting: true }), false)).toBe('released')
    expect(wayOut(makeHolding({ preexisting: null }), false)).toBe('released')
  })

  it('closes with the last grant that leans on it', () => {
    const finish = (last: boolean) => finishRevoke(makeRevoking(), makeHolding(), { detail: 'released', last }, NIGHT)
    expect(finish(true).holdings).toMatchObject([{ closedAt: NIGHT }])
    expect(finish(false).holdings).toMatchObject([{ closedAt: null }])
  })

  it('remembers a call that nobody saw the end of, through any further calls', () => {
    const quiet = 60_000
    const call = fc.record({
      at: fc.integer({ min: 1, max: 1_000_000 }),
      outcome: fc.constantFrom('known', 'unknown', 'crash'),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), (calls) => {
        let holding = makeHolding()
        let mustWait = 0
        for (const { at, outcome } of calls) {
          const [announced] = announceCall(holding, at, quiet).holdings ?? []
          holding = announced ?? holding
          if (outcome !== 'known') mustWait = Math.max(mustWait, at + quiet)
          if (outcome !== 'crash') holding = concludeCall(holding, outcome as 'known' | 'unknown', quiet)
        }
        expect(settledAt(holding, quiet)).toBe(mustWait)
      }),
    )
  })
})

describe('back-off', () => {
  it('doubles from 1 s to at most 60 s, within a fifth', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempts) => backoffMs(attempts, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ])
    expect([backoffMs(1, 0), backoffMs(1, 1)]).toEqual([800, 1_200])
  })
})

it('a stuck revoke is flagged once, and not while only a late effect is waited for', () => {
  expect(flagStuck(makeRevoking(), NIGHT).events).toMatchObject([{ name: 'grant.stuck' }])
  expect(flagStuck(makeRevoking({ stuckAt: NIGHT }), NIGHT)).toEqual({})
  expect(flagStuck(makeRevoking({ goneAt: NIGHT }), NIGHT)).toEqual({})
  expect(flagStuck(makeActive(), NIGHT)).toEqual({})
})
