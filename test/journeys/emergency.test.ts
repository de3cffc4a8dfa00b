import { expect, it } from 'vitest'
import type { Person } from '../../src/workspace/person.ts'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { auditOf, untilTrue } from '../support/morning.ts'
import { useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const GLASS =
  '{ requesters: [engineers], reason: { min_length: 20 }, ttl: { min: 1s, default: 2s, max: 4s }, review: { by: [secteam], within: 7s } }'
const WHY = 'INC-42 orders are lost and nobody answers'

const begins = useNights()

const has =
  (actionId: string) =>
  ({ buttons }: SeenMessage) =>
    buttons.some((button) => button.actionId === actionId)

async function untilModalSays(person: Person, callback: string, words: string): Promise<void> {
  await person.waitsForModal(callback)
  await untilTrue(async () => person.modal?.plain.includes(words) ?? false)
}

it('nobody answers: the glass is broken, told, ended and reviewed; a review that is late blocks only the next time', async () => {
  const { ann, lee, sam, requests, security, reads, folder } = await begins({ glass: GLASS })
  await ann.types(`/breakglass emergency orders-read ${WHY}`)
  await untilModalSays(ann, 'emergency', 'A review is owed by secteam within 7s')
  expect((await ann.submits({ confirm: 'order-read' })).modal?.errors).toMatchObject({
    confirm: expect.stringContaining('Type the name in full'),
  })
  expect(await reads('ann')).toBe(REFUSED)
  expect((await ann.submits({ confirm: 'orders-read' })).modal).toBeUndefined()
  await ann.waitsFor('You have Read the orders database')
  expect(await reads('ann')).toBe('a lamp')
  for (const [person, place] of [
    [lee, requests],
    [lee, lee.dm],
    [sam, security],
  ] as const) {
    const card = await person.waitsFor('GLASS BROKEN', { in: place })
    expect(card.plain).toContain('WITHOUT APPROVAL')
    expect(card.plain).toContain(WHY)
  }
  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)

  await ann.waitsFor('Please write what you did with it')
  await ann.presses('review', await ann.waitsFor(has('review')))
  await untilModalSays(ann, 'review', 'What did you do with it?')
  await ann.submits({ reason: 'Put the orders back from the dead letters' })
  await sam.waitsFor('A REVIEW IS OVERDUE', { in: security })

  await ann.types(`/breakglass emergency orders-read ${WHY}`)
  await untilModalSays(ann, 'emergency', 'It blocks nothing else: ask as usual')
  await ann.closes()
  await ann.types('/breakglass orders-read 2s INC-42 the same again')
  await lee.presses('approve', await lee.waitsFor('INC-42 the same again', { in: requests }))
  await untilTrue(async () => (await reads('ann')) === 'a lamp')
  await untilTrue(async () => (await reads('ann')) === REFUSED)

  await sam.presses('review', await sam.waitsFor(has('review'), { in: security }))
  await untilModalSays(sam, 'review', 'Put the orders back from the dead letters')
  await sam.submits({ outcome: 'justified', reason: 'Lee slept, Kim was in the air' })
  await sam.waitsFor('Reviewed by', { in: security })

  await ann.types(`/breakglass emergency orders-read 4s ${WHY}, a drill`)
  await untilModalSays(ann, 'emergency', 'Type its name in full')
  await ann.submits({ confirm: 'orders-read' })
  const again = await lee.waitsFor('a drill', { in: lee.dm })
  await untilTrue(async () => (await reads('ann')) === 'a lamp')
  await lee.presses('revoke', again)
  await lee.waitsForModal('revoke')
  await lee.submits({ reason: 'The drill is over' })
  await ann.waitsFor('Taken away by @lee')
  expect(await reads('ann')).toBe(REFUSED)
  const story = await auditOf(folder)
  expect(story.filter((name) => /^(glass|review)/.test(name))).toEqual([
    ...['glass.broken', 'review.due', 'review.due', 'review.overdue', 'review.filed'],
    ...['glass.broken', 'review.due'],
  ])
}, 60_000)
