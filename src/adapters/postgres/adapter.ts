import { type Adapter, AdapterError, type Call } from '../contract.ts'
import { type Connection, withConnection } from './connection.ts'
import type { PostgresAccess, PostgresSettings } from './definition.ts'
import { addMember, type Facts, factsOf, isMember, removeMember } from './membership.ts'
import { endSessions, expectDatabases } from './sessions.ts'

/** A server would cut longer names off, and so mean another login. */
const MOST_NAME_BYTES = 63

/** Gives a login membership of a role. One connection for each call, so that nothing is shared and each can be cut off. */
export class PostgresAdapter implements Adapter<PostgresAccess> {
  readonly #settings: PostgresSettings

  constructor(settings: PostgresSettings) {
    this.#settings = settings
  }

  grant({ access: { role }, account }: Call<PostgresAccess>, signal: AbortSignal): Promise<void> {
    return this.#connected(signal, async (connection) => {
      if (!canBeName(account)) throw new AdapterError('rejected', 'the account cannot be the name of a login')
      if (!canBeName(role)) throw new AdapterError('misconfigured', 'that cannot be the name of a role')
      expectSafe(await factsOf(connection, role, account), role, account)
      await expectDatabases(connection, this.#settings.databases ?? [])
      await addMember(connection, role, account)
      if (await isMember(connection, role, account)) return
      throw new AdapterError('rejected', `“${account}” is no member of “${role}” although the server said so`)
    })
  }

  revoke({ access: { role }, account }: Call<PostgresAccess>, signal: AbortSignal): Promise<void> {
    return this.#connected(signal, async (connection) => {
      if (!canBeName(account) || !canBeName(role)) return
      await removeMember(connection, role, account)
      if (await isMember(connection, role, account)) {
        throw new AdapterError('rejected', `“${account}” is still a member of “${role}”`)
      }
      await endSessions(connection, account, this.#settings.databases, signal)
    })
  }

  holds({ access: { role }, account }: Call<PostgresAccess>, signal: AbortSignal): Promise<boolean> {
    return this.#connected(
      signal,
      async (connection) => canBeName(account) && canBeName(role) && isMember(connection, role, account),
    )
  }

  #connected<Answer>(signal: AbortSignal, work: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    return withConnection(this.#settings.url, signal, work)
  }
}

function canBeName(account: string): boolean {
  const whole = account.isWellFormed() && !account.includes('\0')
  return whole && account !== '' && Buffer.byteLength(account) <= MOST_NAME_BYTES
}

/** Refuses what would give away the server, or nothing at all. @throws {AdapterError} */
function expectSafe(facts: Facts, role: string, login: string): void {
  if (!facts.roleExists) throw new AdapterError('misconfigured', `there is no role “${role}”`)
  if (facts.superuser) throw new AdapterError('misconfigured', `role “${role}” is or leads to a superuser`)
  if (!facts.loginExists) throw new AdapterError('rejected', `there is no login “${login}”`)
  if (!facts.canLogIn) throw new AdapterError('rejected', `“${login}” is a role that cannot log in`)
  if (role === login) throw new AdapterError('rejected', `“${login}” is the role itself`)
  if (facts.ourselves) throw new AdapterError('rejected', `“${login}” is the login that the bot itself uses`)
}
