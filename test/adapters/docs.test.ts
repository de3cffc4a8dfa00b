import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Call } from '../../src/adapters/contract.ts'
import { webhook } from '../../src/adapters/webhook/definition.ts'

const SECRET = '0123456789abcdef'
const DIRECTORY = `const held = new Set()
const key = (account, access) => JSON.stringify([account, access])
export const give = async (account, access) => void held.add(key(account, access))
export const take = async (account, access) => void held.delete(key(account, access))
export const isHeld = async (account, access) => held.has(key(account, access))
`

/** Starts the target that docs/adapters.md shows, with a directory in memory, and answers where it listens. */
async function startExample(): Promise<string> {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/adapters.md'), 'utf8')
  const [, example = ''] = /```js\n(.*?)```/s.exec(docs) ?? []
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-docs-'))
  await writeFile(join(folder, 'directory.js'), DIRECTORY)
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'target.js'), example)
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

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

it('shows a webhook target that works, and believes only what was signed lately', async () => {
  const url = await startExample()
  const call: Call<unknown> = {
    grantId: 'G-7KQ2M4',
    subject: 'ann@example.com',
    account: 'ann',
    entitlement: 'deploy',
    access: { group: 'deployers' },
    expiresAt: Date.now() + 60_000,
    round: 0,
  }
  const soon = () => AbortSignal.timeout(10_000)
  const adapter = await webhook.open({ url, secret: SECRET }, Date.now)
  await adapter.grant(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  await adapter.revoke({ ...call, round: 1 }, soon())
  expect(await adapter.holds(call, soon())).toBe(false)
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
