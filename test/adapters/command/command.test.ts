import { existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { command } from '../../../src/adapters/command/definition.ts'
import { AdapterError } from '../../../src/adapters/contract.ts'
import { makeCall } from '../make-call.ts'

const call = makeCall({ round: 3 })
const soon = () => AbortSignal.timeout(20_000)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakglass-command-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})
const at = (name: string) => join(folder, name)

/** An adapter for a shell script that may use what stands on the usual path. */
async function scripted(lines: string, more: { args?: string[]; env?: Record<string, string> } = {}) {
  const path = at('script')
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin; cd ${folder}\n${lines}\n`, { mode: 0o755 })
  return command.open({ path, ...more })
}

async function failureOf(lines: string, env: Record<string, string> = {}, signal = soon()): Promise<AdapterError> {
  const adapter = await scripted(lines, { env })
  const error = await adapter.grant(call, signal).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AdapterError)
  return error as AdapterError
}

/** Waits for a file that a script writes. */
async function written(name: string): Promise<string> {
  while (!existsSync(at(name)) || readFileSync(at(name), 'utf8') === '') await sleep(5)
  return readFileSync(at(name), 'utf8').trim()
}

/** A process that was ended but not yet waited for is a zombie, and as good as gone. */
async function gone(pid: string): Promise<void> {
  const stat = `/proc/${pid}/stat`
  while (existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))) await sleep(5)
}

it('says on standard input to the letter what the contract says', async () => {
  const adapter = await scripted(`cat >> said; echo >> said; echo '{"held":true}'`)
  await adapter.grant({ ...call, round: 0 }, soon())
  await adapter.revoke(call, soon())
  expect(await adapter.holds(call, soon())).toBe(true)
  await expect(adapter.list?.(soon())).rejects.toMatchObject({ kind: 'rejected' })
  const facts =
    '"grant_id":"G-7KQ2M4","subject":"ann@example.com","account":"ann","entitlement":"orders-read","access":{"role":"orders_read"},"expires_at":"2026-03-01T10:15:00.000Z"}'
  expect(readFileSync(at('said'), 'utf8').trim().split('\n')).toEqual([
    `{"operation":"grant",${facts}`,
    `{"operation":"revoke",${facts}`,
    `{"operation":"holds",${facts}`,
    '{"operation":"list"}',
  ])
})

it('starts it with no environment but its own, and in a folder that is always there', async () => {
  process.env.BREAKGLASS_TEST_CANARY = 'canary'
  onTestFinished(() => void delete process.env.BREAKGLASS_TEST_CANARY)
  const adapter = await command.open({
    path: process.execPath,
    args: [
      '-e',
      `require('fs').writeFileSync(process.argv[1], JSON.stringify([process.env, process.cwd()])); console.log('{"held":true}')`,
      at('said'),
    ],
    env: { KEY: 'a key', EMPTY: '' },
  })
  await adapter.grant(call, soon())
  expect(JSON.parse(readFileSync(at('said'), 'utf8'))).toEqual([{ KEY: 'a key', EMPTY: '' }, '/'])
})

it('passes arguments as they stand: no shell reads them', async () => {
  const args = ['$(touch owned)', '; touch owned', '`touch owned`', '', 'a b', '*', '-n', '\n']
  const adapter = await scripted(`printf '<%s>' "$@" > said; echo '{"held":true}'`, { args })
  await adapter.grant(call, soon())
  expect(readFileSync(at('said'), 'utf8')).toBe(args.map((arg) => `<${arg}>`).join(''))
  expect(existsSync(at('owned'))).toBe(false)
})

it.each([
  [1, 'rejected', true],
  [2, 'rejected', true],
  [75, 'unreachable', true],
  [78, 'misconfigured', false],
  [127, 'rejected', true],
  [255, 'rejected', true],
])('takes an exit with %d as %s, whatever it says', async (code, kind, outcomeUnknown) => {
  const error = await failureOf(`echo '{"held":true}'; exit ${code}`)
  expect(error).toMatchObject({ kind, outcomeUnknown, message: `The command exited with ${code}.` })
})

it('does not know what a command did that was ended by a signal', async () => {
  expect(await failureOf('kill -SEGV $$')).toMatchObject({
    kind: 'rejected',
    outcomeUnknown: true,
    message: 'The command was ended by SIGSEGV.',
  })
})

it('repeats the first line of its complaint, without secrets and without what acts in a terminal', async () => {
  const lines = `printf '\\n\\033[31mno login with %s\\033[0m\\nsecond' "$KEY" >&2; exit 78`
  const { message } = await failureOf(lines, { KEY: 'canary-key', SHORT: 'no' })
  expect(message).toBe('The command exited with 78: [31mno login with [redacted][0m')
  const long = await failureOf(`head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 75`)
  expect(long.message).toBe(`The command exited with 75: ${'x'.repeat(200)}`)
})

it('refuses more output than an answer has, and ends the command', async () => {
  const error = await failureOf('echo $$ > pid; exec cat /dev/zero')
  expect(error).toMatchObject({ kind: 'rejected', outcomeUnknown: true, message: 'The command wrote too much.' })
  await gone(await written('pid'))
})

it('does not mind a command that reads nothing of what it is told', async () => {
  const adapter = await scripted(`exec <&-; echo '{"held":true}'`)
  const large = { ...call, access: { text: 'x'.repeat(1_000_000) } }
  await expect(adapter.grant(large, soon())).resolves.toBeUndefined()
})

async function file(name: string, text: string, mode: number): Promise<string> {
  await writeFile(at(name), text, { mode })
  return at(name)
}

async function subfolder(): Promise<string> {
  await mkdir(at('sub'))
  return at('sub')
}

it.each([
  ['nowhere', async () => at('nowhere'), 'ENOENT'],
  ['no executable', () => file('text', 'x', 0o644), 'EACCES'],
  ['a folder', subfolder, 'it is no file'],
  ['a script for nobody, which /bin/sh would run', () => file('s', 'touch owned\n', 0o755), 'begins with #!'],
  ['empty', () => file('empty', '', 0o755), 'it is no program'],
  ['a script without its interpreter', () => file('s', '#!/nowhere/sh\n', 0o755), 'ENOENT'],
])('tells operators of a path that is %s', async (_, make, why) => {
  const adapter = await command.open({ path: await make(), env: { PATH: '/usr/bin:/bin' } })
  for (const operation of ['grant', 'revoke', 'holds'] as const) {
    const error = await adapter[operation](call, soon()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: 'misconfigured', outcomeUnknown: false })
    expect(String(error)).toContain(why)
  }
})

it('runs a program that may not be read', async () => {
  const path = at('true')
  await copyFile('/bin/true', path)
  await chmod(path, 0o111)
  const adapter = await command.open({ path })
  await expect(adapter.grant(call, soon())).rejects.toThrow('not of the form')
})

it('finds a command again that was away for a moment', async () => {
  const adapter = await scripted(`echo '{"held":true}'`)
  await chmod(at('script'), 0o644)
  if (process.getuid?.() !== 0) await expect(adapter.holds(call, soon())).rejects.toThrow('EACCES')
  await chmod(at('script'), 0o755)
  expect(await adapter.holds(call, soon())).toBe(true)
})

it('ends at the deadline everything that the command started', async () => {
  const abort = new AbortController()
  const script = `trap '' TERM; (trap '' TERM HUP; sleep 600 & echo $! > grandchild; wait) & echo $$ > child; wait`
  const failure = failureOf(script, {}, abort.signal)
  const [child, grandchild] = [await written('child'), await written('grandchild')]
  const started = performance.now()
  abort.abort()
  expect(await failure).toMatchObject({
    kind: 'unreachable',
    outcomeUnknown: true,
    message: 'The command did not answer in time.',
  })
  expect(performance.now() - started).toBeLessThan(200)
  await Promise.all([gone(child), gone(grandchild)])
})

it('ends what a command left running when it answered', async () => {
  const adapter = await scripted(`sleep 600 & echo $! > left; echo '{"held":true}'`)
  expect(await adapter.holds(call, soon())).toBe(true)
  await gone(await written('left'))
})

it('does not wait for one who left the group and holds the pipe open', async () => {
  const adapter = await scripted(`setsid sh -c 'echo $$ > left; exec sleep 600' & while [ ! -s left ]; do :; done
    echo '{"held":true}'`)
  expect(await adapter.holds(call, soon())).toBe(true)
  process.kill(Number(await written('left')), 'SIGKILL')
})

it('does not even start when it is aborted before', async () => {
  const error = await failureOf('echo > started', {}, AbortSignal.abort())
  expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
  expect(existsSync(at('started'))).toBe(false)
})
