import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBot } from '../../src/app.ts'
import { readStartEnvironment } from '../../src/config/environment.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { SeenModal } from '../../src/workspace/modal.ts'
import type { Person } from '../../src/workspace/person.ts'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'

/** What somebody had before his eyes. */
export interface Sight {
  readonly who: string
  /** When, in milliseconds since 1970. */
  readonly at: number
  readonly shown: readonly (SeenMessage | SeenModal)[]
}

const BEGIN = Date.parse('2026-03-01T02:14:00Z')
const MINUTE = 60_000

/** One night under breakglass.example.yml, everything real but the clock, and what people saw in it. */
export async function playNight(): Promise<Sight[]> {
  const time = setClock(BEGIN)
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-pictures-'))
  const postgres = await furnishedPostgres()
  const workspace = await startWorkspace({ manifest: await readFile('manifest.yml', 'utf8') })
  const town = populate(workspace)
  const bot = await startBot(wanted(workspace, postgres, folder))
  try {
    await workspace.waitsForSocket()
    return await story(town, time)
  } finally {
    await bot.stop()
    await workspace.stop()
    await postgres.stop()
    await rm(folder, { recursive: true })
    time.back()
  }
}

async function story({ ann, lee, sam, requests, security }: Town, time: Clock): Promise<Sight[]> {
  const sights: Sight[] = []
  const saw = (who: string, ...shown: Sight['shown']) => sights.push({ who, at: Date.now(), shown })
  await ann.types('/breakglass orders-read 15m replica lag')
  await ann.waitsForModal('request')
  await untilSays(ann, 'INC-')
  if (ann.modal) saw('Ann typed a line without the incident', ann.modal)
  await ann.submits({ reason: 'INC-42 replica lag, orders pile up' })
  const pending = await lee.waitsFor('Waiting for approval', { in: requests })
  saw('Lee, in #requests', pending)

  time.pass(2 * MINUTE)
  await lee.presses('approve', pending)
  saw('Ann, in a direct message', await ann.waitsFor('Active ·'))
  saw('Lee, in #requests', await lee.waitsFor('Active until', { in: requests }))

  time.pass(15 * MINUTE)
  saw('Ann, in a direct message', await ann.waitsFor('Ended ·'))
  saw('Lee, in #requests', await lee.waitsFor('Ended ·', { in: requests }))
  await sam.waitsFor('access ended', { in: security })
  saw('Sam of the security team, in #security', ...sam.sees(security))
  return sights
}

async function untilSays(person: Person, words: string): Promise<void> {
  for (let tries = 0; tries < 400 && !person.modal?.plain.includes(words); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

type Clock = ReturnType<typeof setClock>

/** Sets the clock of this process, bot and workspace alike. */
function setClock(start: number) {
  const real = Date.now
  let ahead = start - real()
  Date.now = () => real() + ahead
  return {
    pass: (ms: number) => {
      ahead += ms
    },
    back: () => {
      Date.now = real
    },
  }
}

async function furnishedPostgres(): Promise<Postgres> {
  const postgres = await startPostgres()
  await postgres.query('create role orders_read')
  await postgres.createLogin('ann')
  await postgres.query('create database orders')
  return postgres
}

type Town = ReturnType<typeof populate>

/** The people, groups and channels that the example names. */
function populate(workspace: Workspace) {
  const [ann, ben, lee, kim, sam, sue] = ['ann', 'ben', 'lee', 'kim', 'sam', 'sue'].map((name) =>
    workspace.person(name),
  ) as [Person, Person, Person, Person, Person, Person]
  workspace.group('engineers', { members: [ann, ben] })
  workspace.group('oncall', { members: [ben] })
  const requests = workspace.channel('requests', { members: [ann, ben, lee, kim] })
  const security = workspace.channel('security', { private: true, members: [sam, sue] })
  return { ann, lee, sam, requests, security }
}

function wanted(workspace: Workspace, postgres: Postgres, folder: string) {
  const variables = {
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
    ORDERS_DB_ADMIN_URL: postgres.urlFor('postgres', 'orders'),
    BREAKGLASS_CONFIG: 'breakglass.example.yml',
    BREAKGLASS_DATABASE: `sqlite:${join(folder, 'breakglass.db')}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    PORT: '0',
  }
  const read = readStartEnvironment(variables)
  const loaded = loadConfig('breakglass.example.yml', variables)
  if (!read.ok || !loaded.ok) throw new Error('the example has a fault: run `breakglass check breakglass.example.yml`')
  const log = { info() {}, warn() {}, error: (facts: object, message: string) => console.error(message, facts) }
  return { environment: read.environment, config: loaded.config, confirmClock: false, log }
}
