import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fresh, type Postgres, quoted, startPostgres } from '../support/postgres.ts'
import { configOf, startTown, type Town, until } from './town.ts'

let postgres: Postgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const RULE =
  '{ requesters: [engineers], approvers: [leads], default_purpose: incident, ttl: { min: 1s, default: 15m, max: 30m } }'

/** A town whose two entitlements are one access on a real PostgreSQL. */
async function townWithOrders() {
  const role = fresh('orders')
  const login = fresh('ann')
  await postgres.query(`create role ${quoted(role)}`)
  await postgres.createLogin(login)
  const one = `target: orders-db, access: { role: ${role} }, rules: [usual]`
  const config = configOf({
    rule: RULE,
    url: postgres.adminUrl,
    accounts: `{ map: { ann@example.com: ${login} } }`,
    entitlements: `  orders-read: { title: Read, ${one} }\n  orders-look: { title: Look, ${one} }`,
  }).replace('timeout: 5s', 'timeout: 1s')
  const town = await startTown({ config: config.replace('quiet: 1s', 'quiet: 3s') })
  const isMember = async () => {
    const sql = 'select pg_has_role($1, $2, $3) as has'
    return (await postgres.query<{ has: boolean }>(sql, [login, role, 'member']))[0]?.has ?? false
  }
  return { town, role, login, isMember }
}

async function getsAccess(town: Town, line: string) {
  const { id, card } = await town.asks(town.ann, line)
  await town.lee.presses('approve', card)
  await until(async () => (await town.grants()).some(({ request, state }) => request === id && state === 'active'))
  return id
}

async function isOver(town: Town, id: string) {
  await until(
    async () => (await town.grants()).some(({ request, state }) => request === id && state === 'revoked'),
    20_000,
  )
}

describe('overlapping grants, access that was there before (a real PostgreSQL, the bot restarted in between)', () => {
  it('two names of one access: the first end leaves it, the second takes it', async () => {
    const { town, isMember } = await townWithOrders()
    const first = await getsAccess(town, 'orders-read INC-1 first')
    await town.restart()
    const second = await getsAccess(town, 'orders-look INC-2 second')
    await town.ann.types(`/breakglass end ${first}`)
    await isOver(town, first)
    expect(await isMember()).toBe(true)
    await town.restart()
    await town.ann.types(`/breakglass end ${second}`)
    await isOver(town, second)
    expect(await isMember()).toBe(false)
  })

  it('a membership that was there before stays, also when the bot was restarted while the grant ran', async () => {
    const { town, role, login, isMember } = await townWithOrders()
    await postgres.query(`grant ${quoted(role)} to ${quoted(login)}`)
    const id = await getsAccess(town, 'orders-read 2s INC-1 first')
    await town.restart()
    await isOver(town, id)
    expect(await isMember()).toBe(true)
  })
})

describe('effect lands after the call was given up (a real PostgreSQL)', () => {
  it('a GRANT that waits for a lock lands after the grant was ended and the bot restarted: taken away all the same', async () => {
    const { town, isMember } = await townWithOrders()
    const { id, card } = await town.asks(town.ann, 'orders-read INC-1 first')
    const locker = await postgres.session(postgres.adminUrl)
    await locker.query('begin; lock table pg_auth_members in share mode')
    await town.lee.presses('approve', card)
    await until(async () => (await waiting()) > 0)
    await town.ann.types(`/breakglass end ${id}`)
    await until(async () => (await town.grants())[0]?.state === 'revoking')
    await town.restart()
    expect(await isMember()).toBe(false)
    await locker.query('commit')
    await locker.end()
    await until(isMember, 5_000).catch(() => undefined) // it may be taken away before anybody looks
    await isOver(town, id)
    expect(await waiting()).toBe(0)
    expect(await isMember()).toBe(false)
  }, 40_000)
})

/** Statements that wait for a lock. */
async function waiting(): Promise<number> {
  const sql =
    "select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'breakglass'"
  return (await postgres.query<{ count: number }>(sql))[0]?.count ?? 0
}

describe('the approver does not see everything (a real PostgreSQL: every state)', () => {
  it.each(['&', '😀'])(
    'a reason of 500 × %s stands whole on the card while it waits, runs, goes and is over',
    async (letter) => {
      const { town } = await townWithOrders()
      const reason = letter.repeat(500)
      const id = await getsAccess(town, `orders-read 2s ${reason}`)
      await isOver(town, id)
      const ended = await town.lee.waitsFor('Ended', { in: town.requests })
      const looks = ended.history.map(({ plain }) => plain)
      for (const headline of ['Waiting for approval', 'Active'])
        expect(looks.some((look) => look.includes(headline))).toBe(true)
      expect(looks.filter((look) => !look.includes(reason))).toEqual([])
      expect(town.workspace.calls.filter(({ answer }) => answer !== 'ok')).toEqual([])
    },
  )
})
