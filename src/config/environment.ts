import { z } from 'zod'
import { Secret } from './secret.ts'
import type { Variables } from './variables.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How the bot talks with Slack: over a web socket that it opens, or by requests that Slack sends. */
export type SlackMode =
  | { readonly kind: 'socket'; readonly appToken: Secret<string> }
  | { readonly kind: 'http'; readonly signingSecret: Secret<string> }

/** What every command needs to know of its environment. */
export interface Environment {
  readonly configPath: string
  readonly database: { readonly kind: 'sqlite'; readonly path: string }
  /** Path of the Ed25519 private key, PEM. */
  readonly auditKeyPath: string
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

/** What `start` needs besides. */
export interface StartEnvironment extends Environment {
  readonly botToken: Secret<string>
  readonly mode: SlackMode
  /** Root of Slack's API; ends in a slash. */
  readonly slackApiUrl: string
  readonly host: string
  readonly port: number
}

/** Either the environment, or everything wrong with it: one sentence for each variable. */
export type ReadEnvironment<Read> =
  | { readonly ok: true; readonly environment: Read }
  | { readonly ok: false; readonly faults: readonly string[] }

const SHORTEST_SIGNING_SECRET = 8

const shared = z.object({
  BREAKGLASS_CONFIG: z.string().default('breakglass.yml'),
  BREAKGLASS_DATABASE: z.string().default('sqlite:data/breakglass.db').transform(readDatabase),
  BREAKGLASS_AUDIT_KEY: z.string().default('data/audit-key.pem'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
})

const starting = shared.extend({
  SLACK_BOT_TOKEN: z
    .string({ error: 'SLACK_BOT_TOKEN is not set: it is the bot token of the Slack app, xoxb-…' })
    .regex(/^xoxb-\S+$/, { error: 'SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-' }),
  SLACK_API_URL: z.string().default('https://slack.com/api/').transform(readApiUrl),
  HOST: z.string().optional(),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'PORT must be a number from 0 to 65535' })
    .default('3000')
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'PORT must be a number from 0 to 65535' }),
})

/** Reads what every command needs. A variable that is empty counts as not set. */
export function readEnvironment(variables: Variables): ReadEnvironment<Environment> {
  const read = shared.safeParse(filled(variables))
  return read.success ? { ok: true, environment: environmentOf(read.data) } : refused(read.error)
}

/** Reads what `start` needs: also how to reach Slack, and where to listen. */
export function readStartEnvironment(variables: Variables): ReadEnvironment<StartEnvironment> {
  const read = starting.safeParse(filled(variables))
  const mode = readMode(variables)
  if (!read.success || typeof mode === 'string') {
    const faults = read.success ? [] : refused(read.error).faults
    return { ok: false, faults: typeof mode === 'string' ? [...faults, mode] : faults }
  }
  return {
    ok: true,
    environment: {
      ...environmentOf(read.data),
      botToken: new Secret(read.data.SLACK_BOT_TOKEN),
      mode,
      slackApiUrl: read.data.SLACK_API_URL,
      host: read.data.HOST ?? (mode.kind === 'http' ? '0.0.0.0' : '127.0.0.1'),
      port: read.data.PORT,
    },
  }
}

function filled(variables: Variables): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
}

function refused({ issues }: z.ZodError): { ok: false; faults: string[] } {
  return { ok: false, faults: issues.map(({ message }) => message) }
}

function environmentOf(read: z.output<typeof shared>): Environment {
  return {
    configPath: read.BREAKGLASS_CONFIG,
    database: read.BREAKGLASS_DATABASE,
    auditKeyPath: read.BREAKGLASS_AUDIT_KEY,
    logLevel: read.LOG_LEVEL,
  }
}

/** Socket Mode wins; the signing secret is for when there is no app token. A sentence says what is wrong. */
function readMode({ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret }: Variables): SlackMode | string {
  if (appToken) {
    if (/^xapp-\S+$/.test(appToken)) return { kind: 'socket', appToken: new Secret(appToken) }
    return 'SLACK_APP_TOKEN must be an app-level token, which starts with xapp-'
  }
  if (!signingSecret) return 'set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode'
  if (signingSecret.trim().length >= SHORTEST_SIGNING_SECRET) {
    return { kind: 'http', signingSecret: new Secret(signingSecret) }
  }
  return `SLACK_SIGNING_SECRET is too short to be one: it has at least ${SHORTEST_SIGNING_SECRET} characters`
}

function readDatabase(written: string, context: z.RefinementCtx): Environment['database'] {
  const path = /^sqlite:(.+)$/.exec(written)?.[1]
  if (path && path !== ':memory:') return { kind: 'sqlite', path }
  context.addIssue({ code: 'custom', message: databaseSentence(written) })
  return z.NEVER
}

function databaseSentence(written: string): string {
  const right = 'write sqlite:PATH, as in sqlite:data/breakglass.db'
  if (/^postgres(ql)?:/.test(written)) return `BREAKGLASS_DATABASE: PostgreSQL comes later: ${right}`
  if (written === 'sqlite::memory:') return `BREAKGLASS_DATABASE must outlive the process: ${right}`
  return `BREAKGLASS_DATABASE must name a database: ${right}`
}

function readApiUrl(written: string, context: z.RefinementCtx): string {
  const url = URL.parse(written)
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) {
    return url.href.endsWith('/') ? url.href : `${url.href}/`
  }
  context.addIssue({ code: 'custom', message: 'SLACK_API_URL must be an address like https://slack.com/api/' })
  return z.NEVER
}
