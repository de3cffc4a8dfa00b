import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Adapter } from '../../src/adapters/contract.ts'
import { postgres } from '../../src/adapters/postgres/definition.ts'
import { webhook } from '../../src/adapters/webhook/definition.ts'
import { makeCall } from '../adapters/make-call.ts'
import { freePort } from '../support/free-port.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/adapters.md'), 'utf8')
const SECRET = '0123456789abcdef'
const DIRECTORY = `const held = new Set()
const key = (account, access) => JSON.stringify([account, access])
export const give = async (account, access) => void held.add(key(account, access))
export const take = async (account, access) => void held.delete(key(account, access))
export const isHeld = async (account, access) => held.has(key(account, access))
`
const call = makeCall({ expiresAt: Date.now() + 60_000 })
const soon = () => AbortSignal.timeout(10_000)

let server: Postgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

/** The first block of the page in this language. */
function blockOf(language: string): string {
  const [, block = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(PAGE) ?? []
  return block
}

/** Starts the target that the page shows, with a directory in memory, and answers where it listens. */
async function startExample(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-docs-'))
  await writeFile(join(folder, 'directory.js'), DIRECTORY)
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'target.js'), blockOf('js'))
  const port = await freePort()
  const env = { SECRET, PORT: String(port) }
  const child = spawn(process.execPath, [join(folder, 'target.js')], { env, stdio: 'inherit' })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}/`
  for (let left = 500; left > 0 && !(await fetch(url).catch(() => undefined)); left--) await sleep(20)
  return url
}

/** What is granted is held; while it is, this happens; and what is revoked is not held any more. */
async function expectGivesAndTakes(adapter: Adapter<typeof call.access>, meanwhile = async () => {}): Promise<void> {
  await adapter.grant(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  await meanwhile()
  await adapter.revoke({ ...call, round: 1 }, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
}

it('gives the bot a login in PostgreSQL that suffices, and has no rights on the data', async () => {
  await server.query('create role orders_read')
  await server.query('create table orders (item text)')
  await server.query('grant select on orders to orders_read')
  await server.createLogin('ann')
  await server.query(blockOf('sql'))
  const bot = server.urlFor('breakglass', 'postgres', 'a long one')
  await expect(server.query('select item from orders', [], bot)).rejects.toThrow('permission denied')

  const session = await server.session(server.urlFor('ann'))
  await expectGivesAndTakes(await postgres.open({ url: bot }), async () => {
    await session.query('set role orders_read')
  })
  await expect(session.query('select item from orders')).rejects.toThrow()
  await session.end().catch(() => undefined)
})

it('shows a webhook target that works, and believes only what was signed lately', async () => {
  const url = await startExample()
  const adapter = await webhook.open({ url, secret: SECRET }, Date.now)
  await expectGivesAndTakes(adapter)
  await expect(adapter.list?.(soon())).rejects.toMatchObject({ kind: 'unreachable' })

  const minutes = (count: number) => () => Date.now() + count * 60_000
  const others = [
    await webhook.open({ url, secret: `${SECRET}g` }, Date.now),
    await webhook.open({ url, secret: SECRET }, minutes(6)),
    await webhook.open({ url, secret: SECRET }, minutes(-6)),
  ]
  for (const other of others) {
    await expect(other.grant(call, soon())).rejects.toMatchObject({ kind: 'misconfigured' })
  }
  for (const clock of [minutes(4), minutes(-4)]) {
    const skewed = await webhook.open({ url, secret: SECRET }, clock)
    expect(await skewed.holds(call, soon())).toBe(false)
  }
})
