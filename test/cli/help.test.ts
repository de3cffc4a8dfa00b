import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { printRows, wrap } from '../../src/cli/table.ts'
import { breakglass } from '../support/process.ts'
import { makeWorld } from '../support/world.ts'

const VERBS = [
  'start',
  'check',
  'explain',
  'requests',
  'grants',
  'stuck',
  'revoke',
  'pause',
  'resume',
  'unfreeze',
  'schema',
  'manifest',
]

let folder: string
let database: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakglass-help-'))
  const path = join(folder, 'test.db')
  const world = await makeWorld({ path })
  for (let number = 0; number < 5; number += 1) await world.asks('U0ANN', `INC-${number} ${'replica lag '.repeat(20)}`)
  await world.close()
  database = `sqlite:${path}`
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What the program says without a process of its own: enough for what only prints. */
async function said(...args: string[]) {
  const heard = { out: [] as string[], err: [] as string[] }
  const io = {
    out: (text: string) => void heard.out.push(text),
    err: (text: string) => void heard.err.push(text),
    progress() {},
    style: (_format: unknown, text: string) => text,
    width: undefined,
  }
  const backend = { version: '0' } as never
  const env = { BREAKGLASS_CONFIG: 'breakglass.example.yml' }
  const code = await run(args, { io, env, user: 'ann', backend, withoutSecrets: (text) => text })
  return { out: heard.out.join('\n'), err: heard.err.join('\n'), code }
}

describe('help', () => {
  it.each([...VERBS.map((verb) => [verb]), ['audit'], ...['verify', 'show', 'export'].map((verb) => ['audit', verb])])(
    '%s %s has an example that can be typed',
    async (...words) => {
      const { code, out } = await said(...words, '--help')
      expect(code).toBe(0)
      expect(out).toContain(`Usage: breakglass ${words.join(' ')}`)
      expect(out).toMatch(new RegExp(`Examples:\n  breakglass ${words.join(' ')}`))
    },
  )

  it('names every verb that is there', async () => {
    const { code, out } = await said('help')
    expect(code).toBe(0)
    for (const verb of VERBS) expect(out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'))
  })

  it('is what a bare “breakglass” shows, as wrong usage', async () => {
    const { code, err } = await said()
    expect(code).toBe(2)
    expect(err).toContain('Usage: breakglass')
  })

  it.each([
    ['chek', 'check'],
    ['explian', 'explain'],
    ['grant', 'grants'],
  ])('a slip of the finger, %s, is told what was meant', async (typed, meant) => {
    const { code, err } = await said(typed)
    expect(code).toBe(2)
    expect(err).toContain(`(Did you mean ${meant}?)`)
  })
})

it.each([
  [['explain', 'U0BEN', 'order-read'], 'There is no entitlement “order-read” (did you mean “orders-read”?)'],
  [['explain', '@ben', 'orders-read'], '“@ben” could be several people'],
  [['explain', 'U0BEN', 'orders-read', '--ttl', '30'], 'A length of time is written like 15m.'],
  [['explain', 'U0BEN'], 'missing required argument'],
  [['revoke', 'all'], 'missing required argument'],
  [['pause'], 'missing required argument'],
  [['unfreeze', 'ann@example.com'], 'missing required argument'],
  [['requests', '--limit', '0'], 'It must be a whole number from 1.'],
])('%j is wrong usage, said in a sentence', async (args, sentence) => {
  const { code, err } = await said(...args)
  expect(code).toBe(2)
  expect(err).toContain(sentence)
})

describe('a table', () => {
  const rows = [
    { id: 'R-1', why: 'the target does not answer, and has not for an hour' },
    { id: 'R-2', why: 'x'.repeat(50) },
  ]
  const printed = (width: number | undefined) => {
    const lines: string[] = []
    const io = {
      out: (text: string) => void lines.push(text),
      err() {},
      progress() {},
      style: (_: unknown, text: string) => text,
      width,
    }
    printRows(io, rows, { json: false, columns: ['id', 'why'] })
    return lines
  }

  it('fits the terminal, and loses nothing', () => {
    const lines = printed(30)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30)
    const text = lines.map((line) => line.slice(5)).join(' ')
    expect(text.replaceAll(' ', '')).toContain('thetargetdoesnotanswer,andhasnotforanhour')
    expect(text.replaceAll(' ', '')).toContain('x'.repeat(50))
  })

  it('has one line for a row where it is no terminal', () => {
    expect(printed(undefined)).toHaveLength(3)
  })

  it('breaks at spaces, and within a word only where it must', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
    expect(wrap('', 4)).toEqual([''])
  })
})

describe('the real program', () => {
  it('has colours only where they are wanted', async () => {
    const plain = await breakglass(['requests'], { BREAKGLASS_DATABASE: database })
    expect(plain.out).not.toContain('\u001b')
    const forced = await breakglass(['requests'], { BREAKGLASS_DATABASE: database, FORCE_COLOR: '1' })
    expect(forced.out).toContain('\u001b[1m')
    expect(forced.err).not.toContain('\u001b')
    const json = await breakglass(['requests', '--json'], { BREAKGLASS_DATABASE: database, FORCE_COLOR: '1' })
    expect(JSON.parse(json.out)).toHaveLength(5)
  })

  it('ends quietly when its reader stops reading', async () => {
    const env = { PATH: process.env.PATH ?? '', BREAKGLASS_DATABASE: database }
    const child = spawn(process.execPath, ['bin/breakglass.js', 'requests', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (chunk) => (err += chunk))
    const [code] = await once(child, 'close')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
