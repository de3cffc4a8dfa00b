import { describe, expect, it } from 'vitest'
import { until } from '../threats/town.ts'
import { KINDS, startOutpost } from './outposts.ts'

describe.each(KINDS)('a night with a target behind the %s adapter', (kind) => {
  it('asked, approved, given, time up, taken away', async () => {
    const { ann, lee, sam, asks, isHeld, requests, security } = await startOutpost(kind)
    const { card } = await asks(ann, 'orders-read 2s INC-42 replica lag')
    expect(card.plain).toContain('whether open sessions end with the access')
    expect(await isHeld()).toBe(false)
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders')
    expect(await isHeld()).toBe(true)
    await ann.waitsFor('Your access has ended')
    expect(await isHeld()).toBe(false)
    await lee.waitsFor('Time was up', { in: requests })
    await sam.waitsFor('access ended', { in: security })
  })

  it('given back early: gone at once', async () => {
    const { ann, lee, asks, isHeld } = await startOutpost(kind)
    const { id, card } = await asks(ann)
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders')
    expect(await isHeld()).toBe(true)
    await ann.types(`/breakglass end ${id}`)
    await ann.waitsFor('Your access has ended')
    expect(await isHeld()).toBe(false)
  })

  it('the target locks the bot out: nothing is given, and the requester is told and can ask again', async () => {
    const { ann, lee, asks, isHeld, locksUsOut, isRepaired } = await startOutpost(kind)
    await locksUsOut()
    const { card } = await asks(ann)
    await lee.presses('approve', card)
    await ann.waitsFor('did not')
    await isRepaired()
    await ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'request_again'))
    expect(await isHeld()).toBe(false)
  })

  it('the target locks the bot out before the end: the bot says so, goes on trying, and takes access away once it can', async () => {
    const { ann, lee, sam, asks, isHeld, locksUsOut, isRepaired, security, stop, start, grants } =
      await startOutpost(kind)
    const { card } = await asks(ann, 'orders-read 2s INC-42 replica lag')
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders')
    await locksUsOut()
    await sam.waitsFor('taking access away failed, trying again', { in: security })
    expect(await isHeld()).toBe(true)
    await stop()
    await isRepaired()
    await start() // whatever waited for its turn is tried at once
    await ann.waitsFor('Your access has ended')
    expect(await isHeld()).toBe(false)
    await until(async () => (await grants())[0]?.state === 'revoked')
  })

  it('access that cannot be taken away is loud within a minute of its end, and ends by itself once the target is repaired', async () => {
    const { ann, lee, sam, asks, isHeld, locksUsOut, isRepaired, requests, security } = await startOutpost(kind)
    const { id, card } = await asks(ann, 'orders-read 2s INC-42 replica lag')
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders')
    const endsAt = Date.now() + 2_000
    await locksUsOut()
    await sam.waitsFor('STUCK', { in: security, within: 60_000 })
    expect(Date.now() - endsAt).toBeLessThan(60_000)
    await lee.waitsFor(`STUCK: not taken away yet · ${id}`, { in: requests })
    await ann.waitsFor('Please stop using it')
    expect(await isHeld()).toBe(true)
    await isRepaired()
    await ann.waitsFor('Your access has ended', { within: 90_000 })
    expect(await isHeld()).toBe(false)
    await lee.waitsFor(({ plain }) => plain.includes(id) && plain.includes('Ended'), { in: requests })
  }, 120_000)
})
