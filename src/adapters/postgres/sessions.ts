import { setTimeout as sleep } from 'node:timers/promises'
import { AdapterError } from '../contract.ts'
import type { Connection } from './connection.ts'

/** How long sessions get to end. */
const PATIENCE_MS = 5_000
const PAUSE_MS = 25

const END = `
  select activity.pid, pg_terminate_backend(activity.pid) as signalled
    from pg_stat_activity activity
    join pg_roles login on login.oid = activity.usesysid
   where login.rolname = $1::text
     and activity.datname = any (coalesce($2::text[], array[current_database()::text]))
     and login.rolname <> session_user`

/**
 * Ends every session of a login in the databases, and returns when they are gone; never those of the bot's own login. A session that ran SET ROLE before the
 * membership ended would keep its access for as long as it lives.
 *
 * @param databases the one that we are connected to unless given
 * @throws {AdapterError} when one cannot be ended, or does not end in time
 */
export async function endSessions(
  connection: Connection,
  login: string,
  databases: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    const sessions = await connection.rows(END, [login, databases ?? null])
    if (sessions.length === 0) return
    if (waitedMs >= PATIENCE_MS) {
      throw new AdapterError('rejected', `${sessions.length} open session(s) of the login do not end`)
    }
    await sleep(PAUSE_MS, undefined, { signal })
  }
}

const MISSING = `
  select name from unnest($1::text[]) as name
   where not exists (select from pg_database where datname = name)`

/** A misspelt database would leave its sessions alone, without a word. @throws {AdapterError} */
export async function expectDatabases(connection: Connection, databases: readonly string[]): Promise<void> {
  const missing = await connection.rows<{ name: string }>(MISSING, [databases])
  if (missing.length === 0) return
  const names = missing.map(({ name }) => `“${name}”`).join(', ')
  throw new AdapterError('misconfigured', `there is no database ${names} (settings.databases)`)
}
