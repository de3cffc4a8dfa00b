import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/core/change.ts'
import { refuse } from '../../src/core/result.ts'
import { peopleChore, personChanged } from '../../src/operations/leavers.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const GONE = [
  ['deactivated', 'That Slack account is deactivated.'],
  ['guest', 'Guests of this workspace cannot use break-glass access.'],
  ['other-workspace', 'Only members of this workspace can use break-glass access.'],
  ['unknown-person', 'Slack knows no such member of this workspace.'],
] as const

/** Ann holds orders-read and waits for something else; Ben holds orders-read, too. */
async function evening() {
  const night = await world()
  for (const by of ['U0BEN', 'U0ANN']) {
    await night.asks(by)
    await night.approves('U0KIM', await night.newest())
    await night.passes(1_000) // the newest is the newest
  }
  await night.extends('U0ANN', await night.newest(), 20 * 60_000)
  return night
}

const leaves = (night: World, code: string, sentence = 'No.') =>
  night.people.persons.set('U0ANN', refuse(code, sentence))
const standing = async ({ store }: World) => ({
  held: (await store.grants({ states: ['granting', 'active'], limit: 9 })).map(({ requester }) => requester).toSorted(),
  waiting: (await store.requests({ states: ['pending'], limit: 9 })).map(({ terms }) => terms.requester),
})
const ALL = { held: ['U0ANN', 'U0BEN'], waiting: ['U0ANN'] }
const WITHOUT_ANN = { held: ['U0BEN'], waiting: [] }

describe('somebody who leaves', () => {
  it.each(GONE)('as %s loses requests and access at the event, and nobody else does', async (code, sentence) => {
    const night = await evening()
    expect(await standing(night)).toEqual(ALL)
    leaves(night, code, sentence)
    await personChanged(night.deps, 'U0ANN')
    await night.passes(1_000)
    expect(await standing(night)).toEqual(WITHOUT_ANN)
    const events = await night.store.events({ limit: 99 })
    expect(events.find(({ name }) => name === 'request.cancelled')).toMatchObject({
      actor: 'system',
      detail: { why: 'leaver' },
    })
    expect(events.find(({ name }) => name === 'grant.revoke-begun')).toMatchObject({
      actor: 'system',
      detail: { cause: 'leaver', why: code },
    })
    await night.passes(1_000)
    expect(await night.store.grants({ states: ['revoked'], limit: 9 })).toMatchObject([{ cause: 'leaver' }])
  })

  it('is found by the sweep when no event came', async () => {
    const night = await evening()
    leaves(night, 'deactivated')
    await peopleChore(night.deps).run(night.time.now)
    await night.passes(10_000)
    expect(await standing(night)).toEqual(WITHOUT_ANN)
  })

  it('is found at once by an event while the sweep has not come to him yet', async () => {
    const night = await evening()
    await night.asks('U0LEE')
    await peopleChore(night.deps).run(night.time.now + 3_000_000)
    leaves(night, 'deactivated')
    await personChanged(night.deps, 'U0ANN')
    await night.passes(1_000)
    expect((await standing(night)).held).toEqual(['U0BEN'])
  })

  it('keeps everything while the look-up fails, and loses it as soon as one works', async () => {
    const night = await evening()
    leaves(night, 'look-up-failed')
    await personChanged(night.deps, 'U0ANN')
    for (let tries = 0; tries < 4; tries += 1) await night.passes(5_000)
    expect(await standing(night)).toEqual(ALL)
    leaves(night, 'deactivated')
    await night.passes(30_000)
    expect(await standing(night)).toEqual(WITHOUT_ANN)
  })

  it.each(['email-unconfirmed', 'no-email', 'email-domain', 'unmapped'])(
    'a changed address (%s) is no leaving: nothing is taken away',
    async (code) => {
      const night = await evening()
      leaves(night, code)
      await personChanged(night.deps, 'U0ANN')
      await night.passes(1_000)
      expect(await standing(night)).toEqual(ALL)
    },
  )

  it('loses everything else when one of it cannot be changed, and that one at the next try', async () => {
    const night = await evening()
    leaves(night, 'deactivated')
    const commit = night.store.commit.bind(night.store)
    let fails = true
    const store = Object.assign(Object.create(night.store), {
      commit: (change: Parameters<typeof commit>[0]) =>
        fails && change.requests?.some(({ state }) => state === 'cancelled')
          ? Promise.reject(new Error('disk on fire'))
          : commit(change),
    })
    Object.assign(night.deps, { store })
    await personChanged(night.deps, 'U0ANN')
    await night.passes(1_000)
    expect(await standing(night)).toEqual({ held: ['U0BEN'], waiting: ['U0ANN'] })
    fails = false
    await night.passes(30_000)
    expect(await standing(night)).toEqual(WITHOUT_ANN)
  })

  it('is not forgotten when the process dies after the event', async () => {
    const night = await evening()
    leaves(night, 'deactivated')
    await personChanged(night.deps, 'U0ANN')
    await night.bury()
    const morning = await world({ path: night.path, target: night.target, now: night.time.now })
    leaves(morning, 'deactivated')
    await morning.passes(1_000)
    expect(await standing(morning)).toEqual(WITHOUT_ANN)
  })

  it('is looked up only if he has anything to lose', async () => {
    const night = await evening()
    const asked: string[] = []
    const lookUp = night.people.lookUp.bind(night.people)
    night.people.lookUp = async (id) => {
      asked.push(id)
      return lookUp(id)
    }
    await personChanged(night.deps, 'U0KIM')
    await personChanged(night.deps, 'U0BEN')
    await night.passes(1_000)
    expect(asked).toEqual(['U0BEN'])
  })
})

