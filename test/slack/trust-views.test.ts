import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Approval, Request } from '../../src/core/request.ts'
import { UNNAMED } from '../../src/core/revoking.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import type { Message } from '../../src/slack/views/blocks.ts'
import { whoAgrees } from '../../src/slack/views/form-fields.ts'
import { newsMessage } from '../../src/slack/views/news.ts'
import { receiptCard } from '../../src/slack/views/receipt-card.ts'
import { shorterTimes } from '../../src/slack/views/request-choices.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import { shortenForm } from '../../src/slack/views/shorten-form.ts'
import {
  MINUTE,
  makeActive,
  makeGroup,
  makeRequest,
  makeRevoking,
  makeRule,
  makeUsergroup,
  NIGHT,
} from '../support/make.ts'
import { makeAskableRule } from './asking.ts'
import { checkMessage } from './limits.ts'

const LEE: Approval = {
  subject: 'lee@example.com',
  by: 'U0LEE',
  name: 'Lee',
  at: NIGHT,
  groups: ['leads'],
  ttlMs: null,
}

function viewOf(change: Partial<RequestView> = {}): RequestView {
  const common = { grant: undefined, copy: 'a'.repeat(32), title: 'Read the orders', notice: undefined, now: NIGHT }
  return { request: makeRequest(), leastMs: MINUTE, ...common, ...change }
}

/** All that a person reads or hears of a message. */
function read(message: Message | undefined): string {
  if (!message) return ''
  checkMessage(message)
  return JSON.stringify([message.text, message.blocks])
}

const cards = (view: RequestView) => [approvalCard(view), requesterCard(view)].map(read)

describe('a request that needs several groups', () => {
  const leads = makeGroup('leads', ['U0LEE', 'U0KIM', 'U0ANN'])
  const security = makeUsergroup('security', 'S0SEC')
  const crowd = makeGroup('crowd', ['U1', 'U2', 'U3', 'U4', 'U5', 'U6'])
  const groups = [leads, security, crowd]
  const rule = makeRule({ approvers: groups, quorum: 3, needs: groups.map((from) => ({ from, atLeast: 1 })) })
  const request = makeRequest({ rule, membership: { security: ['U0SAM'] } })

  it('calls those of each part who are few, or their user group, and never the requester', () => {
    const [card] = cards(viewOf({ request }))
    expect(card).toContain(
      '1 of leads (<@U0KIM>, <@U0LEE>) and 1 of security (<!subteam^S0SEC>) and 1 of crowd: please decide.',
    )
    expect(card).toContain('3 approvals are needed: 1 of leads and 1 of security and 1 of crowd.')
  })

  it('says how far it is and for whom it waits, to approvers and requester', () => {
    const voted = viewOf({ request: { ...request, approvals: [LEE] } })
    for (const card of cards(voted))
      expect(card).toContain('1 of 3 so far, by <@U0LEE>; waiting for security and crowd.')
    expect(cards(voted)[1]).toContain('Waiting for security and crowd.')
  })

  it('says who must agree in the form to ask', () => {
    const needs = [
      { from: 'leads', atLeast: 1 },
      { from: 'security', atLeast: 2 },
    ]
    expect(whoAgrees(makeAskableRule({ quorum: 3, needs }))).toContain('1 of leads and 2 of security will be asked')
    expect(whoAgrees(makeAskableRule({ quorum: 4, needs }))).toContain('2 of security, 4 people in all, will be asked')
  })
})

describe('a frozen requester', () => {
  const view = viewOf({ frozen: true })

  it('is said on the cards, and only what takes away can be pressed by approvers', () => {
    for (const card of cards(view)) expect(card).toContain('Frozen: nobody can approve this until security has looked.')
    const [card] = cards(view)
    expect(card).not.toContain('please decide')
    expect(card).not.toContain('"approve')
    expect(card).toContain('"deny"')
  })

  it('an approval of a frozen account is said not to count', () => {
    const request = { ...makeRequest({ rule: makeRule({ quorum: 2 }) }), approvals: [LEE] }
    const [card] = cards(viewOf({ request, uncounted: ['U0LEE'] }))
    expect(card).toContain('2 approvals are needed. What was approved as <@U0LEE> does not count')
  })
})

