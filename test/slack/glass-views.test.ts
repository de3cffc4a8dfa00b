import { describe, expect, it } from 'vitest'
import type { Request } from '../../src/core/request.ts'
import type { OwedReview } from '../../src/core/review.ts'
import { fitEntry } from '../../src/slack/request-form/fit.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import { emergencyForm } from '../../src/slack/views/emergency-form.ts'
import { glassCard } from '../../src/slack/views/glass-card.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import { reviewForm } from '../../src/slack/views/review-form.ts'
import { MINUTE, makeActive, makeGroup, makeRequest, makeRevoking, makeUsergroup, NIGHT } from '../support/make.ts'
import { makeAskable, makeAskableRule } from './asking.ts'
import { checkMessage, markupOf, plainTexts } from './limits.ts'

const made = makeRequest()
const request: Request = {
  ...made,
  terms: { ...made.terms, glass: true, approvers: [], quorum: 0, rule: 'oncall-only' },
  state: 'approved',
  approvedAt: NIGHT,
}
const owed: OwedReview = {
  state: 'owed',
  request: made.id,
  grant: 'G-7KQ2M4',
  version: 1,
  requester: 'U0ANN',
  subject: 'ann@example.com',
  entitlement: 'orders-read',
  rule: 'oncall-only',
  openedAt: NIGHT,
  dueAt: NIGHT + 24 * 60 * MINUTE,
  reminded: 0,
  overdueAt: null,
  account: '',
  accountAt: null,
}
const { stuckAt: _1, goneAt: _2, round: _3, ...ending } = makeRevoking()
const revoked = { ...ending, state: 'revoked', revokedAt: NIGHT, detail: 'confirmed' } as const
const view: RequestView = {
  request,
  grant: makeActive(),
  copy: 'c1',
  title: 'Read the orders database',
  notice: 'Open sessions are ended.',
  review: owed,
  reviewers: [makeGroup('secteam', ['U0SAM'])],
  now: NIGHT,
}

const labelsOf = (card: { blocks: readonly object[] }) =>
  card.blocks.flatMap((block) =>
    'elements' in block
      ? (block.elements as { text?: { text: string } }[]).flatMap(({ text }) => text?.text ?? [])
      : [],
  )