describe('somebody who leaves while he is being given something', () => {
  /** A look-up during which Ann leaves, and Slack says so. */
  function annLeavesDuring(night: World, group: string) {
    const members = night.people.members.bind(night.people)
    let once = true
    night.people.members = async (asked) => {
      if (once && asked.name === group) {
        once = false
        leaves(night, 'deactivated')
        await personChanged(night.deps, 'U0ANN')
      }
      return members(asked)
    }
  }

  async function passesAMinute(night: World) {
    for (let second = 0; second < 60; second += 15) await night.passes(15_000)
  }

  it('keeps it for no minute, also when nobody knew him before', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    annLeavesDuring(night, 'directors')
    expect(await annBreaks(night)).toContain('the glass is broken')
    const id = await night.newest()
    await night.settles()
    expect(await night.grantOf(id)).toMatchObject({ state: 'active' })
    await passesAMinute(night)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'leaver' })
    expect([...night.target.held]).toEqual([])
  })

  it('takes back what he asked for a moment later, if he is known', async () => {
    const night = await evening()
    await night.store.commit({ pins: [{ id: 'U0LEE', subject: 'lee@example.com', at: night.time.now }] })
    await personChanged(night.deps, 'U0LEE')
    expect(await night.asks('U0LEE')).toMatch(/^R-/)
    night.people.persons.set('U0LEE', refuse('deactivated', 'No.'))
    await passesAMinute(night)
    expect((await standing(night)).waiting).toEqual(['U0ANN'])
  })

  it('is looked for again when the look-up fails, until one works', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    annLeavesDuring(night, 'directors')
    await annBreaks(night)
    leaves(night, 'look-up-failed')
    await passesAMinute(night)
    expect(await night.grantOf(await night.newest())).toMatchObject({ state: 'active' })
    leaves(night, 'deactivated')
    await passesAMinute(night)
    expect(await night.grantOf(await night.newest())).toMatchObject({ state: 'revoked' })
  })

  it('nothing is written of somebody who never asked, and nobody is looked up who has nothing', async () => {
    const night = await evening()
    const commit = night.store.commit.bind(night.store)
    let commits = 0
    const store = Object.assign(Object.create(night.store), {
      commit: (change: Parameters<typeof commit>[0]) => {
        commits += 1
        return commit(change)
      },
    })
    await personChanged({ ...night.deps, store }, 'U0DOE')
    expect(commits).toBe(0)
    let looks = 0
    night.people.lookUp = async () => {
      looks += 1
      return refuse('look-up-failed', 'later')
    }
    await personChanged({ ...night.deps, store }, 'U0KIM')
    expect(commits).toBe(1)
    await night.passes(60_000)
    expect(looks).toBe(0)
  })
})

it('the sweep asks Slack for one person a second, so that approvals find room', async () => {
  const night = await evening()
  await night.asks('U0LEE')
  const asked: string[] = []
  night.people.lookUp = async (id) => {
    asked.push(id)
    return refuse('look-up-failed', 'later')
  }
  await peopleChore(night.deps).run(night.time.now)
  await night.passes(0)
  expect(asked).toEqual(['U0ANN'])
  await night.passes(500)
  expect(new Set(asked)).toEqual(new Set(['U0ANN']))
  await night.passes(500)
  expect(new Set(asked)).toEqual(new Set(['U0ANN', 'U0BEN']))
})

it('the sweep lets sixty wait at a time, however many there are, and begins again after an hour', async () => {
  const night = await evening()
  const people = Array.from({ length: 130 }, (_, index) => `U0P${index}`)
  const waiting: number[] = []
  const store = {
    ...night.store,
    requesters: async () => people,
    commit: async ({ effects = [] }: Change) => void waiting.push(effects.length),
  }
  const sweep = peopleChore({ ...night.deps, store })
  for (const minutes of [0, 1, 2, 3, 59, 60]) await sweep.run(night.time.now + minutes * 60_000)
  expect(waiting).toEqual([60, 60, 10, 60])
})
