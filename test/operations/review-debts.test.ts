import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/core/change.ts'
import { accept } from '../../src/core/result.ts'
import { fileReview } from '../../src/operations/review.ts'
import { unfreeze } from '../../src/operations/unfreeze.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeGroup, makePerson } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const HOUR = 60 * MINUTE
const glass = makeGlassPolicy()
const policy = { ...glass, people: { ...glass.people, security: [makeGroup('secteam', ['U0SAM', 'U0SUE'])] } }

/** Ann broke the glass, and the access is over. */
async function annBroke() {
  const night = await world({ policy })
  await annBreaks(night)
  const id = await night.newest()
  await night.passes(15 * MINUTE)
  await night.passes(MINUTE)
  return { night, id }
}

async function files(night: World, by: string, id: Parameters<World['press']>[1]) {
  const press = { ...(await night.press(by, id, 'glass')), channel: 'C0REQUESTS', outcome: 'justified', note: 'Well.' }
  return night.answerTo((inbox) => fileReview(night.deps, { ...press, inbox }))
}

const freezes = ({ store, time }: World, key: string) =>
  store.commit({ freezes: [{ key, at: time.now, by: 'system', why: 'disowned', request: null }] })

describe('a review', () => {
  it.each(['U0SUE', 'sue@example.com'])('is not filed from an account that is frozen (%s)', async (key) => {
    const { night, id } = await annBroke()
    await freezes(night, key)
    expect(await files(night, 'U0SUE', id)).toContain('Your yes does not count just now')
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
    expect(await files(night, 'U0SAM', id)).toContain('Filed')
  })

  it('is not filed from an account that is frozen while it is stored', async () => {
    const { night, id } = await annBroke()
    let once = true
    const store = Object.assign(Object.create(night.store), {
      commit: async (change: Change) => {
        if (once && change.reviews?.length) {
          once = false
          await freezes(night, 'U0SUE')
        }
        return night.store.commit(change)
      },
    })
    Object.assign(night.deps, { store })
    expect(await files(night, 'U0SUE', id)).toContain('Your yes does not count just now')
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
  })
})

describe('a debt', () => {
  /** The review is overdue, and security has confirmed another address. */
  async function renamed() {
    const { night, id } = await annBroke()
    await night.passes(25 * HOUR)
    await night.passes(MINUTE)
    expect(await annBreaks(night)).toContain('has been due since')
    night.people.persons.set('U0ANN', accept(makePerson('ann', { subject: 'ann.lee@example.com' })))
    await annBreaks(night)
    const order = { by: 'U0SAM', whom: 'U0ANN', reason: 'she has married, I called her' }
    await night.answerTo((inbox) => unfreeze(night.deps, { ...order, inbox }))
    expect(await night.store.pinOf('U0ANN')).toBe('ann.lee@example.com')
    return { night, id }
  }

  it('is not cleared by another address that security confirms', async () => {
    const { night, id } = await renamed()
    expect(await annBreaks(night)).toContain('has been due since')
    expect(await files(night, 'U0SUE', id)).toContain('Filed')
    expect(await annBreaks(night)).toContain('the glass is broken')
  })

  it('is looked for under the other address also when the use is stored', async () => {
    const { night } = await renamed()
    const store = Object.assign(Object.create(night.store), { reviews: async () => [] })
    Object.assign(night.deps, { store })
    await expect(annBreaks(night)).rejects.toThrow('somebody else was faster')
  })
})
