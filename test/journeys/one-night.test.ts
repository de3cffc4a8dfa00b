import { describe, expect, it } from 'vitest'
import { auditOf, untilTrue } from '../support/morning.ts'
import { useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const begin = useNights()

describe.each(['http', 'socket'] as const)('one night over %s', (mode) => {
  it('refused, asked, approved, read, time up, refused again, also in the session left open', async () => {
    const { ann, lee, sam, requests, security, reads, opens, folder } = await begin({ mode })
    expect(await reads('ann')).toBe(REFUSED)

    const saw = await ann.types('/breakglass orders-read 4s INC-42 replica lag')
    expect(saw.error).toBeUndefined()
    await ann.waitsFor('One of leads must agree')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    expect(card.plain).toContain('INC-42 replica lag')
    expect(card.mentions).toEqual(expect.arrayContaining([lee.id]))
    expect(await reads('ann')).toBe(REFUSED)

    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    expect(await reads('ann')).toBe('a lamp')
    const session = await opens('ann')

    await ann.waitsFor('Your access has ended')
    expect(await reads('ann')).toBe(REFUSED)
    await expect(session.query('select item from orders')).rejects.toThrow()
    await session.end().catch(() => undefined)

    await lee.waitsFor('Ended', { in: requests })
    await sam.waitsFor('access ended', { in: security })
    const told = sam
      .sees(security)
      .map(({ plain }) => plain)
      .join('\n')
    const story = ['asked for access', 'approved', 'grant begun', 'access given', 'taking access away', 'access ended']
    expect([...story].sort((a, b) => told.indexOf(a) - told.indexOf(b))).toEqual(story)
    expect(await auditOf(folder)).toEqual([
      'request.opened',
      'request.approval-recorded',
      'request.approved',
      'grant.begun',
      'grant.activated',
      'grant.revoke-begun',
      'grant.revoked',
    ])
  })

  it('denied with a reason: the requester reads who and why, and nothing was given', async () => {
    const { ann, lee, sam, requests, security, reads } = await begin({ mode })
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    await lee.presses('deny', card)
    expect((await lee.waitsForModal()).callbackId).toBe('deny')
    await lee.submits({ reason: 'Use the replica instead' })
    const told = await ann.waitsFor('Use the replica instead')
    expect(told.plain).toContain('@lee')
    const closed = await lee.waitsFor('Denied', { in: requests })
    expect(closed.buttons).toEqual([])
    await sam.waitsFor('denied the request', { in: security })
    expect(await reads('ann')).toBe(REFUSED)
  })

  it('goes on after a restart in between, and ends what ended meanwhile', async () => {
    const { ann, lee, requests, reads, stopsBot, startsBot } = await begin({ mode })
    await ann.types('/breakglass orders-read 3s INC-42 replica lag')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    await stopsBot()
    await startsBot()
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    await stopsBot()
    await new Promise((resolve) => setTimeout(resolve, 3_000)) // the end passes while nobody is there
    expect(await reads('ann')).toBe('a lamp')
    await startsBot()
    expect(await reads('ann')).toBe(REFUSED)
    await ann.waitsFor('Your access has ended')
  })
})

describe('further nights', () => {
  it('nobody decides: the request lapses, and the old buttons are gone', async () => {
    const rules = `
  quick:
    requesters: [engineers]
    approvers: [leads]
    default_purpose: incident
    lapse: 2s`
    const { ann, lee, requests, reads } = await begin({ rules, tried: 'quick' })
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    expect(card.buttons.map(({ actionId }) => actionId)).toEqual(['approve', 'approve_shorter', 'deny', 'looks_wrong'])
    await ann.waitsFor(/lapsed|nobody decided/i)
    expect((await lee.waitsFor('Lapsed', { in: requests })).buttons).toEqual([])
    expect(await reads('ann')).toBe(REFUSED)
  })

  it('cancelled by the requester, and by nobody else', async () => {
    const { ann, ben, lee, requests } = await begin()
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    const id = /R-[0-9A-Z]{6}/.exec(card.plain)?.[0] ?? ''
    await ben.types(`/breakglass cancel ${id}`)
    await ben.waitsFor('is not a request of yours')
    await ann.types(`/breakglass cancel ${id.toLowerCase()}`)
    await ann.waitsFor(`Cancelled ${id}`)
    expect((await lee.waitsFor('Cancelled', { in: requests })).buttons).toEqual([])
  })

  it('cancelled by the button in the requester’s own card', async () => {
    const { ann, lee, requests } = await begin()
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    await ann.presses(
      'cancel',
      await ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'cancel')),
    )
    await lee.waitsFor('Cancelled', { in: requests })
  })

  it('given back early: gone at once', async () => {
    const { ann, lee, requests, reads, folder } = await begin()
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    await lee.presses('approve', await lee.waitsFor('Read the orders database', { in: requests }))
    await ann.waitsFor('You have Read the orders database')
    const card = await ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'end_early'))
    await ann.presses('end_early', card)
    await ann.waitsFor('Your access has ended')
    expect(await reads('ann')).toBe(REFUSED)
    expect((await auditOf(folder)).slice(-2)).toEqual(['grant.revoke-begun', 'grant.revoked'])
  })

  it('taken away by security, and by nobody who may not', async () => {
    const { ann, ben, lee, sam, requests, security, reads } = await begin()
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    await lee.presses('approve', await lee.waitsFor('Read the orders database', { in: requests }))
    await ann.waitsFor('You have Read the orders database')
    await ben.types('/breakglass revoke all because I can')
    await ben.waitsFor('Only the security people can do that')
    expect(await reads('ann')).toBe('a lamp')
    await sam.types('/breakglass revoke @ann her laptop was stolen')
    await sam.waitsFor('Taking 1 grant away now')
    await ann.waitsFor('Your access has ended')
    expect(await reads('ann')).toBe(REFUSED)
    await sam.waitsFor('her laptop was stolen', { in: security })
  })

  it('two approvers at once: one grant, and both are told the truth', async () => {
    const { ann, lee, kim, requests, folder, reads } = await begin()
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    const card = await lee.waitsFor('Read the orders database', { in: requests })
    await Promise.all([lee.presses('approve', card), kim.presses('approve', card)])
    await ann.waitsFor('You have Read the orders database')
    await untilTrue(() =>
      [lee, kim].every((one) => one.sees(requests).some(({ plain }) => /Approved R-|approved already/.test(plain))),
    )
    expect((await auditOf(folder)).filter((name) => name === 'grant.begun')).toHaveLength(1)
    expect(await reads('ann')).toBe('a lamp')
  })

  it('a quorum of two: the first yes is counted, the second gives access', async () => {
    const rules = `
  both-leads:
    requesters: [engineers]
    approvers: [leads]
    quorum: 2
    default_purpose: incident
    ttl: { min: 1s, default: 15m, max: 30m }`
    const { ann, lee, kim, requests, reads } = await begin({ rules, tried: 'both-leads' })
    await ann.types('/breakglass orders-read INC-42 replica lag')
    const card = await lee.waitsFor('2 approvals are needed', { in: requests })
    await lee.presses('approve', card)
    const counted = await kim.waitsFor('1 of 2', { in: requests })
    expect(await reads('ann')).toBe(REFUSED)
    await kim.presses('approve', counted)
    await ann.waitsFor('You have Read the orders database')
    expect(await reads('ann')).toBe('a lamp')
  })

  it('without approval where the rule says so, told to everybody all the same', async () => {
    const rules = `
  oncall-auto:
    requesters: [engineers]
    approval: none
    limit: { uses: 1, per: 24h }
    default_purpose: incident
    ttl: { min: 1s, default: 2s, max: 30m }`
    const { ann, lee, sam, requests, security, reads } = await begin({ rules, tried: 'oncall-auto' })
    await ann.types('/breakglass orders-read INC-42 replica lag')
    await ann.waitsFor('Your access has ended')
    await lee.waitsFor('Read the orders database', { in: requests })
    await sam.waitsFor('access ended', { in: security })
    await ann.types('/breakglass orders-read INC-43 again')
    await ann.waitsFor('which is its limit')
    expect(await reads('ann')).toBe(REFUSED)
  })

  it('without a requests channel each approver gets the card in a DM', async () => {
    const { ann, lee, kim, reads } = await begin({ channel: null })
    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    const [card] = await Promise.all([lee.waitsFor('INC-42 replica lag'), kim.waitsFor('INC-42 replica lag')])
    await lee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    expect(await reads('ann')).toBe('a lamp')
    await untilTrue(() => kim.dms.every(({ buttons }) => !buttons.some(({ actionId }) => actionId === 'approve')))
  })

  it('tells only the person who typed it what would be right, and changes nothing', async () => {
    const { ann, requests, security, workspace, folder } = await begin()
    const lines = [
      '',
      'nonsense',
      'orders-read 30 INC-42',
      'orders-read 15min INC-42',
      'orders-read 5h INC-42 long',
      'orders-read',
    ]
    for (const line of lines) {
      const saw = await ann.types(`/breakglass ${line}`, { in: requests })
      expect(saw.error).toBeUndefined()
    }
    await untilTrue(() => ann.sees(requests).length === lines.length)
    expect(ann.sees(requests).every(({ isEphemeral }) => isEphemeral)).toBe(true)
    expect(workspace.everShown(requests).every(({ isEphemeral }) => isEphemeral)).toBe(true)
    expect(security.messages.size).toBeLessThanOrEqual(3)
    expect((await auditOf(folder)).every((name) => name === 'request.refused')).toBe(true)
  })
})
