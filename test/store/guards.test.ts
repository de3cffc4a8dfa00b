import { describe, expect, it } from 'vitest'
import type { Guard } from '../../src/core/change.ts'
import { StaleState } from '../../src/core/store.ts'
import type { SqliteStore } from '../../src/store/open.ts'
import { openStore } from './database.ts'
import { approved, MINUTE, makeEvent, makeGrant, makeHolding, makeRequest, T0 } from './make.ts'

const subject = 'ann@example.com'

/** Ann has one pending request and one granting grant, both of `T0`. */
async function openBusy(): Promise<SqliteStore> {
  const { store } = await openStore()
  const request = makeRequest()
  await store.commit({
    requests: [approved(request), makeRequest({ id: 'R-BBBBBB', terms: { entitlement: 'other' } })],
    holdings: [makeHolding()],
    grants: [makeGrant(request, { createdAt: T0 })],
  })
  return store
}

describe('a guard', () => {
  it.each<[Guard, 'holds' | 'fails']>([
    [{ kind: 'open-requests-below', subject, limit: 2 }, 'holds'],
    [{ kind: 'open-requests-below', subject, limit: 1 }, 'fails'],
    [{ kind: 'requests-since-below', subject, since: T0 + 1, limit: 1 }, 'holds'],
    [{ kind: 'requests-since-below', subject, since: T0, limit: 2 }, 'fails'],
    [{ kind: 'uses-below', subject, rule: 'one-lead', since: T0, limit: 2 }, 'holds'],
    [{ kind: 'uses-below', subject, rule: 'one-lead', since: T0, limit: 1 }, 'fails'],
    [{ kind: 'uses-below', subject, rule: 'other', since: T0, limit: 1 }, 'holds'],
    [{ kind: 'holding-needed', holding: 'holding-1', besides: 'G-BBBBBB' }, 'holds'],
    [{ kind: 'holding-needed', holding: 'holding-1', besides: 'G-AAAAAA' }, 'fails'],
    [{ kind: 'holding-free', holding: 'holding-1', besides: 'G-AAAAAA' }, 'holds'],
    [{ kind: 'holding-free', holding: 'holding-1', besides: 'G-BBBBBB' }, 'fails'],
  ])('%o %s', async (guard, expected) => {
    const store = await openBusy()
    const change = { guards: [guard], events: [makeEvent()] }
    if (expected === 'holds') await store.commit(change)
    else await expect(store.commit(change)).rejects.toThrow(StaleState)
    expect(await store.events({ limit: 9 })).toHaveLength(expected === 'holds' ? 1 : 0)
  })

  it('sees what was there before its own Change', async () => {
    const { store } = await openStore()
    const guards: Guard[] = [{ kind: 'open-requests-below', subject, limit: 1 }]
    await store.commit({ guards, requests: [makeRequest()] })
    expect(await store.openRequests(subject)).toBe(1)
  })

  it('sees what Changes before it in the same group did', async () => {
    const { store } = await openStore()
    const guards: Guard[] = [{ kind: 'open-requests-below', subject, limit: 2 }]
    const opening = ['a', 'b', 'c', 'd'].map((entitlement) =>
      store.commit({ guards, requests: [makeRequest({ id: `R-00000${entitlement}`, terms: { entitlement } })] }),
    )
    const results = await Promise.allSettled(opening)
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
  })

  it('does not count a grant that is ending', async () => {
    const store = await openBusy()
    const grant = (await store.grant('G-AAAAAA'))!
    const end = { activeAt: null, cause: 'expired', by: 'system', revokingAt: T0 + MINUTE } as const
    await store.commit({ grants: [{ ...grant, ...end, state: 'revoking', round: 1, goneAt: null, stuckAt: null }] })
    const guards: Guard[] = [{ kind: 'holding-free', holding: 'holding-1', besides: 'G-BBBBBB' }]
    await store.commit({ guards })
  })
})
