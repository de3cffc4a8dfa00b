import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ADAPTERS, openLazily } from '../../src/adapters/registry.ts'
import { readSource } from '../support/read-source.ts'

const SRC = join(import.meta.dirname, '../../src')
const setup = (kind: string, settings: unknown) => ({ kind, settings: { reveal: () => settings } })
const postgres = (url: string) => setup('postgres', { url })

it('knows every kind by its name', () => {
  for (const [kind, definition] of ADAPTERS) expect(definition.kind).toBe(kind)
  expect([...ADAPTERS.keys()]).toEqual(['postgres', 'webhook', 'command'])
})

it.each([
  ['postgres', { url: 'postgres://h/d' }],
  ['webhook', { url: 'https://h.example.com/', secret: '0123456789abcdef' }],
  ['command', { path: '/bin/true' }],
])('opens a %s target once, at its first use', async (kind, settings) => {
  const adapters = openLazily(new Map([['t', setup(kind, settings)]]), Date.now)
  const adapter = await adapters.of('t')
  expect(adapter).toBeDefined()
  expect(await adapters.of('t')).toBe(adapter)
  expect(await adapters.of('elsewhere')).toBeUndefined()
})

it('tries again after a target could not be opened', async () => {
  const targets = new Map([['db', postgres('no url')]])
  const adapters = openLazily(targets, Date.now)
  await expect(adapters.of('db')).rejects.toThrow()
  targets.set('db', postgres('postgres://h/d'))
  await expect(adapters.of('db')).resolves.toBeDefined()
})

it('gives an adapter the time that it was given', async () => {
  const { createServer } = await import('node:http')
  const dates: unknown[] = []
  const server = createServer((request, response) => {
    dates.push(request.headers['x-breakglass-timestamp'])
    response.end('{"grants":[]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const settings = { url: `http://127.0.0.1:${port}/`, secret: '0123456789abcdef' }
  const adapter = await openLazily(new Map([['t', setup('webhook', settings)]]), () => 1_234_567_890_999).of('t')
  await adapter?.list?.(AbortSignal.timeout(10_000))
  expect(dates).toEqual(['1234567890'])
  server.close()
})

/** What a process loads that imports one file, seen from within. */
function loadedBy(file: string): string[] {
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { process.stdout.write(url + '\\n'); return next(url, context) } })
    await import(${JSON.stringify(join(SRC, file))})`
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  return out.split('\n').filter((url) => url.includes('/src/') || url.includes('/node_modules/pg/'))
}

it('loads definitions only, until a target is opened', () => {
  const loaded = loadedBy('adapters/registry.ts')
  expect(loaded.some((url) => url.endsWith('webhook/definition.ts'))).toBe(true)
  expect(loaded.filter((url) => /adapter\.ts|post\.ts|run\.ts|\/pg\//.test(url))).toEqual([])
})

it('is never joined by the conformance suite when the bot runs', () => {
  const importers = globSync('**/*.ts', { cwd: SRC })
    .filter((path) => !path.startsWith('adapters/conformance/'))
    .filter((path) => {
      const { imports } = readSource({ path, source: readFileSync(join(SRC, path), 'utf8') })
      return imports.some(({ from }) => from?.includes('conformance'))
    })
  expect(importers).toEqual([])
})
