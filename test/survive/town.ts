import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../../src/workspace/person.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { type Postgres, quoted, startPostgres } from '../support/postgres.ts'
import type { Chance } from './chance.ts'
import { openSlowRoad } from './slow-road.ts'

const ENGINEERS = 24
const ROLES = ['orders_read', 'orders_write', 'stock_read'] as const

/** Two of them give the same role, so that grants overlap on one holding. */
export const ENTITLEMENTS = ['orders-read', 'orders-read-too', 'orders-write', 'stock-read', 'stock-read-now'] as const

export interface Engineer {
  readonly person: Person
  readonly login: string
}

/** How Slack reaches the bot. */
export type Mode = 'http' | 'socket'

export type Town = Awaited<ReturnType<typeof startTown>>

/** A workspace with people, a PostgreSQL with logins and roles behind a slow road, and the bot's config. */
export async function startTown(chance: Chance) {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-survive-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', clean) // also when somebody interrupts
  const postgres = await startPostgres()
  const road = await openSlowRoad(postgres.port, chance)
  const workspace = await startWorkspace({
    manifest: await readFile(join(import.meta.dirname, '../../manifest.yml'), 'utf8'),
  })
  const people = populate(workspace)
  const before = await furnish(postgres, people.engineers)
  await writeFile(join(folder, 'breakglass.yml'), configOf(people.engineers, slowly(postgres, road.port)))
  const admin = await postgres.session(postgres.adminUrl)
  return {
    folder,
    workspace,
    road,
    admin,
    ...people,
    /** Memberships that were there before us, as `login role`. */
    before,
    databasePath: join(folder, 'breakglass.db'),
    variablesFor: (mode: Mode) => variablesOf(workspace, folder, mode),
    end: async () => {
      await admin.end()
      road.close()
      await workspace.stop()
      await postgres.stop()
      process.off('exit', clean)
      clean()
    },
  }
}

function populate(workspace: Workspace) {
  const engineers = Array.from({ length: ENGINEERS }, (_, index): Engineer => {
    return { person: workspace.person(`eng${index + 1}`), login: `login_${index + 1}` }
  })
  const leads = ['lee', 'kim', 'dee'].map((name) => workspace.person(name))
  const sam = workspace.person('sam')
  const everybody = [...engineers.map(({ person }) => person), ...leads, sam]
  const requests = workspace.channel('requests', { members: everybody })
  workspace.channel('security', { private: true, members: [sam] })
  return { engineers, leads, sam, requests }
}

/** Logins and roles; two logins have a membership already, which must be kept. */
async function furnish(postgres: Postgres, engineers: readonly Engineer[]): Promise<ReadonlySet<string>> {
  for (const role of ROLES) await postgres.query(`create role ${quoted(role)}`)
  for (const { login } of engineers) await postgres.query(`create role ${quoted(login)} login`)
  const held = [`${engineers[0]!.login} orders_read`, `${engineers[1]!.login} stock_read`]
  for (const [login, role] of held.map((pair) => pair.split(' '))) {
    await postgres.query(`grant ${quoted(role!)} to ${quoted(login!)}`)
  }
  return new Set(held)
}

function slowly(postgres: Postgres, port: number): string {
  const url = new URL(postgres.adminUrl)
  url.port = String(port)
  return url.href
}

/** `timeout` and `quiet` together are below 3 s, so that a late effect is gone in time, too. */
function configOf(engineers: readonly Engineer[], url: string): string {
  const accounts = engineers.map(({ person, login }) => `${person.name}@example.com: ${login}`).join(', ')
  const ids = engineers.map(({ person }) => person.id).join(', ')
  return `
slack: { security_channel: C0SECURITY, requests_channel: C0REQUESTS }
people:
  subject: email
  email_domains: [example.com]
  security: [secteam]
  limits: { open: 100, per_hour: 100000 }
groups:
  engineers: { members: [${ids}] }
  leads: { members: [U0LEE, U0KIM, U0DEE] }
  secteam: { members: [U0SAM] }
targets:
  orders-db:
    adapter: postgres
    account: { map: { ${accounts} } }
    settings: { url: "${url}" }
    timeout: 1s
    quiet: 1s
    concurrency: 8
rules:
  one-lead: { ${ruleOf('approvers: [leads]')} }
  two-leads: { ${ruleOf('approvers: [leads], quorum: 2')} }
  at-once: { ${ruleOf('approval: none')} }
entitlements:
  orders-read: { ${entitlementOf('orders_read', 'one-lead')} }
  orders-read-too: { ${entitlementOf('orders_read', 'one-lead')} }
  orders-write: { ${entitlementOf('orders_write', 'two-leads')} }
  stock-read: { ${entitlementOf('stock_read', 'two-leads')} }
  stock-read-now: { ${entitlementOf('stock_read', 'at-once')} }
`
}

function ruleOf(how: string): string {
  return `requesters: [engineers], ${how}, default_purpose: incident, ttl: { min: 1s, default: 3s, max: 5s }, lapse: 6s`
}

function entitlementOf(role: string, rule: string): string {
  return `title: Use ${role}, target: orders-db, access: { role: ${role} }, rules: [${rule}]`
}

function variablesOf(workspace: Workspace, folder: string, mode: Mode): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_API_URL: workspace.apiUrl,
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: workspace.appToken }
      : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
    BREAKGLASS_CONFIG: join(folder, 'breakglass.yml'),
    BREAKGLASS_DATABASE: `sqlite:${join(folder, 'breakglass.db')}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}
