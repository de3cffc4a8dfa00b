// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a config names variables
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { sayFault } from '../../src/config/report.ts'
import { substitute } from '../../src/config/variables.ts'
import { expectFaults, expectFindings, read, written } from './written.ts'

const withUrl = (url: string) =>
  written({ targets: `targets: { db: { adapter: postgres, account: local_part, settings: { url: ▸"${url}" } } }` })

it('puts a variable in', () => {
  const result = read(withUrl('${URL}'), { URL: 'postgres://a:pw@h/d' })
  expect(result.ok && result.config.targets.get('db')?.settings.reveal()).toEqual({ url: 'postgres://a:pw@h/d' })
})

it('puts several into one text, and reads none of them again', () => {
  expect(substitute('${A}-${B}-$${A}-$A', { A: '${B}', B: 'b' })).toMatchObject({ text: '${B}-b-${A}-$A', unset: [] })
})

it.each([{}, { URL: '' }, { URL: undefined }])('names a variable that is not set, as %j', (variables) => {
  expectFaults(withUrl('${URL}'), ['the environment variable URL is not set'], variables)
})

it('does not take what every object has for a variable', () => {
  expectFaults(withUrl('${constructor}'), ['constructor is not set'])
})

it.each(['${', '${URL', '${A-B}', '${}', '${1}', '${URL:-x}'])('refuses %s, and says how to write it', (url) => {
  const result = read(withUrl(url), { URL: 'postgres://h/d' })
  expect(result.ok ? [] : result.faults.map(sayFault)).toContainEqual(
    expect.stringContaining('write ${NAME} for an environment variable, or $${ for a literal ${'),
  )
})

it('lets check pass without secrets, and says which are wanted', () => {
  expectFindings(withUrl('${URL}'), ['the environment variable URL is not set'], { missingVariables: 'finding' })
})

it('is a fault all the same where the rest cannot be checked without the value', () => {
  const text = written({ slack: 'slack: { security_channel: "${CHANNEL}", requests_channel: C0REQ }' })
  const result = read(text, {}, { missingVariables: 'finding' })
  expect(result.ok ? [] : result.faults.map(sayFault)).toEqual([
    'x.yml:1:28: slack.security_channel: the environment variable CHANNEL is not set: set it before the bot starts',
  ])
})

it('still checks the other settings while one waits for a variable', () => {
  const targets =
    'targets: { db: { adapter: postgres, account: local_part, settings: { url: "${URL}", databses: [x] } } }'
  const result = read(written({ targets }), {}, { missingVariables: 'finding' })
  expect(result.ok ? [] : result.faults.map(({ message }) => message)).toEqual([
    'unknown key (did you mean “databases”?)',
  ])
})

it.each([
  ['as the address of a target', withUrl('${CANARY}')],
  ['as an adapter', written({ targets: 'targets: { db: { adapter: "${CANARY}", account: subject } }' })],
  [
    'as a pattern',
    written({
      rules: 'rules: { one-lead: { requesters: [engineers], approvers: [leads], reason: { pattern: "(${CANARY}" } } }',
    }),
  ],
  ['as a group', written({ rules: 'rules: { one-lead: { requesters: ["${CANARY}"], approvers: [leads] } }' })],
  [
    'as a length of time',
    written({ rules: 'rules: { one-lead: { requesters: [engineers], approvers: [leads], lapse: "${CANARY}" } }' }),
  ],
  [
    'twice in a list',
    written({
      groups: 'groups: { engineers: { slack_usergroup: S0ENG }, leads: { members: ["${CANARY}", "${CANARY}"] } }',
    }),
  ],
])('never repeats a secret %s', (_, text) => {
  for (const CANARY of ['canary-1234-secret', '123456789']) {
    const result = read(text, { CANARY })
    expect(result.ok).toBe(false)
    expect(inspect(result, { depth: 20 })).not.toContain(CANARY)
  }
})

it('shows no secret of a loaded config, however it is printed', () => {
  const alarms = 'alarms: [{ webhook: { url: "https://alarm.example.com", secret: "${CANARY}" } }]'
  const result = read(`${withUrl('postgres://a:${CANARY}@h/d')}\n${alarms}`, { CANARY: 'canary-1234-secret' })
  expect(result.ok).toBe(true)
  const target = result.ok ? result.config.targets.get('db') : undefined
  for (const print of [
    inspect(result, { depth: 20, showHidden: true }),
    JSON.stringify(result),
    `${target?.settings}`,
  ]) {
    expect(print).not.toContain('canary')
  }
  expect(JSON.stringify(target)).toBe('{"kind":"postgres","settings":"[redacted]"}')
})
