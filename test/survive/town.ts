import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../../src/workspace/person.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { Story } from './story.ts'
import { openDatabase } from './targets/database.ts'
import { openHook } from './targets/hook.ts'
import { openProgram } from './targets/program.ts'
import { ADAPTERS, type AdapterKind, type Ground, type TownTarget } from './targets/target.ts'
import { configOf, idsOn } from './town-config.ts'
import { FOUL, type Foul, Weather } from './weather.ts'

const ENGINEERS = 24

export interface Engineer {
  readonly person: Person
  readonly login: string
}

/** A target as the bot's config calls it. No role is on two of them. */
export interface Place {
  readonly name: string
  readonly roles: readonly [string, string]
  /** Where cards of its requests are posted. */
  readonly channel: string
  readonly target: TownTarget
}

/** How Slack reaches the bot. */
export type Mode = 'http' | 'socket'

export interface TownOptions {
  readonly seed: number
  /** The targets on which people ask for something: all, unless named. */
  readonly adapters: readonly AdapterKind[] | undefined
  /** What comes by turns: all, unless named. */
  readonly weather: readonly Foul[] | undefined
}

export type Town = Awaited<ReturnType<typeof startTown>>

/** A workspace with people, three targets with weather over them, and the bot's config. */
export async function startTown({ seed, adapters = ADAPTERS, weather: kinds = FOUL }: TownOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-survive-'))
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', clean) // also when somebody interrupts
  const workspace = await startWorkspace({
    manifest: await readFile(join(import.meta.dirname, '../../manifest.yml'), 'utf8'),
  })
  const people = populate(workspace)
  const story = new Story()
  const weather = weatherOver(workspace, adapters, kinds, chanceFrom(seed + 3))
  const logins = people.engineers.map(({ login }) => login)
  const ground = (name: string, place: number): Ground => ({
    logins,
    roles: rolesOn(name),
    story,
    chance: chanceFrom(seed + place),
    turn: (operation) => weather.turnOf(name, operation),
  })
  const places = await openPlaces(folder, people.cardChannels, ground)
  const asked = places.filter(({ target }) => adapters.includes(target.kind))
  const before = await furnish(places, logins)
  await writeFile(join(folder, 'breakglass.yml'), configOf(people.engineers, places))
  return {
    folder,
    workspace,
    weather,
    story,
    places,
    ...people,
    /** Those on which people ask for something, and what. */
    asked,
    entitlements: asked.flatMap(idsOn),
    /** Access that was there before us, as `login role`. */
    before,
    databasePath: join(folder, 'breakglass.db'),
    placeOf: (pair: string) => places.find(({ roles }) => roles.some((role) => pair.endsWith(` ${role}`)))!,
    variablesFor: (mode: Mode) => variablesOf(workspace, folder, mode),
    end: async () => {
      await weather.clearUp()
      for (const { target } of places) await target.stop()
      await workspace.stop()
      process.off('exit', clean)
      clean()
    },
  }
}

async function openPlaces(
  folder: string,
  channels: readonly { readonly id: string }[],
  ground: (name: AdapterKind, place: number) => Ground,
): Promise<readonly Place[]> {
  const open = {
    postgres: openDatabase,
    webhook: openHook,
    command: async (on: Ground) => {
      await mkdir(join(folder, 'program'))
      return openProgram(join(folder, 'program'), on)
    },
  }
  const opening = ADAPTERS.map(async (kind, index): Promise<Place> => {
    const target = await open[kind](ground(kind, 100 + index))
    return { name: kind, roles: rolesOn(kind), channel: channels[index]!.id, target }
  })
  return Promise.all(opening)
}

function rolesOn(name: string): [string, string] {
  return [`${name}_read`, `${name}_write`]
}

function weatherOver(
  workspace: Workspace,
  targets: readonly AdapterKind[],
  kinds: readonly Foul[],
  chance: Chance,
): Weather {
  return new Weather({ chance, targets, kinds, loseSlack: () => loseSlack(workspace, chance) })
}

/** Slack is away as a whole, or answers no call, or refuses all of them. */
function loseSlack(workspace: Workspace, chance: Chance): () => void {
  const way = chance.pick(['away', 'mute', 'refusing'] as const)
  if (way === 'away') {
    workspace.goesDown()
    return () => workspace.comesUp()
  }
  const lift = workspace.fails('*', way === 'mute' ? { kind: 'silent' } : { kind: 'status', status: 503 })
  workspace.dropsSockets()
  return lift
}

function populate(workspace: Workspace) {
  const engineers = Array.from({ length: ENGINEERS }, (_, index): Engineer => {
    return { person: workspace.person(`eng${index + 1}`), login: `login_${index + 1}` }
  })
  const leads = ['lee', 'kim', 'dee'].map((name) => workspace.person(name))
  const sam = workspace.person('sam')
  const everybody = [...engineers.map(({ person }) => person), ...leads, sam]
  /** One for each target: cards of many requests come at once, and a channel takes one after the other. */
  const cardChannels = ADAPTERS.map((name) => workspace.channel(`requests-${name}`, { members: everybody }))
  const security = workspace.channel('security', { private: true, members: [sam] })
  return { engineers, leads, sam, cardChannels, security }
}

/** On each target two logins have access already, which must be kept. */
async function furnish(places: readonly Place[], logins: readonly string[]): Promise<ReadonlySet<string>> {
  const held = places.flatMap(({ roles, target }) =>
    roles.map((role, index) => ({ target, role, login: logins[index]! })),
  )
  for (const { target, role, login } of held) await target.give(login, role)
  return new Set(held.map(({ role, login }) => `${login} ${role}`))
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
