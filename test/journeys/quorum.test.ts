import { expect, it } from 'vitest'
import { auditOf } from '../support/morning.ts'
import { useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const RULES = `
  one-lead:
    requesters: [engineers]
    approvers: [{ from: leads, at_least: 1 }, { from: secteam, at_least: 1 }]
    default_purpose: incident
    ttl: { min: 1s, default: 15m, max: 30m }`

const begins = useNights()

it('two groups must agree: a lead says yes to less, security says yes, and Ann reads for that long', async () => {
  const { ann, lee, kim, sam, requests, reads } = await begins({ rules: RULES })
  await ann.types('/breakglass orders-read 15m INC-42 replica lag')
  await ann.waitsFor('1 of leads and 1 of secteam must agree')
  const card = await lee.waitsFor('INC-42 replica lag', { in: requests })
  expect(card.plain).toContain('2 approvals are needed: 1 of leads and 1 of secteam.')

  await lee.presses('approve_shorter', card)
  await lee.waitsForModal('shorten')
  await lee.submits({ ttl: '10m' })
  const half = await kim.waitsFor('1 of 2 so far, by @lee; waiting for secteam.', { in: requests })
  await kim.presses('approve', half) // a second lead takes no place of security’s
  await sam.waitsFor('2 of 2 so far, by @lee, @kim; waiting for secteam.', { in: requests })
  expect(await reads('ann')).toBe(REFUSED)

  await sam.presses('approve', await sam.waitsFor('waiting for secteam', { in: requests }))
  await ann.waitsFor('10m, shortened by @lee; 15m was asked')
  await ann.waitsFor('You have Read the orders database')
  expect(await reads('ann')).toBe('a lamp')
})

it('it was not Sam who pressed: what was approved in his name is gone before he has put the telephone down', async () => {
  const { ann, lee, sam, requests, security, reads, folder } = await begins({ rules: RULES })
  await ann.types('/breakglass orders-read 15m INC-42 replica lag')
  const card = await lee.waitsFor('INC-42 replica lag', { in: requests })
  await lee.presses('approve', card)
  await sam.presses('approve', await sam.waitsFor('waiting for secteam', { in: requests })) // by whoever has his session
  await ann.waitsFor('You have Read the orders database')
  expect(await reads('ann')).toBe('a lamp')

  const receipt = await sam.waitsFor('Was that not you?')
  await sam.presses('not_me', receipt, { confirm: true })
  await ann.waitsFor('was not real. This says nothing about you')
  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)
  await sam.waitsFor('says that the approval of', { in: security })
  expect(await auditOf(folder)).toEqual(
    expect.arrayContaining(['approval.disowned', 'person.frozen', 'grant.revoke-begun', 'grant.revoked']),
  )
})

it('it looks wrong to Kim: Ann loses it, reads nothing more, and nobody but security learns who said so', async () => {
  const { ann, lee, kim, sam, requests, security, reads } = await begins()
  await ann.types('/breakglass orders-read 15m give me all of it')
  await lee.presses('approve', await lee.waitsFor('give me all of it', { in: requests }))
  await ann.waitsFor('You have Read the orders database')
  const card = await kim.waitsFor('Active until', { in: requests })
  await kim.presses('looks_wrong', card, { confirm: true })
  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)
  const over = await lee.waitsFor('Taken away: it looked wrong to somebody who was asked.', { in: requests })
  expect(over.plain).not.toContain('@kim')
  expect(ann.dms.map(({ plain }) => plain).join('\n')).not.toMatch(/@kim(?! (must|or))/)
  await sam.waitsFor(/taking access away .*@kim/, { in: security })
  await ann.types('/breakglass orders-read 15m INC-43 please')
  await ann.waitsFor('You cannot be given access just now')

  await sam.types('/breakglass unfreeze @ann she was asked to copy it')
  await sam.waitsFor('can be given access again')
  await ann.types('/breakglass orders-read 15m INC-43 please')
  await ann.waitsFor(/R-\w{6}: asked for/)
})
