import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Call } from '../../src/adapters/contract.ts'
import { postgres } from '../../src/adapters/postgres/definition.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

let server: Postgres

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

it('gives the bot a login in PostgreSQL that suffices, and has no rights on the data', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/adapters.md'), 'utf8')
  const [, setUp = ''] = /```sql\n(.*?)```/s.exec(page) ?? []
  await server.query('create role orders_read')
  await server.query('create table orders (item text)')
  await server.query('grant select on orders to orders_read')
  await server.createLogin('ann')
  await server.query(setUp)
  const bot = server.urlFor('breakglass', 'postgres', 'a long one')
  const adapter = await postgres.open({ url: bot })
  const soon = () => AbortSignal.timeout(10_000)

  await expect(server.query('select item from orders', [], bot)).rejects.toThrow('permission denied')
  await adapter.grant(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  const session = await server.session(server.urlFor('ann'))
  await session.query('set role orders_read')
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
  await expect(session.query('select item from orders')).rejects.toThrow()
  await session.end().catch(() => undefined)
})

const call: Call<{ role: string }> = {
  grantId: 'G-7KQ2M4',
  subject: 'ann@example.com',
  account: 'ann',
  entitlement: 'orders-read',
  access: { role: 'orders_read' },
  expiresAt: Date.now() + 60_000,
  round: 0,
}
