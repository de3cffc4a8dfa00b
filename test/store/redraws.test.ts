import { describe, expect, it } from 'vitest'
import type { Effect, Urgency } from '../../src/core/effect.ts'
import type { Store } from '../../src/core/store.ts'
import { openStore } from './database.ts'
import { T0 } from './make.ts'

const redraw = (copy: string, urgency: Urgency, dueAt = T0): Effect => {
  return { kind: 'draw', copy, destination: 'C0REQUESTS', redraw: urgency, dueAt }
}
const post = (copy: string): Effect => ({ kind: 'draw', copy, destination: 'C0REQUESTS', dueAt: T0 })

async function claimOne(store: Store, urgency: Urgency) {
  const [delivery] = await store.claim(`redraw:${urgency}`, 1, T0 + 9)
  return delivery
}

async function storeWith(...effects: readonly Effect[]): Promise<Store> {
  const { store } = await openStore()
  for (const effect of effects) await store.commit({ effects: [effect] })
  return store
}

describe('a redraw', () => {
  it('of the newest change comes first', async () => {
    const store = await storeWith(
      redraw('old', 'ended', T0),
      redraw('new', 'ended', T0 + 2),
      redraw('mid', 'ended', T0 + 1),
    )
    const claimed = await store.claim('redraw:ended', 3, T0 + 9)
    expect(claimed.map(({ effect }) => effect.kind === 'draw' && effect.copy)).toEqual(['new', 'mid', 'old'])
  })

  it('that is asked for again is as new as that', async () => {
    const store = await storeWith(redraw('a', 'ended', T0), redraw('b', 'ended', T0 + 1), redraw('a', 'ended', T0 + 2))
    expect(await claimOne(store, 'ended')).toMatchObject({ effect: { copy: 'a' } })
  })

  it('waits with the more urgent of two changes, whichever came first', async () => {
    const store = await storeWith(
      redraw('a', 'later'),
      redraw('a', 'ended'),
      redraw('b', 'decided'),
      redraw('b', 'later'),
    )
    expect((await store.dueLanes(T0)).toSorted()).toEqual(['redraw:decided', 'redraw:ended'])
  })

  it('that is being delivered leaves its urgency behind', async () => {
    const store = await storeWith(redraw('a', 'ended'))
    const delivery = await claimOne(store, 'ended')
    await store.commit({ effects: [redraw('a', 'later')] })
    await store.commit({ settles: { delivery: delivery?.id ?? 0, epoch: delivery?.epoch ?? 0, againAt: null } })
    expect(await store.dueLanes(T0)).toEqual(['redraw:later'])
  })

  it('that is being delivered keeps what is urgent since', async () => {
    const store = await storeWith(redraw('a', 'later'))
    const delivery = await claimOne(store, 'later')
    await store.commit({ effects: [redraw('a', 'ended')] })
    await store.commit({ effects: [redraw('a', 'later')] })
    await store.commit({ settles: { delivery: delivery?.id ?? 0, epoch: delivery?.epoch ?? 0, againAt: null } })
    expect(await store.dueLanes(T0)).toEqual(['redraw:ended'])
  })

  it('of a card that was not posted yet is its posting', async () => {
    const store = await storeWith(post('a'), redraw('a', 'decided'))
    expect(await store.dueLanes(T0)).toEqual(['conversation:C0REQUESTS'])
  })
})
