import type { Connection } from './connection.ts'

/** Somebody who made the login a member: since PostgreSQL 16 each of them has to take that back. */
interface Grantor {
  readonly name: string
}

/** What the server knows of a role and a login; names are compared whole, never cut off. */
export interface Facts {
  readonly roleExists: boolean
  readonly loginExists: boolean
  readonly canLogIn: boolean
  /** The role is a superuser, or leads to one. */
  readonly superuser: boolean
  /** The login is the one that the bot itself uses. */
  readonly ourselves: boolean
}

const FACTS = `
  select role.oid is not null as "roleExists",
         login.oid is not null as "loginExists",
         coalesce(login.rolcanlogin, false) as "canLogIn",
         coalesce(login.rolname = session_user, false) as "ourselves",
         exists (select from pg_roles super where super.rolsuper and pg_has_role(role.oid, super.oid, 'member'))
           as "superuser"
    from (select) one
    left join pg_roles role on role.rolname = $1::text
    left join pg_roles login on login.rolname = $2::text`

export async function factsOf(connection: Connection, role: string, login: string): Promise<Facts> {
  const [facts] = await connection.rows<Facts & Record<string, unknown>>(FACTS, [role, login])
  return facts!
}

const GRANTORS = `
  select grantor.rolname as name
    from pg_auth_members membership
    join pg_roles role on role.oid = membership.roleid
    join pg_roles login on login.oid = membership.member
    left join pg_roles grantor on grantor.oid = membership.grantor
   where role.rolname = $1::text and login.rolname = $2::text`

/** Whether the login is a direct member of the role. */
export async function isMember(connection: Connection, role: string, login: string): Promise<boolean> {
  const grantors = await connection.rows<Grantor & Record<string, unknown>>(GRANTORS, [role, login])
  return grantors.length > 0
}

/** Makes the login a member; harmless if it is one. */
export async function addMember(connection: Connection, role: string, login: string): Promise<void> {
  await connection.change(`grant ${connection.quote(role)} to ${connection.quote(login)}`)
}

/** Takes the membership away, whoever gave it; harmless if there is none. */
export async function removeMember(connection: Connection, role: string, login: string): Promise<void> {
  const grantors = await connection.rows<Grantor & Record<string, unknown>>(GRANTORS, [role, login])
  const revoke = `revoke ${connection.quote(role)} from ${connection.quote(login)}`
  const byGrantor = await knowsGrantors(connection)
  for (const { name } of byGrantor ? grantors : grantors.slice(0, 1)) {
    await connection.change(byGrantor ? `${revoke} granted by ${connection.quote(name)}` : revoke)
  }
}

async function knowsGrantors(connection: Connection): Promise<boolean> {
  const [server] = await connection.rows<{ modern: boolean }>(
    "select current_setting('server_version_num')::int >= 160000 as modern",
  )
  return server!.modern
}
