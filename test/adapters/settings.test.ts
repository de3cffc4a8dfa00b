// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables as the config writes them
import { describe, expect, it } from 'vitest'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { readConfig } from '../../src/config/load.ts'
import { sayFault } from '../../src/config/report.ts'

/** A config with one target, as written, and what the entitlement gives on it. */
function configWith(target: string, access = '{ role: deployer, scopes: [a, 1, null] }'): string {
  return `slack: { security_channel: C0SEC, requests_channel: C0REQ }
people: { subject: email, email_domains: [example.com], security: [leads] }
groups: { engineers: { slack_usergroup: S0ENG }, leads: { members: [U0LEE, U0KIM] } }
rules: { one-lead: { requesters: [engineers], approvers: [leads] } }
targets: { it: ${target} }
entitlements: { deploy: { title: Deploy, target: it, access: ${access}, rules: [one-lead] } }
`
}

function faultsOf(target: string, access?: string, variables = {}): string[] {
  const result = readConfig(configWith(target, access), 'x.yml', variables, {})
  return result.ok ? [] : result.faults.map(sayFault)
}

const SOUND = {
  webhook: '{ adapter: webhook, settings: { url: "https://access.example.com/hook?x=1", secret: "${HOOK_SECRET}" } }',
  command:
    '{ adapter: command, settings: { path: /opt/access, args: [--now, ""], env: { KEY: "${KEY}", PATH: /bin } } }',
}
const VARIABLES = { HOOK_SECRET: 'canary-0123456789', KEY: 'canary' }

it.each(Object.entries(SOUND))('takes a sound %s target, with access of any form', (kind, target) => {
  expect(faultsOf(target, undefined, VARIABLES)).toEqual([])
  const result = readConfig(configWith(target), 'x.yml', VARIABLES, {})
  if (!result.ok) throw new Error('unsound')
  expect(result.config.targets.get('it')?.kind).toBe(kind)
  expect(JSON.stringify(result.config)).not.toContain('canary')
  expect(result.config.policy.targets.get('it')?.notice).toContain('up to it')
})

it('needs nothing of a command but its path', () => {
  expect(faultsOf('{ adapter: command, settings: { path: /opt/access } }', '{}')).toEqual([])
})

describe('a webhook target is faulty', () => {
  const url = '"https://h.example.com/"'
  it.each([
    ['without a url', '{ secret: 0123456789abcdef }', 'targets.it.settings.url: is missing'],
    ['without a secret', `{ url: ${url} }`, 'targets.it.settings.secret: is missing'],
    ['with a short secret', `{ url: ${url}, secret: a234567 }`, 'must have at least 8 characters'],
    ['with an unknown key', `{ url: ${url}, secret: 0123456789abcdef, method: PUT }`, 'unknown key'],
    ['with a misspelt key', `{ url: ${url}, secrt: 0123456789abcdef }`, 'secret'],
    ['without a scheme', '{ url: h.example.com, secret: 0123456789abcdef }', 'must be an address like https://'],
    ['with another scheme', '{ url: "ftp://h/x", secret: 0123456789abcdef }', 'must be an address like https://'],
    ['with a password', '{ url: "https://a:canary@h/x", secret: 0123456789abcdef }', 'without a user name or password'],
    ['with a user', '{ url: "https://canary@h/x", secret: 0123456789abcdef }', 'without a user name or password'],
  ])('%s', (_, settings, words) => {
    const faults = faultsOf(`{ adapter: webhook, settings: ${settings} }`)
    expect(faults.join('\n')).toContain(words)
    expect(faults.join('\n')).toContain('x.yml:5:')
    expect(faults.join('\n')).not.toContain('canary')
  })
})

describe('a command target is faulty', () => {
  it.each([
    ['without a path', '{}', 'targets.it.settings.path: is missing'],
    ['with a relative path', '{ path: bin/access }', 'must be an absolute path'],
    ['with a path to be looked for', '{ path: access }', 'must be an absolute path'],
    ['with a line for a shell', '{ path: /a, args: "-x 1" }', 'must be a list'],
    ['with a number among its arguments', '{ path: /a, args: [1] }', 'put it in quotes'],
    ['with a number in its environment', '{ path: /a, env: { PORT: 1 } }', 'put it in quotes'],
    ['with a NUL', '{ path: /a, args: ["\\0"] }', 'NUL'],
    ['with a name that is none', '{ path: /a, env: { "A=B": x } }', '='],
    ['with an unknown key', '{ path: /a, shell: true }', 'unknown key'],
  ])('%s', (_, settings, words) => {
    const faults = faultsOf(`{ adapter: command, settings: ${settings} }`)
    expect(faults.join('\n')).toContain(words)
  })
})

it('has a JSON schema of the settings of both, every key described', () => {
  const text = JSON.stringify(configJsonSchema())
  for (const kind of ['webhook', 'command']) expect(text).toContain(`"const":"${kind}"`)
  expect(text).toContain('Signs every call')
  expect(text).toContain('Its whole environment')
})
