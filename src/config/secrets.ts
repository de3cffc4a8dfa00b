import { readFileSync } from 'node:fs'
import { loadConfig } from './load.ts'
import { namesIn, type Variables } from './variables.ts'

/** Variables of the environment that are secrets by themselves. */
const TOKENS = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']

/**
 * Every secret that the environment and the config hold, for whoever writes down what went wrong. Never throws: a config
 * with faults still says which variables it reads.
 */
export function secretsAround(variables: Variables): readonly string[] {
  const path = variables.BREAKGLASS_CONFIG || 'breakglass.yml'
  const loaded = loadConfig(path, variables)
  const inConfig = loaded.ok ? loaded.config.secrets.reveal() : []
  const values = [...TOKENS, ...namesIn(textOf(path))].flatMap((name) => variables[name] ?? [])
  return [...values, ...inConfig]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
