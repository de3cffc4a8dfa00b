import type { Adapter, Call } from '../../../src/adapters/contract.ts'
import { postgres } from '../../../src/adapters/postgres/definition.ts'
import { fresh, type Postgres, quoted } from '../../support/postgres.ts'

/** A login, and a role that may read a table. */
export interface World {
  readonly login: string
  readonly role: string
  /** Of its own, unless one is named. */
  readonly database: string
  readonly table: string
  readonly call: Call<{ role: string }>
  readonly adapter: Adapter
  /** Reads the table as the login, on a connection of its own. */
  read(): Promise<unknown[]>
}

/** Makes a world with these names, or with fresh ones. */
export async function makeWorld(
  server: Postgres,
  names: Partial<Pick<World, 'login' | 'role' | 'database'>> = {},
): Promise<World> {
  const { login = fresh('ann'), role = fresh('orders_read'), database = await makeDatabase(server) } = names
  const table = fresh('orders')
  await server.createLogin(login)
  await server.query(`create role ${quoted(role)}`)
  const url = server.urlFor('postgres', database)
  await server.query(`create table ${table} as select 1 as id; grant select on ${table} to ${quoted(role)}`, [], url)
  return {
    login,
    role,
    database,
    table,
    call: makeCall(login, role),
    adapter: await postgres.open({ url }),
    read: () => server.query(`select id from ${table}`, [], server.urlFor(login, database)),
  }
}

async function makeDatabase(server: Postgres): Promise<string> {
  const database = fresh('orders')
  await server.query(`create database ${database}`)
  return database
}

export function makeCall(account: string, role: string): Call<{ role: string }> {
  const access = { role }
  return {
    grantId: 'G-7KQ2M4',
    subject: 'ann@example.com',
    account,
    entitlement: 'orders-read',
    access,
    expiresAt: 0,
    round: 0,
  }
}

/** Time enough for any call that works. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(20_000)
}
