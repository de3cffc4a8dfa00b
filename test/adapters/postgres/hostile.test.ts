import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AdapterError } from '../../../src/adapters/contract.ts'
import { postgres } from '../../../src/adapters/postgres/definition.ts'
import { fresh, type Postgres, quoted, startPostgres } from '../../support/postgres.ts'
import { makeCall, makeWorld, soon } from './world.ts'

let server: Postgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const HOSTILE = [
  'ann"; drop role orders_read; --',
  "ann'; select 1; --",
  'ann\\',
  '"',
  'Ann',
  'ann lee',
  'ann@example.com',
  'public.ann',
  '$1',
  '; ',
  'ännä–ö漢字🙂',
  'é'.repeat(31),
  'all',
  'select',
  '%I',
  'ann\nlee',
  '\ufffd',
]

it.each(HOSTILE)('takes the login %j literally', async (login) => {
  const { adapter, call, read } = await makeWorld(server, { database: 'postgres', login })
  await adapter.grant(call, soon())
  expect(await read()).toEqual([{ id: 1 }])
  await adapter.revoke(call, soon())
  await expect(read()).rejects.toThrow('permission denied')
})

it.each(HOSTILE)('takes the role %j literally', async (name) => {
  const { adapter, call, read } = await makeWorld(server, { database: 'postgres', role: `${name.slice(0, 25)} role` })
  await adapter.grant(call, soon())
  expect(await read()).toEqual([{ id: 1 }])
  await adapter.revoke(call, soon())
  await expect(read()).rejects.toThrow('permission denied')
})

it('touches nothing but the membership asked for, whatever the names', async () => {
  const { adapter, login, role } = await makeWorld(server, { database: 'postgres' })
  const memberships = () => server.query('select roleid, member from pg_auth_members order by 1, 2')
  const before = await memberships()
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(...HOSTILE, 'public', 'current_user'),
  )
  await fc.assert(
    fc.asyncProperty(name, fc.boolean(), async (text, asLogin) => {
      const call = asLogin ? makeCall(`${text}?`, role) : makeCall(login, `${text}?`)
      await expect(adapter.grant(call, soon())).rejects.toBeInstanceOf(AdapterError)
      await adapter.revoke(call, soon())
      expect(await adapter.holds(call, soon())).toBe(false)
    }),
    {
      numRuns: 60,
      examples: [
        ['\0', false],
        ['\0', true],
      ],
    },
  )
  expect(await memberships()).toEqual(before)
})

it('never takes a long name for the shorter one that PostgreSQL would make of it', async () => {
  const login = 'a'.repeat(63)
  const { adapter, call, read, role } = await makeWorld(server, { database: 'postgres', login })
  const long = makeCall(`${login}b`, role)
  await expect(adapter.grant(long, soon())).rejects.toMatchObject({ kind: 'rejected' })
  await expect(read()).rejects.toThrow('permission denied')
  await adapter.grant(call, soon())
  await adapter.revoke(long, soon())
  expect(await adapter.holds(long, soon())).toBe(false)
  expect(await read()).toEqual([{ id: 1 }])
})

it.each(['', '\0', 'ann\0', '\ud800', 'x'.repeat(64), 'nobody', 'public', 'current_user'])(
  'refuses the account %j, and has nothing to revoke',
  async (account) => {
    const { adapter, role } = await makeWorld(server, { database: 'postgres' })
    const call = makeCall(account, role)
    await expect(adapter.grant(call, soon())).rejects.toMatchObject({ kind: 'rejected', outcomeUnknown: false })
    await expect(adapter.revoke(call, soon())).resolves.toBeUndefined()
    expect(await adapter.holds(call, soon())).toBe(false)
  },
)

it('says that there is no such role, and has nothing to revoke', async () => {
  const { adapter, login } = await makeWorld(server, { database: 'postgres' })
  const call = makeCall(login, 'absent')
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({
    kind: 'misconfigured',
    message: 'there is no role “absent”',
  })
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('counts a login that was dropped while it had access as revoked', async () => {
  const { adapter, call, login } = await makeWorld(server, { database: 'postgres' })
  await adapter.grant(call, soon())
  await server.query(`drop role ${login}`)
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('refuses a role that is a superuser, or leads to one', async () => {
  const { adapter, login } = await makeWorld(server, { database: 'postgres' })
  const [super1, below, two] = [fresh('super'), fresh('below'), fresh('below')]
  await server.query(`create role ${super1} superuser; create role ${below}; create role ${two}`)
  await server.query(`grant ${super1} to ${below}; grant ${below} to ${two}`)
  for (const role of [super1, below, two]) {
    await expect(adapter.grant(makeCall(login, role), soon())).rejects.toMatchObject({ kind: 'misconfigured' })
  }
})

it('gives a role of PostgreSQL itself like any other', async () => {
  const { adapter, login } = await makeWorld(server, { database: 'postgres' })
  const call = makeCall(login, 'pg_monitor')
  await adapter.grant(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('refuses its own login, the role itself, and a role that cannot log in', async () => {
  const { adapter, role, login } = await makeWorld(server, { database: 'postgres' })
  const group = fresh('group')
  await server.query(`create role ${group}`)
  for (const call of [makeCall('postgres', role), makeCall(login, login), makeCall(group, role)]) {
    await expect(adapter.grant(call, soon())).rejects.toMatchObject({ kind: 'rejected' })
  }
})

it('never ends sessions of its own login', async () => {
  const { adapter, role, database } = await makeWorld(server, { database: 'postgres' })
  const session = await server.session(server.urlFor('postgres', database))
  await adapter.revoke(makeCall('postgres', role), soon())
  await expect(session.query('select 1')).resolves.toBeDefined()
  await session.end()
})

it('refuses a database that is not there, before anything is given', async () => {
  const { call, role, login, read } = await makeWorld(server, { database: 'postgres' })
  const adapter = await postgres.open({ url: server.adminUrl, databases: ['postgres', 'odrers'] })
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({
    kind: 'misconfigured',
    message: 'there is no database “odrers” (settings.databases)',
  })
  await expect(read()).rejects.toThrow('permission denied')
  await server.query(`grant ${quoted(role)} to ${quoted(login)}`)
  await expect(adapter.revoke(call, soon())).resolves.toBeUndefined()
})
