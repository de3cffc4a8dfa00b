import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { readEnvironment, readStartEnvironment, type StartEnvironment } from '../../src/config/environment.ts'

const SOCKET = { SLACK_BOT_TOKEN: 'xoxb-1-abc', SLACK_APP_TOKEN: 'xapp-1-def' }
const HTTP = { SLACK_BOT_TOKEN: 'xoxb-1-abc', SLACK_SIGNING_SECRET: '0123456789abcdef' }

function started(variables: Record<string, string>): StartEnvironment {
  const read = readStartEnvironment(variables)
  if (!read.ok) throw new Error(read.faults.join('\n'))
  return read.environment
}

function faults(variables: Record<string, string | undefined>): readonly string[] {
  const read = readStartEnvironment(variables)
  return read.ok ? [] : read.faults
}

it('needs nothing of Slack for commands that do not start the bot', () => {
  expect(readEnvironment({})).toEqual({
    ok: true,
    environment: {
      configPath: 'breakglass.yml',
      database: { kind: 'sqlite', path: 'data/breakglass.db' },
      auditKeyPath: 'data/audit-key.pem',
      logLevel: 'info',
    },
  })
})

it('uses Socket Mode when there is an app token, and listens on the loopback', () => {
  const { mode, host, port, slackApiUrl, botToken } = started({ ...HTTP, ...SOCKET })
  expect([mode.kind, host, port, slackApiUrl]).toEqual(['socket', '127.0.0.1', 3000, 'https://slack.com/api/'])
  expect([botToken.reveal(), mode.kind === 'socket' && mode.appToken.reveal()]).toEqual(['xoxb-1-abc', 'xapp-1-def'])
})

it('uses HTTP mode otherwise, and listens everywhere', () => {
  const { mode, host } = started(HTTP)
  expect([mode.kind, host]).toEqual(['http', '0.0.0.0'])
  expect(mode.kind === 'http' && mode.signingSecret.reveal()).toBe('0123456789abcdef')
})

it('takes what is set', () => {
  expect(
    started({
      ...SOCKET,
      HOST: '::1',
      PORT: '0',
      LOG_LEVEL: 'debug',
      BREAKGLASS_CONFIG: '/etc/b.yml',
      BREAKGLASS_DATABASE: 'sqlite:/var/b.db',
      BREAKGLASS_AUDIT_KEY: '/etc/key.pem',
    }),
  ).toMatchObject({
    host: '::1',
    port: 0,
    logLevel: 'debug',
    configPath: '/etc/b.yml',
    database: { path: '/var/b.db' },
    auditKeyPath: '/etc/key.pem',
  })
})

it('takes an empty variable for one that is not set', () => {
  expect(started({ ...SOCKET, HOST: '', PORT: '', LOG_LEVEL: '', BREAKGLASS_CONFIG: '', SLACK_API_URL: '' })).toEqual(
    started(SOCKET),
  )
})

it.each([
  ['https://slack-gov.com/api', 'https://slack-gov.com/api/'],
  ['https://slack-gov.com/api/', 'https://slack-gov.com/api/'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/'],
])('writes the API root %s with its slash', (url, root) => {
  expect(started({ ...SOCKET, SLACK_API_URL: url }).slackApiUrl).toBe(root)
})

it.each([
  [{ SLACK_BOT_TOKEN: undefined }, 'SLACK_BOT_TOKEN is not set'],
  [{ SLACK_BOT_TOKEN: '' }, 'SLACK_BOT_TOKEN is not set'],
  [{ SLACK_BOT_TOKEN: 'xoxp-1' }, 'SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-'],
  [{ SLACK_BOT_TOKEN: 'xoxb-1 2' }, 'SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-'],
  [{ SLACK_APP_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN must be an app-level token, which starts with xapp-'],
  [{ SLACK_APP_TOKEN: '' }, 'set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode'],
  [{ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: '0123456' }, 'SLACK_SIGNING_SECRET is too short'],
  [{ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: ' '.repeat(32) }, 'SLACK_SIGNING_SECRET is too short'],
  [{ SLACK_API_URL: 'slack.com' }, 'SLACK_API_URL must be an address like https://slack.com/api/'],
  [{ SLACK_API_URL: 'ftp://slack.com' }, 'SLACK_API_URL must be an address'],
  [{ SLACK_API_URL: 'https://slack.com/api/?x=1' }, 'SLACK_API_URL must be an address'],
  [{ PORT: '65536' }, 'PORT must be a number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT must be a number from 0 to 65535'],
  [{ PORT: '3000x' }, 'PORT must be a number from 0 to 65535'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
  [{ BREAKGLASS_DATABASE: 'data.db' }, 'BREAKGLASS_DATABASE must name a database: write sqlite:PATH'],
  [{ BREAKGLASS_DATABASE: 'sqlite:' }, 'BREAKGLASS_DATABASE must name a database'],
  [{ BREAKGLASS_DATABASE: 'sqlite::memory:' }, 'BREAKGLASS_DATABASE must outlive the process'],
  [{ BREAKGLASS_DATABASE: 'postgres://a:pw@h/d' }, 'PostgreSQL comes later: write sqlite:PATH'],
  [{ BREAKGLASS_DATABASE: 'postgresql://a:pw@h/d' }, 'PostgreSQL comes later'],
])('refuses %j with one clear sentence', (variables, words) => {
  expect(faults({ ...SOCKET, ...variables })).toEqual([expect.stringContaining(words)])
})

it('says everything that is wrong at once', () => {
  expect(faults({ PORT: 'x', LOG_LEVEL: 'y', BREAKGLASS_DATABASE: 'z' })).toEqual([
    expect.stringContaining('BREAKGLASS_DATABASE'),
    expect.stringContaining('LOG_LEVEL'),
    expect.stringContaining('SLACK_BOT_TOKEN'),
    expect.stringContaining('PORT'),
    expect.stringContaining('SLACK_APP_TOKEN'),
  ])
})

it('never repeats a value', () => {
  const canary = 'canary-secret'
  for (const name of [
    'SLACK_BOT_TOKEN',
    'SLACK_APP_TOKEN',
    'SLACK_API_URL',
    'PORT',
    'LOG_LEVEL',
    'BREAKGLASS_DATABASE',
  ]) {
    expect(faults({ ...SOCKET, [name]: canary })).not.toEqual([])
    expect(inspect(faults({ ...SOCKET, [name]: canary }))).not.toContain('canary')
  }
  expect(
    inspect(readStartEnvironment({ SLACK_BOT_TOKEN: `xoxb-${canary}`, SLACK_APP_TOKEN: `xapp-${canary}` }), {
      depth: 9,
    }),
  ).not.toContain(canary)
})
