import { describe, expect, it } from 'vitest'
import type { Person } from '../../src/workspace/person.ts'
import { untilFormSays } from '../slack/asking.ts'
import { untilTrue } from '../support/morning.ts'
import { type Night, useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const begins = useNights()

/** Waits until somebody's Home says the words. */
async function homeSays(person: Person, words: string): Promise<string> {
  await untilTrue(() => person.home?.plain.includes(words) ?? false).catch(() =>
    expect(person.home?.plain).toContain(words),
  )
  return person.home?.plain ?? ''
}

async function opensHome(person: Person, words: string): Promise<string> {
  await person.opensHome()
  return homeSays(person, words)
}

async function presses(person: Person, action: string, blockId: string): Promise<void> {
  if (!person.home) throw new Error('nothing is drawn')
  await person.presses(action, person.home, { blockId })
}

async function asks({ ann }: Night, reason: string): Promise<string> {
  await ann.types(`/breakglass orders-read ${reason}`)
  const { plain } = await ann.waitsFor(({ plain }) => plain.includes(reason) && plain.includes('R-'))
  return /R-[0-9A-Z]{6}/.exec(plain)?.[0] ?? ''
}

describe('a night from Home', () => {
  it('asked from a message, approved on Home, held there with its time, given back there: the target says so each time', async () => {
    const night = await begins()
    const { ann, lee, requests, reads } = night
    const alert = lee.says('orders-db: the replica lags', { in: requests })
    await ann.picks('request_from_message', alert)
    await untilFormSays(ann)
    await ann.submits({ reason: 'INC-42 replica lag' })
    const waiting = await opensHome(lee, 'Waiting for your decision: 1')
    expect(waiting).toContain('INC-42 replica lag')
    expect(waiting).toContain('this message')
    const id = /R-[0-9A-Z]{6}/.exec(waiting)?.[0] ?? ''
    await presses(lee, 'approve', `waiting ${id}`)
    expect((await lee.waitsFor(`Approved ${id}`)).isEphemeral).toBe(false) // Home has no place for an answer
    await homeSays(lee, 'Nothing waits for you')
    await ann.waitsFor('You have Read the orders database')
    expect(await reads('ann')).toBe('a lamp')
    const held = await opensHome(ann, 'What you hold now: 1')
    expect(held).toMatch(/14 minutes left, until/)
    await presses(ann, 'end_early', `held ${id}`)
    await ann.waitsFor('Thank you for giving it back')
    await homeSays(ann, 'You have no access now') // drawn again by itself, when the target has answered
    expect(await reads('ann')).toContain(REFUSED)
  })

  it('cancelled on Home by whoever asked; denied on Home, with a reason that the requester reads', async () => {
    const night = await begins()
    const { ann, lee } = night
    const first = await asks(night, 'INC-42 replica lag')
    await opensHome(ann, first)
    await presses(ann, 'cancel', `mine ${first}`)
    await ann.waitsFor(`Cancelled ${first}`)
    await homeSays(ann, 'You wait for nobody')
    const second = await asks(night, 'INC-43 replica lag again')
    await opensHome(lee, second)
    await presses(lee, 'deny', `waiting ${second}`)
    await lee.waitsForModal('deny')
    await lee.submits({ reason: 'not from your laptop' })
    await ann.waitsFor('not from your laptop')
    await homeSays(lee, 'Nothing waits for you')
  })

  it('security sees everybody’s access, and takes it away from there', async () => {
    const night = await begins()
    const { ann, lee, sam, reads } = night
    const id = await asks(night, 'INC-42 replica lag')
    await opensHome(lee, id)
    await presses(lee, 'approve', `waiting ${id}`)
    await ann.waitsFor('You have Read the orders database')
    expect(await opensHome(sam, 'Everybody’s access now: 1')).toContain('@ann')
    await presses(sam, 'revoke', `live ${id}`)
    await sam.waitsForModal('revoke')
    await sam.submits({ reason: 'this laptop was stolen' })
    await homeSays(sam, 'Nobody has access now')
    await ann.waitsFor('Your access has ended')
    expect(await reads('ann')).toContain(REFUSED)
    expect(await opensHome(ann, 'You have no access now')).not.toContain('Everybody')
  })
})
