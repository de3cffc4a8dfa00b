import type { Request } from '../../src/core/request.ts'
import type { Review } from '../../src/core/review.ts'
import type { Breakable, Reviewable } from '../../src/operations/operations.ts'
import { lineEntry } from '../../src/slack/request-form/entry.ts'
import { fitEntry } from '../../src/slack/request-form/fit.ts'
import { emergencyForm } from '../../src/slack/views/emergency-form.ts'
import { glassCard } from '../../src/slack/views/glass-card.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import { reviewForm } from '../../src/slack/views/review-form.ts'
import { revokeForm } from '../../src/slack/views/revoke-form.ts'
import { makeAskable, makeAskableRule } from '../slack/asking.ts'
import { makeActive, makeGroup, makeRequest, NIGHT } from '../support/make.ts'
import { type Drawing, drawRequest, type Taken } from './drawings.ts'

/** The same as `drawRequest`, with all that is drawn of broken glass. */
export function drawWithGlass(taken: Taken, situation: number): Drawing[] {
  return [...drawRequest(taken, situation), ...(situation === 0 ? drawGlass(taken) : [])]
}

function drawGlass({ person, reason = 'x', note = 'x', title = 'Read' }: Taken): Drawing[] {
  const made = makeRequest({ ...(person ? { person } : {}), reason })
  const terms = { ...made.terms, glass: true } as const
  const request: Request = { ...made, terms, state: 'approved', approvedAt: NIGHT }
  const grant = { ...makeActive(), request: made.id, subject: terms.subject, account: terms.account }
  const review = reviewOf(request, note)
  const common = { request, copy: 'c'.repeat(32), title, notice: 'Sessions end.', now: NIGHT }
  const groups = [makeGroup('secteam', ['U0SAM', terms.requester])]
  const live: RequestView = { ...common, grant, review, reviewers: groups, approvers: groups }
  const filed = {
    ...review,
    state: 'filed',
    outcome: 'drill',
    note,
    by: 'U0SAM',
    byName: note,
    filedAt: NIGHT,
  } as const
  const over = { ...live, grant: undefined }
  return [
    { kind: 'glass card', sent: glassCard(live) },
    { kind: 'overdue glass card', sent: glassCard({ ...over, review: { ...review, overdueAt: NIGHT } }) },
    { kind: 'reviewed glass card', sent: glassCard({ ...over, review: filed }) },
    { kind: 'requester’s glass card', sent: requesterCard(live) },
    { kind: 'Break the glass', sent: emergencyOf({ title, reason }) },
    { kind: 'Review', sent: reviewForm(reviewableOf(request, { title, note, role: 'reviewer' }), 'm') },
    { kind: 'Write what you did', sent: reviewForm(reviewableOf(request, { title, note, role: 'requester' }), 'm') },
    { kind: 'Revoke', sent: revokeForm(request.id, 'm') },
  ]
}

function reviewOf({ id, terms }: Request, account: string): Review & { readonly state: 'owed' } {
  const { requester, subject, entitlement, rule } = terms
  const facts = { request: id, requester, subject, entitlement, rule, account }
  const times = { openedAt: NIGHT, dueAt: NIGHT + 1, overdueAt: null, accountAt: NIGHT }
  return { state: 'owed', grant: 'G-7KQ2M4', version: 1, reminded: 0, ...facts, ...times }
}

function reviewableOf(
  { id, terms, reason }: Request,
  { title, note: account, role }: { readonly title: string; readonly note: string; readonly role: Reviewable['role'] },
): Reviewable {
  const { requester, entitlement, target } = terms
  const facts = { role, request: id, requester, entitlement, title, target, reason, account }
  return { ...facts, beganAt: NIGHT, expiresAt: NIGHT + 1, dueAt: NIGHT + 2 }
}

function emergencyOf({ title, reason: words }: { readonly title: string; readonly reason: string }) {
  const rule = makeAskableRule({ approval: 'none', approvers: [], quorum: 0, reason: { minLength: 20, hint: title } })
  const review = { by: ['secteam'], withinMs: 1_000 }
  const one: Breakable = { ...makeAskable({ title, rules: [rule] }), told: ['leads', 'directors'], review }
  const fitted = fitEntry([one], lineEntry({ words }))
  return emergencyForm({ found: [one], unknown: ['orders-write'], fitted, instead: 'R-7KQ2M4', confirm: words })
}
