import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { AdapterError, type Call } from '../../../src/adapters/contract.ts'
import { postgres } from '../../../src/adapters/postgres/definition.ts'
import { untilTrue } from '../../support/morning.ts'
import { fresh, type Postgres, startPostgres } from '../../support/postgres.ts'
import { makeCall, makeWorld, soon } from './world.ts'

let server: Postgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const listening: { server: Server; sockets: Set<Socket> }[] = []
afterEach(() => {
  for (const { server: one, sockets } of listening.splice(0)) {
    for (const socket of sockets) socket.destroy()
    one.close()
  }
})

/** A TCP server on a port of its own. */
async function listen(accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const one = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    accept(socket)
  })
  listening.push({ server: one, sockets })
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return (one.address() as { port: number }).port
}

/** Passes everything on to PostgreSQL, until the client says something with these words: then the line is cut. */
function cutAt(words: string): Promise<number> {
  return listen((socket) => {
    const upstream = connect(server.port, '127.0.0.1')
    upstream.on('error', () => {})
    upstream.on('data', (bytes) => socket.write(bytes))
    upstream.on('close', () => socket.destroy())
    socket.on('data', (bytes) => {
      upstream.write(bytes)
      if (bytes.includes(words)) socket.destroy()
    })
    socket.on('close', () => upstream.end())
  })
}

/** As `cutAt`, but the line only falls silent. */
function silentAt(words: string): Promise<number> {
  return listen((socket) => {
    const upstream = connect(server.port, '127.0.0.1')
    let silent = false
    upstream.on('error', () => {})
    upstream.on('data', (bytes) => silent || socket.write(bytes))
    socket.on('data', (bytes) => {
      silent ||= bytes.includes(words)
      upstream.write(bytes)
    })
    socket.on('close', () => upstream.end())
  })
}

async function failureOf(url: string, call: Call<{ role: string }> = makeCall('ann', 'orders_read'), signal = soon()) {
  const adapter = await postgres.open({ url })
  const error = await adapter.grant(call, signal).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AdapterError)
  return error as AdapterError
}

const through = (port: number, database: string) =>
  server.urlFor('postgres', database).replace(`:${server.port}`, `:${port}`)

it('says that a server is down, and that nothing happened', async () => {
  const error = await failureOf('postgres://a:canary@127.0.0.1:1/d')
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(error.message).toBe('PostgreSQL cannot be reached: ECONNREFUSED')
})

it('says that a host has no address', async () => {
  expect(await failureOf('postgres://a:canary@no-such-host.invalid/d')).toMatchObject({
    kind: 'unreachable',
    outcomeUnknown: false,
  })
})

