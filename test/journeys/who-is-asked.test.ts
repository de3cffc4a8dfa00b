import { expect, it } from 'vitest'
import { auditOf } from '../support/morning.ts'
import { useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'

/** A rule by which nobody waits long. */
const rule = (remind: string, after: string) => `
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    ttl: { min: 1s, default: 3s, max: 10s }
    remind: ${remind}
    escalate: [{ after: ${after}, to: [secteam], decide: true }]
    lapse: 1m`

const begins = useNights()

it('the leads sleep: they are reminded, the bot is stopped meanwhile, the next in line is asked and says yes', async () => {
  const night = await begins({ rules: rule('1s', '3s') })
  const { ann, lee, sam, requests, reads, folder } = night
  await ann.types('/breakglass orders-read 3s INC-42 replica lag')
  const card = await lee.waitsFor('INC-42 replica lag', { in: requests })
  await ann.waitsFor('#requests (delivered)')
  const reminder = await lee.waitsFor('has been waiting', { in: requests })
  expect(reminder.threadTs).toBe(card.ts)
  await night.stopsBot()
  await night.startsBot()

  const asked = await sam.waitsFor('You are asked as well')
  expect(sam.dms.filter(({ plain }) => plain.includes('You are asked as well'))).toHaveLength(1)
  await lee.waitsFor(/since .* also secteam/, { in: requests })
  await sam.presses('approve', asked)
  await ann.waitsFor('You have Read the orders database')
  expect(await reads('ann')).toBe('a lamp')
  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)
  const story = await auditOf(folder)
  expect(story.filter((name) => name === 'request.escalated')).toHaveLength(1)
  expect(story.indexOf('request.reminded')).toBeLessThan(story.indexOf('request.escalated'))
})

it('the usual approver has left: whoever comes next is asked at once, and the requester sees why', async () => {
  const { workspace, ann, lee, kim, sam, reads } = await begins({ rules: rule('30s', '30s'), channel: null })
  await workspace.admin.deactivates(kim)
  await ann.types('/breakglass orders-read 3s INC-42 replica lag')
  const asked = await sam.waitsFor('You are asked as well') // not half a minute later
  await lee.waitsFor('Waiting for approval')
  await ann.waitsFor('@kim (cannot be reached: the account is deactivated)')
  await sam.presses('approve', asked)
  await ann.waitsFor('You have Read the orders database')
  expect(await reads('ann')).toBe('a lamp')
})

it('nobody answers: she has them reminded, and in the end reads what she can do', async () => {
  const short = rule('30s', '2s').replace('lapse: 1m', 'lapse: 3s')
  const { ann, lee, requests } = await begins({ rules: short })
  await ann.types('/breakglass orders-read 3s INC-42 replica lag')
  const own = await ann.waitsFor('#requests (delivered)')
  await ann.presses('nudge', own)
  expect((await lee.waitsFor('has been waiting', { in: requests })).mentions).toContain('U0LEE')
  const news = await ann.waitsFor('Nobody decided R-')
  expect(news.plain).toContain('No answer from #requests, @sam.')
  expect(news.plain).toContain('call an approver, then ask again')
})
