import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { expectFaults, expectFindings, read, written } from './written.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function file(bytes: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-config-'))
  folders.push(folder)
  const path = join(folder, 'breakglass.yml')
  writeFileSync(path, bytes)
  return path
}

function faultsOf(path: string) {
  const result = loadConfig(path, {})
  return result.ok ? [] : result.faults
}

it('reads a file', () => {
  expect(loadConfig(file(written()), {}).ok).toBe(true)
})

it('reads a file with a byte order mark and Windows line ends', () => {
  expect(loadConfig(file(`\uFEFF${written().replaceAll('\n', '\r\n')}`), {}).ok).toBe(true)
})

it('says that a file is not there', () => {
  expect(faultsOf('/nowhere/b.yml')).toEqual([
    { file: '/nowhere/b.yml', line: 1, column: 1, key: '', message: expect.stringContaining('there is no such file') },
  ])
})

it('says that a folder cannot be read', () => {
  expect(faultsOf(tmpdir())[0]?.message).toContain('EISDIR')
})

it('says that a file is not UTF-8', () => {
  expect(faultsOf(file(Uint8Array.of(0x61, 0xff)))[0]?.message).toBe('is not UTF-8 text')
})

it('says where the YAML is broken', () => {
  const text = 'slack:\n  command: "/bg\npeople: {}\n'
  const result = read(text)
  expect(result.ok ? [] : result.faults).toMatchObject([
    { line: 4, message: expect.stringContaining('this is not YAML') },
  ])
})

it('refuses a key that stands twice, at the second, and names other faults too', () => {
  expectFaults(
    written({
      slack: 'slack: { security_channel: C0SEC, ▸security_channel: C0TWO, command: ▸bg, requests_channel: C0R }',
    }),
    ['stands here twice', 'a slash command is /'],
  )
})

it('refuses __proto__ as a name', () => {
  expectFaults(written({ alarms: '▸__proto__: { polluted: true }' }), ['cannot be a name'])
})

it.each(['constructor', 'hasownproperty', 'valueof'])('takes %s for an ordinary name', (name) => {
  const rules = `rules: { one-lead: { requesters: [engineers], approvers: [${name}] } }`
  const groups = `groups: { engineers: { slack_usergroup: S0ENG }, leads: { members: [U0LEE] }, ${name}: { members: [U0A, U0B] } }`
  expectFindings(written({ groups, rules }), [])
})

it('says that no such group exists for a name that objects happen to have', () => {
  expectFaults(
    written({ rules: 'rules: { one-lead: { requesters: [engineers], approvers: [leads, ▸constructor] } }' }),
    ['there is no group “constructor”'],
  )
})

it('reads anchors, aliases and merge keys; own keys win', () => {
  const result = read(
    written({
      rules: `rules:
  one-lead: &base { requesters: &who [engineers], approvers: [leads], ttl: { max: 20m }, lapse: 5m }
  other: { <<: *base, lapse: 7m }
  third: { <<: [{ lapse: 9m }, *base] }
  fourth: { requesters: *who, approvers: [leads] }`,
      entitlements:
        'entitlements: { read: { title: R, target: db, access: { role: r }, rules: [one-lead, other, third, fourth] } }',
    }),
  )
  const rules = result.ok ? result.config.policy.rules : new Map()
  expect([...rules.values()].map(({ lapseMs, ttl }) => [lapseMs / 60_000, ttl.maxMs / 60_000])).toEqual([
    [5, 20],
    [7, 20],
    [9, 20],
    [15, 30],
  ])
})

it('points at the text that an alias stands for', () => {
  expectFaults(
    written({
      rules: `rules:
  one-lead: { requesters: &who [▸strangers], approvers: [leads] }
  other: { requesters: *who, approvers: [leads] }`,
      entitlements: 'entitlements: { read: { title: R, target: db, access: { role: r }, rules: [one-lead, other] } }',
    }).replace('▸strangers', '▸▸strangers'),
    ['rules.one-lead.requesters.0', 'rules.other.requesters.0'],
  )
})

it.each([
  [
    'aliases that multiply',
    Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1},`.repeat(9) : '1'}]`).join('\n'),
  ],
  ['an alias in itself', 'slack: &s { command: *s }'],
  ['a merge of itself', 'slack: &s { <<: *s }'],
  ['endless nesting', '['.repeat(20_000)],
  ['deep nesting', `a: ${'['.repeat(500)}${']'.repeat(500)}`],
  ['a huge file', `# ${'x'.repeat(1_000_001)}`],
])('refuses %s', (_, text) => {
  const result = read(text)
  expect(result.ok ? [] : result.faults.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/holds too much|too large|not YAML/),
  )
})

it.each([
  '',
  '# nothing',
  'null',
  '[]',
  'text',
  '---\na: 1\n---\nb: 2',
  '!!set { a }',
  '? [a]\n: b',
  '*nobody',
  '!secret x',
])('refuses %j', (text) => {
  const result = read(text)
  expect(result.ok ? 0 : result.faults.length).toBeGreaterThan(0)
})
