import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../src/core/adapter-error.ts'
import { pause, resume } from '../../src/operations/pause.ts'
import { MINUTE, makeGroup, makePolicy } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const usual = makePolicy()
const policy = { ...usual, people: { ...usual.people, security: [makeGroup('secteam', ['U0SAM', 'U0SUE'])] } }

/** Ann's request is approved, and her target was not reached yet: `calls` counts those that it got. */
async function approved(failing: 'holds' | 'grant' = 'grant') {
  const night = await world({ policy })
  night.target.mishaps[failing].push('unreachable')
  await night.asks('U0ANN')
  const id = await night.newest()
  await night.approves('U0LEE', id)
  await night.settles()
  expect(await night.grantOf(id)).toMatchObject({ state: 'granting' })
  return { night, id, called: () => night.target.calls.filter((call) => call.startsWith('grant ')).length }
}

const pauses = ({ answerTo, deps }: World) =>
  answerTo((inbox) => pause(deps, { by: 'U0SAM', inbox, reason: 'Kim’s session was stolen' }))
const freezes = ({ store, time }: World, key: string) =>
  store.commit({ freezes: [{ key, at: time.now, by: 'system', why: 'disowned', request: null }] })
const saidTo = (night: World, person: string) =>
  night.delivered.flatMap((effect) => (effect.kind === 'say' && effect.person === person ? [effect.sentence] : []))

async function dies(night: World) {
  void night.settles()
  while (!night.isDead()) await new Promise((resolve) => setImmediate(resolve))
  await night.bury()
}

async function passes(night: World) {
  for (let tries = 0; tries < 5; tries += 1) await night.passes(5_000)
}

describe('a grant whose target did not give the access yet', () => {
  it.each([
    ['for the first time', 'holds', 0],
    ['again', 'grant', 1],
  ] as const)('is not given %s while paused, and its requester learns why', async (_, failing, before) => {
    const { night, id, called } = await approved(failing)
    await pauses(night)
    await passes(night)
    expect(called()).toBe(before)
    expect([...night.target.held]).toEqual([])
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
    expect(saidTo(night, 'U0ANN')).toEqual([
      `${id}: you did not get orders-read. The security people stopped all new access. Ask again when access is given again, or ask the security team if it cannot wait.`,
    ])
    const failed = (await night.store.events({ limit: 99 })).find(({ name }) => name === 'grant.failed')
    expect(failed?.detail).toMatchObject({ code: 'paused' })
    expect(JSON.stringify(failed)).not.toContain('stolen')
  })

  it.each(['U0ANN', 'ann@example.com'])('is not given while its requester is frozen (%s)', async (key) => {
    const { night, id, called } = await approved()
    await freezes(night, key)
    await passes(night)
    expect(called()).toBe(1)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
    expect(saidTo(night, 'U0ANN')).toEqual([
      `${id}: you did not get orders-read. Security has to look at something first. They were told; ask them.`,
    ])
  })

  it('is not given when the pause comes after it was looked for', async () => {
    const { night, id, called } = await approved()
    const store = Object.assign(Object.create(night.store), {
      freezes: async (keys?: readonly string[]) => {
        if (!(await night.store.pause())) await pauses(night)
        return night.store.freezes(keys)
      },
    })
    Object.assign(night.deps, { store })
    await passes(night)
    expect(called()).toBe(1)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
  })

  it('and that gives more time ends as more time; what was held goes on', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    const first = await night.newest()
    await night.approves('U0LEE', first)
    await night.settles()
    await night.passes(MINUTE)
    await night.extends('U0ANN', first, 20 * MINUTE)
    night.target.mishaps.grant.push('unreachable')
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    await pauses(night)
    await passes(night)
    expect(await night.grantOf(first)).toMatchObject({ state: 'active' })
    expect(night.target.held.size).toBe(1)
    expect(saidTo(night, 'U0ANN')).toEqual([
      expect.stringContaining('You got no more time for orders-read. The security'),
    ])
  })

  it('is given by a new process neither, when the old one died before its call', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    const id = await night.newest()
    night.dieAt('grant.preexisting-stored')
    await night.approves('U0LEE', id)
    await dies(night)
    const morning = await world({ policy, path: night.path, target: night.target, now: night.time.now + 1_000 })
    await pauses(morning)
    await passes(morning)
    expect(morning.target.calls.filter((call) => call.startsWith('grant '))).toEqual([])
    expect(await morning.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
  })

  it('is given up by a new process, when the old one died before it had stored that', async () => {
    const { night, id } = await approved()
    await pauses(night)
    night.dieAt('grant.confirmed')
    night.time.now += 5_000
    await dies(night)
    expect(night.target.calls.filter((call) => call.startsWith('grant '))).toHaveLength(1)
    const morning = await world({ policy, path: night.path, target: night.target, now: night.time.now + 1_000 })
    await passes(morning)
    expect(morning.target.calls.filter((call) => call.startsWith('grant '))).toHaveLength(1)
    expect(await morning.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
  })

  it('can be asked for again once two have resumed', async () => {
    const { night } = await approved()
    await pauses(night)
    await passes(night)
    for (const by of ['U0SAM', 'U0SUE'])
      await night.answerTo((inbox) => resume(night.deps, { by, inbox, reason: 'all is well' }))
    await night.asks('U0ANN', 'INC-42 replica lag, once more')
    const again = await night.newest()
    await night.approves('U0LEE', again)
    await night.settles()
    expect(await night.grantOf(again)).toMatchObject({ state: 'active' })
  })
})

it('what a target says of why is a sentence of its own', async () => {
  const night = await world({ policy })
  night.target.during = (operation) => {
    if (operation === 'grant') throw new AdapterError('rejected', 'no such role')
  }
  await night.asks('U0ANN')
  const id = await night.newest()
  await night.approves('U0LEE', id)
  await passes(night)
  expect(saidTo(night, 'U0ANN')).toEqual([`${id}: you did not get orders-read. no such role. You can ask again.`])
})
