import { expect } from 'vitest'
import { type LoadedConfig, type LoadOptions, readConfig } from '../../src/config/load.ts'
import { sayFault } from '../../src/config/report.ts'
import type { Variables } from '../../src/config/variables.ts'

const PARTS = {
  slack: 'slack: { security_channel: C0SEC, requests_channel: C0REQ }',
  people: 'people: { subject: email, email_domains: [example.com], security: [leads] }',
  groups: 'groups: { engineers: { slack_usergroup: S0ENG }, leads: { members: [U0LEE, U0KIM] } }',
  targets:
    'targets: { db: { adapter: postgres, account: local_part, settings: { url: "postgres://admin@db/orders" } } }',
  rules: 'rules: { one-lead: { requesters: [engineers], approvers: [leads] } }',
  break_glass: '',
  entitlements: 'entitlements: { read: { title: Read, target: db, access: { role: r }, rules: [one-lead] } }',
  alarms: '',
}

/** A config without faults or findings, but for the parts that are written anew. */
export function written(parts: Partial<typeof PARTS> = {}): string {
  return Object.values({ ...PARTS, ...parts })
    .filter(Boolean)
    .join('\n')
}

/** Reads a config with the variables given; `▸` in it is a mark, not part of it. */
export function read(text: string, variables: Variables = {}, options: LoadOptions = {}): LoadedConfig {
  return readConfig(text.replaceAll('▸', ''), 'x.yml', variables, options)
}

/** Expects exactly these faults, in order, each at its mark `▸` and with its words in what is said. */
export function expectFaults(text: string, words: readonly string[], variables: Variables = {}): void {
  const result = read(text, variables)
  expect(result.ok ? [] : result.faults.map(sayFault)).toEqual(saidAt(text, words))
}

/** Expects a sound config with exactly these findings. */
export function expectFindings(text: string, words: readonly string[], options: LoadOptions = {}): void {
  const result = read(text, {}, options)
  expect(result.ok ? [] : result.faults.map(sayFault)).toEqual([])
  expect(result.findings.map(sayFault)).toEqual(saidAt(text, words))
}

function saidAt(text: string, words: readonly string[]) {
  const places = marks(text)
  expect(places.length, 'marks in the text').toBe(words.length)
  return words.map((word, index) => expect.stringMatching(new RegExp(`^x\\.yml:${places[index]}: .*${literal(word)}`)))
}

function literal(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** `line:column` of every mark, as it is once the marks are gone. */
function marks(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const parts = line.split('▸').slice(0, -1)
    return parts.map((_, mark) => `${index + 1}:${parts.slice(0, mark + 1).join('').length + 1}`)
  })
}
