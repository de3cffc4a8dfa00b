import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyChain } from '../../src/audit/verify.ts'
import { StaleState } from '../../src/core/store.ts'
import { readAuditLog } from '../../src/store/read-audit.ts'
import { openStore, reopen } from './database.ts'
import { makeCopy, makeEvent, makeRequest } from './make.ts'

/** A commit to one of three copies, decided on a version that may have moved, by one of two processes. */
const commit = fc.record({
  copy: fc.nat(2),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  events: fc.nat(3),
  process: fc.nat(1),
})
/** Commits of one batch are made without waiting for each other. */
const batches = fc.array(fc.array(commit, { maxLength: 6 }), { maxLength: 8 })

describe('whoever commits what in whatever order', () => {
  it('a row has one version for each commit that succeeded, and the log has their events without a gap', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const { store, path } = await openStore()
        const stores = [store, await reopen(path)] as const
        const copies = [0, 1, 2].map((n) => makeCopy({ id: `copy-${n}` }))
        await store.commit({ requests: [makeRequest()], copies })
        const succeeded = [1, 1, 1]
        let events = 0
        for (const batch of all) {
          const read = [...succeeded]
          await Promise.all(
            batch.map(async ({ copy, behind, events: count, process }) => {
              const version = Math.max(1, read[copy]! - behind)
              const drafts = Array.from({ length: count }, () => makeEvent())
              try {
                await stores[process]!.commit({ copies: [{ ...copies[copy]!, version }], events: drafts })
                succeeded[copy]! += 1
                events += count
              } catch (error) {
                expect(error).toBeInstanceOf(StaleState)
              }
            }),
          )
        }
        expect((await store.copiesOf('R-AAAAAA')).map(({ version }) => version)).toEqual(succeeded)
        expect(await verifyChain(readAuditLog(path))).toMatchObject({ ok: true, events })
        for (const one of stores) await one.close()
      }),
      { numRuns: 40 },
    )
  })

  it('of many who decide on the same version one wins', async () => {
    const { store, path } = await openStore()
    const other = await reopen(path)
    await store.commit({ requests: [makeRequest()] })
    const cancelled = { ...makeRequest(), version: 1, state: 'cancelled', cancelledAt: 1, why: 'requester' } as const
    const racing = Array.from({ length: 200 }, (_, n) =>
      (n % 2 ? store : other).commit({ requests: [cancelled], events: [makeEvent({ name: 'request.cancelled' })] }),
    )
    const won = (await Promise.allSettled(racing)).filter(({ status }) => status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(await store.events({ limit: 9 })).toHaveLength(1)
  })
})
