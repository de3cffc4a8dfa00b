import type { Bench, Place, Way } from '../../../src/adapters/conformance/suite.ts'
import { postgres } from '../../../src/adapters/postgres/definition.ts'
import { fresh, type Postgres, quoted } from '../../support/postgres.ts'
import { BadLine, type Line } from './proxy.ts'

export interface PostgresBench extends Bench {
  stop(): Promise<void>
}

/** What the adapter says when it changes something. */
const CHANGE = /^Q[\s\S]{4}(grant|revoke) "/
const GRANT = /^Q[\s\S]{4}grant "/
/** The same, or the question that `holds` asks. */
const ANY = /^Q[\s\S]{4}(grant|revoke) "|pg_auth_members membership/

/** A real PostgreSQL, behind a proxy with every vice. */
export async function makePostgresBench(server: Postgres): Promise<PostgresBench> {
  const [database, admin] = [fresh('orders'), fresh('admin')]
  await server.query(`create database ${database}`)
  await server.createLogin(admin)
  await server.query(`alter role ${admin} superuser`)
  const password = 'canary of the database'
  await server.query(`alter role ${admin} password '${password}'`)
  const proxy = new BadLine(server.port)
  await proxy.start()
  const logins = new Map<string, Promise<void>>()
  let reached = Promise.withResolvers<void>()

  const way = (name: string, behave: (line: Line, lateMs: number) => void): Way => ({
    name,
    begin: (lateMs) => {
      reached = Promise.withResolvers()
      proxy.misbehave = (line) => behave(line, lateMs)
    },
  })
  /** Once the client says something like this: `instead` of passing it on. */
  const upon = (words: RegExp, instead: (line: Line, bytes: Buffer) => void) => (line: Line) => {
    line.hears = (bytes) => {
      if (!words.test(bytes.toString('latin1'))) return false
      instead(line, bytes)
      return true
    }
  }
  /** Passes it on, and keeps the answer to itself. */
  const actAnd = (then: (line: Line) => void) =>
    upon(CHANGE, (line, bytes) => {
      line.answers = () => {
        then(line)
        return true
      }
      line.server.write(bytes)
    })
  const cutAfter = actAnd(({ client }) => client.destroy())
  const cutBefore = upon(CHANGE, ({ client }) => client.destroy())

  return {
    definition: postgres,
    secrets: [password, encodeURIComponent(password)],
    lists: false,
    lateMs: Number(process.env.BREAKGLASS_TEST_LATE_MS ?? 1_000),
    now: Date.now,
    ways: {
      down: [
        { name: 'nobody listens', begin: () => proxy.stop() },
        way('hangs up', ({ client }) => client.destroy()),
        way('says that it starts up', errorAtOnce('57P03', 'the database system is starting up')),
        way('says that it is full', errorAtOnce('53300', 'sorry, too many clients already')),
      ],
      flapping: [
        way(
          'connections broken',
          sometimes(({ client }) => client.destroy()),
        ),
        way('connections broken after a change', sometimes(cutAfter)),
      ],
      'silent-before': [
        way(
          'does not answer',
          upon(ANY, () => reached.resolve()),
        ),
      ],
      'silent-after': [
        way(
          'acts and does not answer',
          actAnd(() => reached.resolve()),
        ),
      ],
      'cut-before': [way('hangs up', cutBefore)],
      'cut-after': [way('acts and hangs up', cutAfter)],
      late: [
        way('passes on later', (line, lateMs) =>
          upon(GRANT, (_, bytes) => {
            line.outlives = true
            setTimeout(() => {
              line.server.write(bytes)
              line.server.end()
            }, lateMs)
            reached.resolve()
          })(line),
        ),
      ],
      nonsense: [
        way('speaks HTTP', ({ client }) => void client.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK')),
        way(
          'hangs up in the middle of its answer',
          upon(ANY, ({ client }) => void client.end('T\0')),
        ),
        way(
          'answers with an error that nobody knows',
          upon(ANY, ({ client }) => void client.write(errorMessage('ERROR', 'ZZ999', 'what?'))),
        ),
      ],
      unauthorized: [
        {
          name: 'the password was changed',
          begin: async () => void (await server.query(`alter role ${admin} password 'another'`)),
        },
        {
          name: 'the login was locked',
          begin: async () => void (await server.query(`alter role ${admin} nologin`)),
        },
      ],
      'not-found': [way('a pooler knows no such database', errorAtOnce('3D000', 'no such database'))],
      redirecting: 'the protocol of PostgreSQL has no redirects',
      lying: [
        way('swallows changes', (line) =>
          upon(CHANGE, (_, bytes) => void line.server.write(bytes.fill(' ', 5, bytes.indexOf(0, 5))))(line),
        ),
      ],
    },
    open: () => {
      const url = server.urlFor(admin, database, password).replace(`:${server.port}/`, `:${proxy.port}/`)
      return postgres.open({ url })
    },
    async prepare(account) {
      const possible = Buffer.byteLength(account) <= 63
      if (!logins.has(account) && possible) logins.set(account, server.createLogin(account))
      await logins.get(account)
      const role = fresh('orders_read')
      await server.query(`create role ${role}`)
      return { account, access: { role }, entitlement: 'orders-read', possible }
    },
    async isHeld(place) {
      const sql = `select 1 from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles l on l.oid = m.member
        where r.rolname::text = $1 and l.rolname::text = $2`
      return (await server.query(sql, [roleOf(place), place.account])).length > 0
    },
    async give(place) {
      await server.query(`grant ${roleOf(place)} to ${quoted(place.account)}`)
    },
    async take(place) {
      await server.query(`revoke ${roleOf(place)} from ${quoted(place.account)}`)
      await server.query(`revoke ${roleOf(place)} from ${quoted(place.account)} granted by ${admin}`)
    },
    reached: () => reached.promise,
    async heal() {
      proxy.misbehave = undefined
      proxy.hangUp()
      if (!proxy.running) await proxy.start()
      await server.query(`alter role ${admin} login password '${password}'`)
    },
    stop: () => proxy.stop(),
  }
}

function roleOf({ access }: Place): string {
  return (access as { role: string }).role
}

/** Two of five connections in a row. */
function sometimes(behave: (line: Line) => void): (line: Line) => void {
  let count = 0
  return (line) => {
    if (count++ % 5 < 2) behave(line)
  }
}

function errorAtOnce(code: string, message: string): (line: Line) => void {
  return (line) => {
    line.hears = () => {
      line.client.end(errorMessage('FATAL', code, message))
      return true
    }
  }
}

/** An ErrorResponse: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function errorMessage(severity: string, code: string, message: string): Buffer {
  const fields = Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(fields.length + 4)
  return Buffer.concat([Buffer.from('E'), length, fields])
}
