import { appendFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { heldBy, offeredTo, untilFormSays } from '../slack/asking.ts'
import { auditOf, untilTrue } from '../support/morning.ts'
import { type Night, useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const RULES = `
  one-lead:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    reason: { min_length: 10, pattern: 'INC-[0-9]+', hint: Name the incident }
    ttl: { min: 1s, default: 15m, max: 30m }
  auto:
    requesters: [engineers]
    approval: none
    default_purpose: incident
    ttl: { min: 5s, default: 5s, max: 30m }`
const begins = useNights()

/** A night with so many entitlements beside the one that is wanted. */
async function begin(others = 0, tried = 'one-lead'): Promise<Night> {
  const night = await begins({ rules: RULES, tried, start: false })
  const { orders, configPath } = night
  const more = Array.from({ length: others }, (_, index) => {
    return `  shop-${index}: { title: Read shop ${index}, target: orders-db, access: { role: ${orders.role} }, rules: [${tried}] }\n`
  })
  await appendFile(configPath, more.join(''))
  await night.startsBot()
  return night
}

describe('a night with the form', () => {
  it('a line that is not complete opens it as typed; what is wrong is said at its field; then asked, approved, read', async () => {
    const { ann, lee, requests, reads } = await begin()
    await ann.types('/breakglass orders-read 20m replica', { in: requests })
    await untilFormSays(ann)
    expect(heldBy(ann)).toMatchObject({
      entitlement: 'orders-read',
      purpose: 'incident',
      ttl: '20m',
      reason: 'replica',
    })
    expect(ann.modal?.plain).toContain('One of leads will be asked and must agree')
    expect(ann.modal?.plain).toMatch(/at least 10 characters/)

    expect((await ann.submits({ reason: 'the replica lags' })).modal?.errors).toMatchObject({
      reason: expect.stringContaining('Name the incident'),
    })
    expect((await ann.submits({ reason: 'INC-42 the replica lags', ttl: '5m' })).modal).toBeUndefined()
    const card = await lee.waitsFor('INC-42 the replica lags', { in: requests })
    expect(card.plain).toContain('5m from approval')
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    expect(await reads('ann')).toBe('a lamp')
  })

  it('among 150 entitlements the wanted one is found by typing a part of its name', async () => {
    const { ann, lee, requests, workspace } = await begin(150)
    await ann.types('/breakglass')
    await untilFormSays(ann)
    expect(ann.modal?.fields).not.toHaveProperty('purpose')
    const typing = { type: 'block_suggestion', action_id: 'entitlement', block_id: 'entitlement', value: 'SHOP 149' }
    const { ack } = await workspace.delivers({ ...typing, user: { id: ann.id } })
    const { options = [] } = (ack.kind === 'acknowledged' ? ack.body : {}) as { options?: { value: string }[] }
    expect(options.map(({ value }) => value)).toEqual(['shop-149'])
    await ann.presses('entitlement', ann.modal!, { option: options[0] })
    await untilFormSays(ann, 'Read shop 149 on orders-db')
    expect(offeredTo(ann, 'ttl')).toContain('15m')
    await ann.submits({ entitlement: 'shop-149', reason: 'INC-42 the shop is down' })
    const card = await lee.waitsFor('INC-42 the shop is down', { in: requests })
    expect(card.plain).toContain('Read shop 149')
  })

  it('when little time is left the requester is warned, gives access back with one press, and asks again with another', async () => {
    const { ann, lee, requests, reads, folder } = await begin(0, 'auto')
    await ann.types('/breakglass orders-read 6s INC-42 replica lag')
    await ann.waitsFor('You have Read the orders database')
    const warning = await ann.waitsFor('Ends soon')
    expect(await reads('ann')).toBe('a lamp')
    await ann.presses('end_early', warning)
    await ann.waitsFor('Your access has ended')
    expect(await reads('ann')).toBe(REFUSED)
    await lee.waitsFor('Given back early', { in: requests })

    const over = await ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'request_again'))
    await ann.presses('request_again', over)
    await untilFormSays(ann)
    expect(heldBy(ann)).toMatchObject({ entitlement: 'orders-read', ttl: '6s', reason: 'INC-42 replica lag' })
    await ann.submits()
    await untilTrue(async () => (await auditOf(folder)).filter((name) => name === 'grant.activated').length === 2)
    expect(await reads('ann')).toBe('a lamp')
  })
})
