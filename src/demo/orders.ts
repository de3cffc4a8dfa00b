import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, DatabaseError } from 'pg'
import { startServer } from './postgres-server.ts'

const SCHEMA = `
  create table customers (id int primary key, name text not null);
  create table orders (
    id int primary key, customer int not null references customers, item text not null, cents int not null,
    state text not null, placed_at timestamptz not null
  );
  insert into customers values (1, 'Ben & Co'), (2, 'Kim Tools'), (3, 'Zoe Lamps');
  insert into orders values
    (1041, 1, 'desk lamp', 4900, 'paid', now() - interval '3 hours'),
    (1042, 3, 'lamp shade', 1900, 'stuck', now() - interval '50 minutes'),
    (1043, 2, 'work bench', 18900, 'stuck', now() - interval '42 minutes'),
    (1044, 1, 'light bulbs', 1200, 'paid', now() - interval '5 minutes');
  create role orders_read; create role orders_write;
  grant select on customers, orders to orders_read, orders_write;
  grant update on orders to orders_write;`

/** What a query came to, as a prompt would show it; `isOurs`: some of it stood in a table of ours, not of PostgreSQL's. */
export type Answer =
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
      readonly isOurs: boolean
    }
  | { readonly kind: 'refused' | 'failed' | 'cut'; readonly message: string }

const INSUFFICIENT_PRIVILEGE = '42501'
/** PostgreSQL's own tables have smaller ids. */
const FIRST_ID_OF_OURS = 16_384
const QUERY_WITHIN_MS = 10_000

/** A PostgreSQL with a small orders database, and Ann's session in it. */
export class Orders {
  readonly port: number
  readonly #admin: string
  readonly #annUrl: string
  readonly #end: () => Promise<void>
  #session: Client | undefined

  private constructor(port: number, urls: { admin: string; ann: string }, end: () => Promise<void>) {
    this.port = port
    this.#admin = urls.admin
    this.#annUrl = urls.ann
    this.#end = end
  }

  /** @throws when PostgreSQL is not installed or does not start */
  static async start(): Promise<Orders> {
    const folder = await mkdtemp(join(tmpdir(), 'breakglass-demo-postgres-'))
    const remove = () => rm(folder, { recursive: true, force: true })
    const password = randomBytes(12).toString('hex')
    const port = await freePort()
    const flags = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off']
    let stop: () => Promise<void> = remove
    try {
      const end = await startServer({ folder, port, password, flags })
      stop = () => end().finally(remove)
      const url = (login: string, database: string) => `postgres://${login}:${password}@127.0.0.1:${port}/${database}`
      await run(url('postgres', 'postgres'), 'create database orders')
      await run(url('postgres', 'orders'), SCHEMA)
      for (const login of ['ann', 'ben']) {
        await run(url('postgres', 'orders'), `create role ${login} login password '${password}'`)
      }
      const urls = { admin: url('postgres', 'orders'), ann: url('ann', 'orders') }
      return new Orders(port, urls, stop)
    } catch (error) {
      await stop()
      throw error
    }
  }

  /** The address for the bot, through another port. */
  adminUrl(port: number): string {
    const url = new URL(this.#admin)
    url.port = String(port)
    return url.href
  }

  /** Runs what Ann typed, in her session; a session that was ended meanwhile is said to be, and a new one is opened. */
  async ask(sql: string): Promise<Answer> {
    const before = this.#session
    try {
      const session = before ?? (await this.#open())
      const result = await session.query({ text: sql, rowMode: 'array' })
      const last = Array.isArray(result) ? result.at(-1) : result
      const rows = (last.rows as unknown[][]).map((row) => row.map(shown))
      const fields = last.fields as readonly { name: string; tableID: number }[]
      const isOurs = fields.some(({ tableID }) => tableID >= FIRST_ID_OF_OURS)
      return { kind: 'rows', columns: fields.map(({ name }) => name), rows, isOurs }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (this.#session === undefined) return { kind: 'cut', message: `your session was ended: ${message}` }
      const isRefused = error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE
      return { kind: isRefused ? 'refused' : 'failed', message }
    }
  }

  /** Calls back when Ann's session is ended. */
  onCut: () => void = () => {}

  /** Which roles Ann has, and how many sessions: what the server itself says. */
  async truth(): Promise<{ roles: string[]; sessions: number }> {
    const roles = await run(
      this.#admin,
      `select role.rolname from pg_auth_members m join pg_roles role on role.oid = m.roleid
         join pg_roles login on login.oid = m.member where login.rolname = 'ann' order by 1`,
    )
    const sessions = await run(this.#admin, `select count(*)::int as n from pg_stat_activity where usename = 'ann'`)
    return { roles: roles.map((row) => String(row.rolname)), sessions: Number(sessions[0]?.n ?? 0) }
  }

  async stop(): Promise<void> {
    await this.#session?.end().catch(() => undefined)
    await this.#end()
  }

  async #open(): Promise<Client> {
    const session = new Client({ connectionString: this.#annUrl, statement_timeout: QUERY_WITHIN_MS })
    const gone = () => {
      if (this.#session !== session) return
      this.#session = undefined
      this.onCut()
    }
    session.on('error', gone)
    session.on('end', gone)
    await session.connect()
    this.#session = session
    return session
  }
}

function shown(value: unknown): string {
  if (value === null) return ''
  return value instanceof Date ? `${value.toISOString().slice(0, 19).replace('T', ' ')}Z` : String(value)
}

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const result = await client.query(sql)
    return Array.isArray(result) ? [] : result.rows
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
