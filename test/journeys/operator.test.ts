import { describe, expect, it } from 'vitest'
import type { Person } from '../../src/workspace/person.ts'
import { untilTrue } from '../support/morning.ts'
import { type Night, useNights } from '../support/night.ts'
import { breakglass } from '../support/process.ts'

const REFUSED = 'permission denied for table orders'
const begin = useNights()

async function gets({ lee, requests }: Night, who: Person, reason: string): Promise<void> {
  await who.types(`/breakglass orders-read 15m ${reason}`)
  await lee.presses('approve', await lee.waitsFor(reason, { in: requests }))
  await who.waitsFor('You have Read the orders database')
}

describe('an operator’s night', () => {
  it('while the bot runs: everything of one person is taken away, and Slack tells who did it and why', async () => {
    const night = await begin()
    const { ann, ben, lee, sam, requests, security, reads, variables } = night
    await gets(night, ann, 'INC-42 replica lag')
    await gets(night, ben, 'INC-43 locks')
    const session = await night.opens('ann')

    const { code, out } = await breakglass(['revoke', 'ann@example.com', 'her laptop', 'was stolen'], variables)
    expect(out).toContain('Gone, as the target says')
    expect(code).toBe(0)
    expect(await reads('ann')).toBe(REFUSED)
    await expect(session.query('select item from orders')).rejects.toThrow()
    await session.end().catch(() => undefined)
    await ann.waitsFor(/Your access has ended.*Taken away by operator/)
    await lee.waitsFor(/Taken away by operator/, { in: requests })
    await sam.waitsFor('her laptop was stolen', { in: security })

    expect(await reads('ben')).toBe('a lamp')
    const active = JSON.parse((await breakglass(['grants', '--state', 'active', '--json'], variables)).out)
    expect(active).toMatchObject([{ requester: ben.id, entitlement: 'orders-read' }])
  })

  it('while no bot runs: all access is taken away by the command itself, and told in Slack once the bot is back', async () => {
    const night = await begin()
    const { ann, ben, lee, sam, requests, security, reads, variables, stopsBot, startsBot } = night
    await gets(night, ann, 'INC-42 replica lag')
    await gets(night, ben, 'INC-43 locks')
    await stopsBot()
    expect(await reads('ann')).toBe('a lamp')

    const { code, out } = await breakglass(['revoke', 'all', 'the bot', 'is down'], variables)
    expect(out).toContain('Gone, as the target says')
    expect(code).toBe(0)
    expect([await reads('ann'), await reads('ben')]).toEqual([REFUSED, REFUSED])
    expect(ann.dms.some(({ plain }) => plain.includes('Your access has ended'))).toBe(false)
    expect(await breakglass(['revoke', 'all', 'once more'], variables)).toMatchObject({ code: 1 })

    await startsBot()
    await Promise.all([ann, ben].map((one) => one.waitsFor(/Your access has ended.*Taken away by operator/)))
    await sam.waitsFor('the bot is down', { in: security })
    await untilTrue(() => lee.sees(requests).every(({ buttons }) => buttons.length === 0))
    expect(await breakglass(['audit', 'verify'], variables)).toMatchObject({ code: 0 })
  })
})
