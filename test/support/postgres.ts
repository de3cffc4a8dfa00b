import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { startServer } from '../../src/demo/postgres-server.ts'
import { freePort } from './free-port.ts'

/** A real PostgreSQL server on a port of its own, for tests and demonstrations. */
export interface Postgres {
  readonly port: number
  /** As superuser `postgres`, database `postgres`. */
  readonly adminUrl: string
  /** The address for a login, with the password that `createLogin` gave it unless another is named. */
  urlFor(login: string, database?: string, password?: string): string
  /** Runs SQL and answers the rows; as the superuser unless a url is given. */
  query<Row extends QueryResultRow>(sql: string, values?: unknown[], url?: string): Promise<Row[]>
  /** A connection that stays open; the caller ends it. */
  session(url: string): Promise<Client>
  createLogin(login: string): Promise<void>
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

const PASSWORD = 'correct horse battery staple'
const ATTEMPTS = 3

/** Starts a server; up in about a second, also as root. */
export async function startPostgres(): Promise<Postgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
    }
  }
}

async function start(port: number): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-postgres-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const settings = flags({ listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' })
  try {
    const end = await startServer({ folder, port, password: PASSWORD, flags: settings })
    return serverAt(port, () => end().finally(remove))
  } catch (error) {
    await remove()
    throw new Error('PostgreSQL did not start', { cause: error })
  }
}

function serverAt(port: number, stop: () => Promise<void>): Postgres {
  const urlFor: Postgres['urlFor'] = (login, database = 'postgres', password = PASSWORD) =>
    `postgres://${encodeURIComponent(login)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  const adminUrl = urlFor('postgres')
  const query: Postgres['query'] = (sql, values = [], url = adminUrl) => queryOnce(url, sql, values)
  return {
    port,
    adminUrl,
    urlFor,
    query,
    session,
    stop,
    createLogin: async (login) => {
      await query(`create role ${quoted(login)} login password '${PASSWORD}'`)
    },
  }
}

/** A name as SQL wants it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A name that no other test uses. */
export function fresh(name: string): string {
  return `${name}_${randomBytes(4).toString('hex')}`
}

async function session(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

async function queryOnce<Row extends QueryResultRow>(url: string, sql: string, values: unknown[]): Promise<Row[]> {
  const client = await session(url)
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

function flags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
