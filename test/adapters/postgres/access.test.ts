import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgres } from '../../../src/adapters/postgres/definition.ts'
import { fresh, type Postgres, quoted, startPostgres } from '../../support/postgres.ts'
import { makeCall, makeWorld, soon } from './world.ts'

let server: Postgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

it('gives access that was not there, and takes it away', async () => {
  const { adapter, call, read } = await makeWorld(server)
  await expect(read()).rejects.toThrow('permission denied')
  expect(await adapter.holds(call, soon())).toBe(false)
  await adapter.grant(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  expect(await read()).toEqual([{ id: 1 }])
  await adapter.revoke({ ...call, round: 1 }, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
  await expect(read()).rejects.toThrow('permission denied')
})

it('ends a session that took the role on before the revoke', async () => {
  const { adapter, call, role, login, database, table } = await makeWorld(server)
  await adapter.grant(call, soon())
  const session = await server.session(server.urlFor(login, database))
  await session.query(`set role ${role}`)
  expect((await session.query(`select id from ${table}`)).rows).toEqual([{ id: 1 }])
  await adapter.revoke(call, soon())
  await expect(session.query(`select id from ${table}`)).rejects.toThrow()
  expect(await server.query('select pid from pg_stat_activity where usename = $1', [login])).toEqual([])
})

it('ends a session in the middle of a statement', async () => {
  const { adapter, call, login, database, table } = await makeWorld(server)
  await adapter.grant(call, soon())
  const session = await server.session(server.urlFor(login, database))
  const reading = expect(session.query(`select id, pg_sleep(60) from ${table}`)).rejects.toThrow(
    'terminating connection',
  )
  await adapter.revoke(call, soon())
  await reading
})

it('ends open sessions again when a revoke is repeated, though the membership is gone already', async () => {
  const { adapter, call, login, database } = await makeWorld(server)
  const session = await server.session(server.urlFor(login, database))
  await adapter.revoke(call, soon())
  await expect(session.query('select 1')).rejects.toThrow()
})

it('leaves the sessions of others, and of other databases, alone', async () => {
  const [ours, others] = [await makeWorld(server), await makeWorld(server)]
  await ours.adapter.grant(ours.call, soon())
  const elsewhere = await server.session(server.urlFor(ours.login, others.database))
  const theirs = await server.session(server.urlFor(others.login, ours.database))
  await ours.adapter.revoke(ours.call, soon())
  for (const session of [elsewhere, theirs]) {
    await expect(session.query('select 1 as alive')).resolves.toMatchObject({ rows: [{ alive: 1 }] })
    await session.end()
  }
})

it('ends sessions in every database that the settings name', async () => {
  const [one, two] = [await makeWorld(server), await makeWorld(server)]
  const adapter = await postgres.open({ url: server.adminUrl, databases: [one.database, two.database] })
  const databases = [one.database, two.database]
  const sessions = await Promise.all(databases.map((database) => server.session(server.urlFor(one.login, database))))
  await adapter.grant(one.call, soon())
  await adapter.revoke(one.call, soon())
  for (const session of sessions) await expect(session.query('select 1')).rejects.toThrow()
})

it('can be repeated: granting what is held and revoking what is absent both succeed', async () => {
  const { adapter, call, read } = await makeWorld(server)
  await adapter.revoke(call, soon())
  for (const _ of [1, 2, 3]) await adapter.grant(call, soon())
  await adapter.grant({ ...call, expiresAt: 1_000 }, soon())
  expect(await read()).toEqual([{ id: 1 }])
  for (const _ of [1, 2, 3]) await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('sees a membership that was there before', async () => {
  const { adapter, call, role, login } = await makeWorld(server)
  await server.query(`grant ${role} to ${login}`)
  expect(await adapter.holds(call, soon())).toBe(true)
})

it('does not take membership by way of another role for its own', async () => {
  const { adapter, call, role, login } = await makeWorld(server)
  const between = fresh('between')
  await server.query(`create role ${between}; grant ${role} to ${between}; grant ${between} to ${login}`)
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('takes a membership away whoever gave it, also several', async () => {
  const { adapter, call, role, login, read } = await makeWorld(server)
  const [one, two] = [fresh('giver'), fresh('giver')]
  for (const giver of [one, two]) {
    await server.query(`create role ${giver} createrole; grant ${role} to ${giver} with admin option`)
    await server.query(`grant ${role} to ${login} granted by ${giver}`)
  }
  await adapter.grant(call, soon())
  const rows = await server.query('select from pg_auth_members where member = $1::regrole', [login])
  expect(rows.length).toBe(3)
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
  await expect(read()).rejects.toThrow('permission denied')
})

it('works for an admin who is no superuser', async () => {
  const { call, role, login, database, read } = await makeWorld(server)
  const admin = fresh('admin')
  await server.createLogin(admin)
  await server.query(`alter role ${admin} createrole; grant ${role} to ${admin} with admin option`)
  await server.query(`grant pg_signal_backend to ${admin}`)
  const adapter = await postgres.open({ url: server.urlFor(admin, database) })
  await adapter.grant(call, soon())
  expect(await read()).toEqual([{ id: 1 }])
  const session = await server.session(server.urlFor(login, database))
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
  await expect(session.query('select 1')).rejects.toThrow()
})

it('gives and takes access of many people at one moment', async () => {
  const { adapter, role } = await makeWorld(server)
  const logins = Array.from({ length: 12 }, () => fresh('p'))
  for (const login of logins) await server.createLogin(login)
  const calls = logins.map((login) => makeCall(login, role))
  await Promise.all(calls.map((call) => adapter.grant(call, soon())))
  expect(await Promise.all(calls.map((call) => adapter.holds(call, soon())))).not.toContain(false)
  await Promise.all(calls.map((call) => adapter.revoke(call, soon())))
  expect(await Promise.all(calls.map((call) => adapter.holds(call, soon())))).not.toContain(true)
})

it('keeps no connection open after a call', async () => {
  const { adapter, call, database } = await makeWorld(server)
  await adapter.grant(call, soon())
  await adapter.revoke(call, soon())
  await expect
    .poll(() =>
      server.query('select from pg_stat_activity where datname = $1 and application_name = $2', [
        database,
        'breakglass',
      ]),
    )
    .toEqual([])
})

it('says what approvers should know before it is opened', async () => {
  expect(postgres).toMatchObject({ kind: 'postgres', nativeExpiry: false, perGrant: false, residual: undefined })
  expect(postgres.notice).toBe('Open sessions of this login are ended when access ends.')
  expect(quoted('a"b')).toBe('"a""b"')
})
