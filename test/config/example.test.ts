import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, it } from 'vitest'
import { readStartEnvironment } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import { sayFault } from '../../src/config/report.ts'

const root = resolve(import.meta.dirname, '../..')
const example = resolve(root, 'breakglass.example.yml')
const environment = readFileSync(resolve(root, '.env.example'), 'utf8')

it('passes on a fresh clone with no environment at all', () => {
  const result = loadConfig(example, {}, { missingVariables: 'finding' })
  expect(result.ok ? result.findings.map(({ message }) => message) : result.faults.map(sayFault)).toEqual([
    'the environment variable ORDERS_DB_ADMIN_URL is not set: set it before the bot starts',
  ])
})

it('passes with the environment of .env.example, without a finding', () => {
  const result = loadConfig(example, parseEnv(environment))
  expect(result.ok ? result.findings : result.faults.map(sayFault)).toEqual([])
})

it('has an environment that names every variable, with its default', () => {
  const all = parseEnv(environment.replaceAll(/^# ([A-Z_]+=.*)$/gm, '$1'))
  const read = readStartEnvironment({ ...all, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' })
  const defaults = readStartEnvironment({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' })
  expect(read).toEqual(defaults)
  expect(read.ok).toBe(true)
  expect(Object.keys(all).sort()).toEqual([
    'BREAKGLASS_AUDIT_KEY',
    'BREAKGLASS_CONFIG',
    'BREAKGLASS_DATABASE',
    'HOST',
    'LOG_LEVEL',
    'ORDERS_DB_ADMIN_URL',
    'PORT',
    'SLACK_API_URL',
    'SLACK_APP_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
  ])
})
