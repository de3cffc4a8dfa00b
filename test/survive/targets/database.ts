import { type Postgres, quoted, startPostgres } from '../../support/postgres.ts'
import { openSlowRoad } from '../slow-road.ts'
import type { Ground, TownTarget } from './target.ts'

const MEMBERSHIPS = `
  select login.rolname || ' ' || role.rolname as pair
    from pg_auth_members membership
    join pg_roles role on role.oid = membership.roleid
    join pg_roles login on login.oid = membership.member
   where login.rolname like 'login_%'`

/** A real PostgreSQL at the end of a road on which statements are held up, lost and found again. */
export async function openDatabase(ground: Ground): Promise<TownTarget> {
  const postgres = await startPostgres()
  const road = await openSlowRoad(postgres.port, ground)
  for (const name of ground.roles) await postgres.query(`create role ${quoted(name)}`)
  for (const login of ground.logins) await postgres.query(`create role ${quoted(login)} login`)
  const admin = await postgres.session(postgres.adminUrl)
  return {
    kind: 'postgres',
    settings: { url: throughThe(road.port, postgres) },
    present: async () => (await admin.query<{ pair: string }>(MEMBERSHIPS)).rows.map(({ pair }) => pair),
    give: async (login, role) => {
      await admin.query(`grant ${quoted(role)} to ${quoted(login)}`)
    },
    wasBusy: road.wasBusy,
    complaints: () => [],
    stop: async () => {
      await admin.end()
      road.close()
      await postgres.stop()
    },
  }
}

function throughThe(port: number, postgres: Postgres): string {
  const url = new URL(postgres.adminUrl)
  url.port = String(port)
  return url.href
}
