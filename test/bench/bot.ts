import { mkdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import { ENTITLEMENTS, entitlementId, LEADS, leadId, personId } from './crowd.ts'
import { MEASURED } from './machine.ts'
import { SIGNING_SECRET } from './slack-bytes.ts'

const COMMAND = join(import.meta.dirname, '../../bin/breakglass.js')
const READY_WITHIN_MS = 60_000
/** How often it is asked whether it is ready. */
const ASK_EVERY_MS = 5

export interface Place {
  /** Of its config, database and key. */
  readonly folder: string
  readonly database: string
  readonly variables: Readonly<Record<string, string>>
}

export interface PlaceOptions {
  readonly apiUrl: string
  readonly target: string
  readonly botToken?: string
  readonly signingSecret?: string
  /** `usergroup`: Slack is asked who the engineers are. A number: the config names so many of them. */
  readonly engineers: 'usergroup' | number
}

/** Makes a folder with all that a bot needs. */
export async function furnish(folder: string, options: PlaceOptions): Promise<Place> {
  await mkdir(folder, { recursive: true })
  const configPath = join(folder, 'breakglass.yml')
  const database = join(folder, 'breakglass.db')
  await writeFile(configPath, configOf(options))
  return {
    folder,
    database,
    variables: {
      SLACK_BOT_TOKEN: options.botToken ?? 'xoxb-bench',
      SLACK_API_URL: options.apiUrl,
      SLACK_SIGNING_SECRET: options.signingSecret ?? SIGNING_SECRET,
      BREAKGLASS_CONFIG: configPath,
      BREAKGLASS_DATABASE: `sqlite:${database}`,
      BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
      NODE_COMPILE_CACHE: join(folder, '..', 'compiled'),
      HOST: '127.0.0.1',
      PORT: '0',
    },
  }
}

function configOf({ target, engineers }: PlaceOptions): string {
  const many = (count: number, name: (index: number) => string) => Array.from({ length: count }, (_, at) => name(at))
  const group =
    engineers === 'usergroup' ? 'slack_usergroup: S0ENG' : `members: [${many(engineers, personId).join(', ')}]`
  const entitlements = many(ENTITLEMENTS, (index) => {
    const id = entitlementId(index)
    return `  ${id}: { title: Read ${id}, target: noop, access: { role: ${id} }, rules: [one-lead] }`
  })
  return `
slack: { security_channel: C0SECURITY, requests_channel: C0REQUESTS }
people:
  subject: email
  email_domains: [example.com]
  security: [secteam]
  limits: { open: 5, per_hour: 20 }
groups:
  engineers: { ${group} }
  leads: { members: [${many(LEADS, leadId).join(', ')}] }
  secteam: { members: [U0SAM] }
targets:
  noop: { adapter: webhook, account: local_part, settings: { url: "${target}", secret: bench-bench } }
rules:
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    reason: { min_length: 10, pattern: 'INC-[0-9]+' }
    ttl: { default: 15m, max: 30m }
    lapse: 1h
entitlements:
${entitlements.join('\n')}
`
}

export interface Bot {
  readonly child: Child
  readonly port: number
  /** From its spawn until `/readyz` said 200. */
  readonly readyAfterMs: number
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly nodeArgs?: readonly string[]
}

/** Starts the bot by its ordinary command; resolves once it is ready. */
export async function startBot(place: Place, { env = {}, nodeArgs = [] }: StartOptions = {}): Promise<Bot> {
  const listening = Promise.withResolvers<number>()
  const child = new Child(
    {
      script: COMMAND,
      args: ['start'],
      nodeArgs,
      env: { ...place.variables, ...env },
      cwd: place.folder,
      cpu: MEASURED,
    },
    (line) => {
      const port = /"port":(\d+).*breakglass is running/.exec(line)?.[1]
      if (port) listening.resolve(Number(port))
    },
  )
  const port = await Promise.race([listening.promise, child.endsEarly()])
  await Promise.race([untilReady(port), child.endsEarly()])
  return { child, port, readyAfterMs: Date.now() - child.spawnedAt }
}

async function untilReady(port: number): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (!(await isReady(port))) {
    if (Date.now() > giveUpAt) throw new Error('the bot does not become ready')
    await sleep(ASK_EVERY_MS)
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', path: '/readyz', agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.on('error', () => resolve(false))
  })
}