describe('what looked wrong', () => {
  const facts = { state: 'denied', deniedAt: NIGHT, by: 'U0DEE', byName: 'Dee', note: '', looksWrong: true } as const
  const denied: Request = { ...makeRequest(), ...facts }
  const taken: Request = { ...makeRequest(), state: 'approved', approvedAt: NIGHT, approvals: [LEE] }
  const { stuckAt: _1, goneAt: _2, round: _3, ...ending } = makeRevoking({ cause: 'revoked-by', by: UNNAMED })
  const revoked = { ...ending, state: 'revoked', revokedAt: NIGHT, detail: 'confirmed' } as const

  it.each([
    ['denied', viewOf({ request: denied })],
    ['being taken away', viewOf({ request: taken, grant: makeRevoking({ cause: 'revoked-by', by: UNNAMED }) })],
    ['taken away', viewOf({ request: taken, grant: revoked })],
  ])('and was %s names nobody who found so, wherever people read it', (_, view) => {
    const receipt = receiptCard({ ...view, receipt: { by: 'U0LEE', disowned: false } })
    const news = (['denied', 'ended'] as const).map((one) => newsMessage(one, view, '/breakglass'))
    const shown = [...cards(view), read(receipt), ...news.map(read)]
    for (const text of shown) expect(text).not.toMatch(/U0DEE|Dee|unnamed/)
    expect(shown.join()).toMatch(/looked wrong to somebody who was asked/)
  })
})

describe('a shorter time', () => {
  it('stands on every card, with who shortened it', () => {
    const shorter: Request = {
      ...makeRequest(),
      state: 'approved',
      approvedAt: NIGHT,
      approvals: [{ ...LEE, ttlMs: 10 * MINUTE }],
    }
    const view = viewOf({ request: shorter, grant: makeActive() })
    for (const card of cards(view)) expect(card).toContain('10m, shortened by <@U0LEE>; 15m was asked')
    expect(read(newsMessage('granted', view, '/breakglass'))).toContain('10m, shortened by <@U0LEE>; 15m was asked')
  })

  it('that is offered is below what is agreed, and not below what the rule gives', () => {
    const times = fc.record({ asked: fc.integer({ min: 1, max: 1e9 }), least: fc.integer({ min: 1, max: 1e9 }) })
    fc.assert(
      fc.property(times, ({ asked, least }) => {
        const request = makeRequest({ ttlMs: asked })
        const offered = shorterTimes(request, least)
        for (const ms of offered) expect(ms >= least && ms < asked).toBe(true)
        expect(offered.length > 0).toBe(least < asked)
        expect(JSON.stringify(approvalCard(viewOf({ request, leastMs: least })))).toMatch(
          offered.length > 0 ? /approve_shorter/ : /^(?!.*approve_shorter)/,
        )
      }),
    )
    expect(shorterTimes(makeRequest(), undefined)).toEqual([])
  })

  it('is chosen in a form that has no other field', () => {
    const form = shortenForm(makeRequest(), [10 * MINUTE, MINUTE], 'm')
    expect(form).toMatchObject({ callback_id: 'shorten', private_metadata: 'm' })
    expect(form.title.text.length).toBeLessThanOrEqual(24)
    expect(form.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []))).toEqual(['ttl'])
  })
})

describe('a receipt', () => {
  const approved: Request = { ...makeRequest(), state: 'approved', approvedAt: NIGHT, approvals: [LEE] }
  const receipt = (disowned: boolean) =>
    receiptCard(viewOf({ request: approved, grant: makeActive(), receipt: { by: 'U0LEE', disowned } }))

  it('says what was approved, and has one button, which asks first', () => {
    const card = receipt(false)
    expect(read(card)).toContain('You approved R-7KQ2M4')
    const [actions] = card.blocks.filter((block) => block.type === 'actions')
    expect(actions?.elements).toMatchObject([{ action_id: 'not_me', confirm: { style: 'danger' } }])
  })

  it('says what came of it once the approver has said that it was not him, and has no button then', () => {
    expect(read(receipt(true))).toContain('You said that this was not you')
    expect(receipt(true).blocks.some(({ type }) => type === 'actions')).toBe(false)
  })
})
