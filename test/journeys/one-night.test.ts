import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/store/open.ts'
import { type Night, type NightOptions, startNight } from '../support/night.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

let postgres: Postgres
let night: Night

beforeAll(async () => {
  postgres = await startPostgres()
})
afterEach(() => night.end())
afterAll(() => postgres.stop())

async function begin(options: NightOptions = {}): Promise<Night> {
  night = await startNight(postgres, options)
  return night
}

async function auditNames(): Promise<string[]> {
  const store = await openSqlite(`${night.folder}/breakglass.db`, { migrate: false })
  const events = await store.events({ limit: 1_000 })
  await store.close()
  return events.map(({ name }) => name)
}

const REFUSED = 'permission denied for table orders'

describe.each(['http', 'socket'] as const)('one night over %s', (mode) => {
  it('refused, asked, approved, read, time up, refused again, also in the session left open', async () => {
    const { ann, lee, sam, requests, security, reads, opens } = await begin({ mode })
    expect(await reads('ann')).toBe(REFUSED)

    const saw = await ann.types('/breakglass orders-read 4s INC-42 replica lag')
    expect(saw.error).toBeUndefined()
    await ann.waitsFor(/asked for orders-read for 4s/)
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    expect(card.plain).toContain('INC-42 replica lag')
    expect(await reads('ann')).toBe(REFUSED)

    await lee.presses('approve', card)
    await ann.waitsFor(/you have|granted|active|until/i)
    await ann.waitsFor(/active|until/i)
    await untilTrue(async () => (await reads('ann')) === 'a lamp')
    const session = await opens('ann')

    await untilTrue(async () => (await reads('ann')) === REFUSED)
    await expect(session.query('select item from orders')).rejects.toThrow()
    await session.end().catch(() => undefined)
    await sam.waitsFor(/revoked|gone|ended/i, { in: security })
    await untilTrue(async () => (await auditNames()).includes('grant.revoked'))
    expect((await auditNames()).filter((name) => !name.startsWith('system.'))).toEqual([
      'request.opened',
      'request.approval-recorded',
      'request.approved',
      'grant.begun',
      'grant.activated',
      'grant.revoke-begun',
      'grant.revoked',
    ])
  })
})

/** Looks again until it is so; a real database tells nobody. */
async function untilTrue(look: () => Promise<boolean>, within = 15_000): Promise<void> {
  const until = performance.now() + within
  while (!(await look())) {
    if (performance.now() > until) throw new Error('it did not become so')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
