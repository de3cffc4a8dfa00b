import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Copy, newCopy } from '../../src/core/copy.ts'
import type { RequestId } from '../../src/core/ids.ts'
import { bindOperations } from '../../src/operations/bind.ts'
import type { Operations } from '../../src/operations/operations.ts'
import { lapseChanged } from '../../src/operations/start-up.ts'
import { noteUnreached } from '../../src/operations/unreached.ts'
import { openSqlite } from '../../src/store/open.ts'
import { NIGHT } from '../support/make.ts'
import { FakeTarget } from '../support/target.ts'
import { makeWorld, type World } from '../support/world.ts'
import type { Model, ModelRequest } from './model.ts'
import { type ConfigName, type Outside, policyOf, show, type Who } from './town.ts'

/** Takes a defence out of the bot: what it makes of a world that was just made. */
export type Sabotage = (world: World) => void

/** No story has as many requests. */
const MOST = 1_000

let template: Promise<string> | undefined

/** An empty database that every story begins with: migrated once. */
function templatePath(): Promise<string> {
  template ??= makeTemplate()
  return template
}

async function makeTemplate(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'breakglass-model-')), 'template.db')
  const store = await openSqlite(path)
  await store.close()
  return path
}

/** Removes what stories left. */
export async function tidy(): Promise<void> {
  if (template) await rm(join(await template, '..'), { recursive: true, force: true })
  template = undefined
}

/** The bot of one story: real operations, store and loop over people and a target in memory. */
export class Real {
  world: World
  operations: Operations
  readonly #folder: string
  readonly #sabotage: Sabotage
  #messages = 0

  private constructor(world: World, folder: string, sabotage: Sabotage) {
    this.world = world
    this.#folder = folder
    this.#sabotage = sabotage
    sabotage(world)
    this.operations = bindOperations(world.deps)
  }

  static async begin(outside: Outside, sabotage: Sabotage): Promise<Real> {
    const folder = await mkdtemp(join(tmpdir(), 'breakglass-story-'))
    const path = join(folder, 'story.db')
    await copyFile(await templatePath(), path)
    const world = await makeWorld({ policy: policyOf('usual'), path, now: NIGHT, target: new FakeTarget() })
    show(world, outside)
    return new Real(world, folder, sabotage)
  }

  /** The process ends as it stands, and another one begins, perhaps with another config. */
  async restart(config: ConfigName, outside: Outside): Promise<void> {
    const { path, target, time } = this.world
    await this.world.bury()
    this.world = await makeWorld({ policy: policyOf(config), path, target, now: time.now })
    show(this.world, outside)
    this.#sabotage(this.world)
    this.operations = bindOperations(this.world.deps)
    await lapseChanged(this.world.deps)
    await this.settles()
  }

  /** Everything that is due is done, and what was posted stands in Slack. */
  async settles(): Promise<void> {
    const { store } = this.world
    await this.world.settles()
    for (const { id } of await store.requests({ states: ['pending', 'approved'], limit: MOST }))
      for (const copy of await store.copiesOf(id))
        if (copy.ts === null && copy.failed === null) await this.#posted(copy)
    await this.world.settles()
  }

  async passes(ms: number): Promise<void> {
    await this.world.passes(ms)
    await this.settles()
  }

  /** A card is posted, and its message is recorded. */
  async #posted(copy: Copy): Promise<void> {
    const channel = copy.destination.startsWith('C') ? copy.destination : `D${copy.destination.slice(1)}`
    this.#messages += 1
    await this.world.store.commit({ copies: [{ ...copy, channel, ts: `1.${this.#messages}` }] })
  }

  /** Another card of the newest step that was told is one that Slack does not take. */
  async cannotDeliver(request: RequestId): Promise<void> {
    const { store, deps } = this.world
    const asked = await store.request(request)
    if (asked?.state !== 'pending') return
    const id = `unreached-${this.#messages++}`
    const copy = newCopy({ id, request, audience: 'approvers', destination: 'U0KIM', stepMs: asked.escalatedMs })
    await store.commit({ copies: [copy] })
    await noteUnreached(deps, id, 'user_disabled')
    await this.settles()
  }

  idOf({ id }: ModelRequest): RequestId {
    return id as RequestId
  }

  /** The model learns what the bot calls the request that was just opened. */
  async namesNewest(model: Model): Promise<void> {
    const unnamed = model.requests.filter(({ id }) => id === '')
    if (unnamed.length === 0) return
    const known = new Set(model.requests.map(({ id }) => id))
    const all = await this.world.store.requests({ limit: MOST })
    const fresh = all.filter(({ id }) => !known.has(id))
    for (const [index, request] of unnamed.entries()) request.id = fresh[index]?.id ?? 'none was opened'
  }

  /** Says something to the bot, and lets come what comes of it. Gives the answer. */
  async says(work: (inbox: string, operations: Operations) => Promise<void>): Promise<string> {
    const answer = await this.world.answerTo((inbox) => work(inbox, this.operations))
    await this.settles()
    return answer
  }

  /** Presses a button on a message of ours. */
  async presses(
    by: Who,
    request: RequestId,
    audience: Copy['audience'],
    work: (
      press: Awaited<ReturnType<World['press']>> & { readonly inbox: string },
      operations: Operations,
    ) => Promise<void>,
  ): Promise<string> {
    const pressed = await this.world.press(by, request, audience)
    return this.says((inbox, operations) => work({ ...pressed, inbox }, operations))
  }

  async end(): Promise<void> {
    await this.world.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
