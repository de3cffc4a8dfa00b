import { expect, it } from 'vitest'
import { auditOf } from '../support/morning.ts'
import { useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const RULES = `
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    ttl: { min: 1s, default: 3s, max: 10s, max_total: 12s }`

const begins = useNights()

it('the mending takes longer: more time is asked for, given without a gap, and ends at its own end', async () => {
  const { ann, lee, requests, reads, opens, folder } = await begins({ rules: RULES })
  await ann.types('/breakglass orders-read 4s INC-42 replica lag')
  await lee.presses('approve', await lee.waitsFor('INC-42 replica lag', { in: requests }))
  const card = await ann.waitsFor('Press “Extend”')
  const session = await opens('ann')

  await ann.presses('extend', card)
  await ann.waitsForModal('extend')
  const id = /R-\w{6}/.exec(card.plain)?.[0] ?? ''
  await ann.types(`/breakglass extend ${id} 8s INC-42 still not mended`)
  const asked = await lee.waitsFor('more time with', { in: requests })
  await lee.presses('approve', asked)
  await ann.waitsFor('Extended')
  expect(await reads('ann')).toBe('a lamp')
  await expect(session.query('select item from orders')).resolves.toMatchObject({ rowCount: 1 }) // not cut off between

  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)
  await session.end().catch(() => undefined)
  const story = await auditOf(folder)
  expect(story.slice(story.indexOf('grant.extended'))).toEqual([
    'grant.extended',
    'grant.revoke-begun',
    'grant.revoked',
    'grant.revoke-begun',
    'grant.revoked',
  ])
})