describe('the card of broken glass', () => {
  it('says in words that nobody approved, who took what, why, until when, and who reviews', () => {
    const card = glassCard(view)
    checkMessage(card)
    const words = `${card.text}\n${markupOf(card).join('\n')}`
    expect(card.text.startsWith('GLASS BROKEN · R-7KQ2M4: <@U0ANN> took access to')).toBe(true)
    for (const part of ['*WITHOUT APPROVAL*', 'Nobody approved: the glass was broken', 'A review is owed by <@U0SAM>'])
      expect(words).toContain(part)
    expect(plainTexts(card)).toContain('INC-42 replica lag')
    expect(labelsOf(card)).toContain('Revoke')
  })

  it('has not one headline in common with the other cards', () => {
    const others = [approvalCard(view), requesterCard(view), approvalCard({ ...view, request: made, grant: undefined })]
    for (const other of others) expect(other.text).not.toMatch(/GLASS BROKEN|WITHOUT APPROVAL/)
  })

  it('asks for the review when the access is over, and says loudly that it is overdue', () => {
    const card = glassCard({ ...view, grant: revoked, review: { ...owed, overdueAt: NIGHT } })
    checkMessage(card)
    expect(labelsOf(card)).toEqual(expect.arrayContaining(['Review']))
    expect(labelsOf(card)).not.toContain('Revoke')
    expect(card.text).toContain('The review is OVERDUE')
  })

  it('keeps its outcome without a button when it is filed, and what the requester did stays plain text', () => {
    const account = '*did* <!channel>'
    const filed = { ...owed, account, state: 'filed', outcome: 'not-justified', note: 'secret', by: 'U0SAM' } as const
    const card = glassCard({ ...view, grant: revoked, review: { ...filed, byName: 'Sam', filedAt: NIGHT } })
    checkMessage(card)
    expect(card.text).toContain('*not justified*')
    expect(JSON.stringify(card)).not.toContain('secret')
    expect(plainTexts(card)).toContain(account)
    expect(labelsOf(card)).not.toContain('Review')
  })

  it('calls a user group of reviewers, and names a group that is too large to call', () => {
    const many = makeGroup('everybody', ['U0A', 'U0B', 'U0C', 'U0D', 'U0E', 'U0F'])
    const card = glassCard({ ...view, reviewers: [makeUsergroup('secteam', 'S0SEC'), many] })
    expect(card.text).toContain('<!subteam^S0SEC>, everybody')
  })

  it('calls the approvers as long as they could take it away, and the requester never, whatever groups he is in', () => {
    const approvers = [makeUsergroup('leads', 'S0LEADS'), makeGroup('dbas', ['U0KIM', 'U0ANN'])]
    const reviewers = [makeGroup('secteam', ['U0SAM', 'U0ANN'])]
    const card = glassCard({ ...view, approvers, reviewers })
    checkMessage(card)
    expect(card.text).toContain('Told: <!subteam^S0LEADS>, <@U0KIM>.')
    expect(card.text).toContain('A review is owed by <@U0SAM>, until')
    expect(
      markupOf(card)
        .join('\n')
        .match(/<@U0ANN>/g),
    ).toHaveLength(1) // who took it
  })

  it('says how to stop what goes on under another grant', () => {
    const extended = { ...revoked, cause: 'extended', extendedBy: 'G-7KQ2M5' } as const
    expect(glassCard({ ...view, grant: extended }).text).toContain('type the command with: `revoke G-7KQ2M5 REASON`')
  })

  it('has words of its own for access that was never given: nobody is asked what he did with it', () => {
    const failed = { ...revoked, activeAt: null, cause: 'grant-failed' } as const
    const late = { ...owed, overdueAt: NIGHT }
    for (const card of [
      glassCard({ ...view, grant: failed, review: late }),
      requesterCard({ ...view, grant: failed, review: late }),
    ]) {
      checkMessage(card)
      expect(JSON.stringify(card)).toContain('No access was given. A review is owed all the same')
      expect(JSON.stringify(card)).not.toContain('OVERDUE')
      expect(labelsOf(card)).not.toContain('Write what you did')
    }
  })

  it('offers the requester to write what he did, until it is filed', () => {
    expect(labelsOf(requesterCard({ ...view, grant: revoked }))).toContain('Write what you did')
    expect(labelsOf(requesterCard({ ...view, grant: revoked, review: undefined }))).not.toContain('Write what you did')
  })
})

describe('the forms', () => {
  const facts = {
    request: made.id,
    requester: 'U0ANN',
    entitlement: 'orders-read',
    title: 'Read',
    target: 'orders-db',
    reason: 'INC-42',
    beganAt: NIGHT,
    expiresAt: NIGHT + 1,
    dueAt: NIGHT + 2,
    account: '',
  } as const

  it('a reviewer reads that nothing was written yet, and chooses an outcome; the requester is asked for none', () => {
    const reviewer = reviewForm({ ...facts, role: 'reviewer' }, 'm')
    expect(JSON.stringify(reviewer)).toContain('has not written yet')
    expect(reviewer.blocks.flatMap(({ block_id: id }) => id ?? [])).toEqual(['outcome', 'reason'])
    const own = reviewForm({ ...facts, role: 'requester', account: 'So far' }, 'm')
    expect(own.blocks.flatMap(({ block_id: id }) => id ?? [])).toEqual(['reason'])
    expect(JSON.stringify(own)).toContain('"initial_value":"So far"')
  })

  it('the one to break the glass never holds the name, whatever was typed', () => {
    const rule = makeAskableRule({ approval: 'none' })
    const found = [
      { ...makeAskable({ rules: [rule] }), told: ['leads'], review: { by: ['secteam'], withinMs: MINUTE } },
    ]
    const words = 'orders-read'
    const entry = {
      from: 'line',
      entitlement: 'orders-read',
      purpose: undefined,
      ttlMs: undefined,
      words,
      faults: {},
    } as const
    const form = emergencyForm({ found, unknown: [], fitted: fitEntry(found, entry), instead: undefined, confirm: '' })
    const confirm = form.blocks.find(({ block_id: id }) => id === 'confirm')
    expect(JSON.stringify(confirm)).not.toContain('initial_value')
  })
})