it.each([
  ['never answers', () => {}],
  ['hangs up', (socket: Socket) => socket.end()],
  ['is no PostgreSQL', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
])('finds a server unreachable that %s', async (_, accept) => {
  const port = await listen(accept)
  const error = await failureOf(`postgres://a:canary@127.0.0.1:${port}/d`, undefined, AbortSignal.timeout(300))
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
})

it('stops within milliseconds when it is aborted while connecting', async () => {
  const { promise: accepted, resolve } = Promise.withResolvers<Socket>()
  const port = await listen(resolve)
  const abort = new AbortController()
  const failure = failureOf(`postgres://a:b@127.0.0.1:${port}/d`, undefined, abort.signal)
  const socket = await accepted
  const closed = new Promise((resolveClosed) => socket.on('close', resolveClosed).resume())
  const started = performance.now()
  abort.abort()
  expect(await failure).toMatchObject({
    kind: 'unreachable',
    message: 'PostgreSQL did not answer in time',
    outcomeUnknown: false,
  })
  expect(performance.now() - started).toBeLessThan(100)
  await closed
})

it('does not even connect when it is aborted before', async () => {
  let connections = 0
  const port = await listen(() => {
    connections += 1
  })
  const error = await failureOf(`postgres://a:b@127.0.0.1:${port}/d`, undefined, AbortSignal.abort())
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(connections).toBe(0)
})

it('does not know what became of a grant that was cut off when it was sent', async () => {
  const { call, database, adapter } = await makeWorld(server)
  const error = await failureOf(through(await cutAt('grant "'), database), call)
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  await untilLanded(database)
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
})

/** What was sent before the line was cut may still be carried out: waits until no session of the bot is left. */
async function untilLanded(database: string): Promise<void> {
  const sessions = "select from pg_stat_activity where application_name = 'breakglass' and datname = $1"
  await untilTrue(async () => (await server.query(sessions, [database])).length === 0)
}

it('does not know what became of a grant that was aborted when it was sent', async () => {
  const { call, database } = await makeWorld(server)
  const error = await failureOf(through(await silentAt('grant "'), database), call, AbortSignal.timeout(500))
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
})

it('does not know it either when only the check afterwards was cut off', async () => {
  const { call, database, adapter } = await makeWorld(server)
  const error = await failureOf(through(await cutAt('membership.grantor'), database), call)
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(await adapter.holds(call, soon())).toBe(true)
})

it('knows that nothing happened when the line broke before the grant', async () => {
  const { call, database } = await makeWorld(server)
  const error = await failureOf(through(await cutAt('roleExists'), database), call)
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
})

it('lets no grant take effect long after it was cut off: the server gives a waiting statement up', async () => {
  const { call, database, adapter } = await makeWorld(server)
  const blocker = await server.session(server.urlFor('postgres', database))
  await blocker.query('begin; lock table pg_auth_members in access exclusive mode')
  const error = await failureOf(
    `${server.urlFor('postgres', database)}?statement_timeout=300`,
    call,
    AbortSignal.timeout(10_000),
  )
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  await blocker.query('rollback')
  await blocker.end()
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('bounds every statement at the server', async () => {
  const { Connection, withConnection } = await import('../../../src/adapters/postgres/connection.ts')
  const limit = await withConnection(server.adminUrl, soon(), (connection) => connection.rows('show statement_timeout'))
  expect(limit).toEqual([{ statement_timeout: '10s' }])
  expect(Connection).toBeDefined()
})

it.each([
  ['a wrong password', () => server.urlFor('postgres', 'postgres', 'canary'), '28P01'],
  ['a database that is not there', () => server.urlFor('postgres', 'canary_missing'), '3D000'],
  ['a login that is not there', () => server.urlFor('canary_nobody', 'postgres'), '28P01'],
  ['no password', () => `postgres://postgres@127.0.0.1:${server.port}/postgres`, 'password'],
  ['TLS that the server has not', () => `${server.adminUrl}?sslmode=verify-full`, 'password'],
  [
    'a certificate that is not there',
    () => `${server.adminUrl}?sslmode=verify-full&sslrootcert=/nowhere.pem`,
    'ENOENT',
  ],
])('tells operators of %s', async (_, url, words) => {
  const error = await failureOf(url())
  expect(error).toMatchObject({ kind: 'misconfigured', outcomeUnknown: false })
  expect(error.message).toContain(words)
})

it('tells operators that the admin has no right to grant the role', async () => {
  const { call, database } = await makeWorld(server)
  const admin = fresh('admin')
  await server.createLogin(admin)
  const error = await failureOf(server.urlFor(admin, database), call)
  expect(error).toMatchObject({ kind: 'misconfigured', outcomeUnknown: false })
  expect(error.message).toContain('42501')
})

it('is not silent about a session that it may not end', async () => {
  const { call, role, login, database, adapter: root } = await makeWorld(server)
  const admin = fresh('admin')
  await server.createLogin(admin)
  await server.query(`grant ${role} to ${admin} with admin option`)
  const adapter = await postgres.open({ url: server.urlFor(admin, database) })
  const session = await server.session(server.urlFor(login, database))
  await expect(adapter.revoke(call, soon())).rejects.toMatchObject({ kind: 'misconfigured' })
  await expect(session.query('select 1')).resolves.toBeDefined()
  await root.revoke(call, soon())
  await expect(session.query('select 1')).rejects.toThrow()
})

it('is not silent about a session that does not end', async () => {
  const { call, login, database, adapter } = await makeWorld(server)
  const session = await server.session(server.urlFor(login, database))
  const [backend] = (await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
  process.kill(backend!.pid, 'SIGSTOP')
  const failure = await adapter.revoke(call, soon()).catch((thrown: unknown) => thrown)
  process.kill(backend!.pid, 'SIGCONT')
  expect(failure).toMatchObject({ kind: 'rejected', message: '1 open session(s) of the login do not end' })
  await adapter.revoke(call, soon())
  await expect(session.query('select 1')).rejects.toThrow()
})

it('finds a server with no connection left unreachable', async () => {
  const { call, database, login } = await makeWorld(server)
  await server.query(`alter database ${database} connection limit 0; grant create on database ${database} to ${login}`)
  expect(await failureOf(server.urlFor(login, database), call)).toMatchObject({
    kind: 'unreachable',
    outcomeUnknown: false,
  })
})

it('survives a server that goes away between calls and during them', async () => {
  const own = await startPostgres()
  const { adapter, call } = await makeWorld(own)
  await adapter.grant(call, soon())
  await own.stop()
  await expect(adapter.holds(call, soon())).rejects.toMatchObject({ kind: 'unreachable' })
  await expect(adapter.revoke(call, soon())).rejects.toMatchObject({ kind: 'unreachable' })
})

it('holds no secret in any error', async () => {
  const port = await listen((socket) => socket.end())
  const urls = [
    `postgres://a:canary@127.0.0.1:${port}/d`,
    server.urlFor('postgres', 'postgres', 'canary'),
    'postgres://a:canary@[/d',
  ]
  for (const url of urls) {
    const opened = postgres.open({ url })
    const error = await opened
      .then((adapter) => adapter.holds(makeCall('ann', 'r'), soon()))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    const { inspect } = await import('node:util')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary')
  }
})
