import type { KnownBlock, ModalView } from '@slack/types'
import { isLive } from '../../core/grant.ts'
import { grantIdOf } from '../../core/ids.ts'
import type { Review } from '../../core/review.ts'
import { MOST_NOTE, MOST_REASON } from '../../core/typed-text.ts'
import type { Askable, Breakable, Reviewable } from '../../operations/operations.ts'
import { lineEntry } from '../request-form/entry.ts'
import { fitEntry } from '../request-form/fit.ts'
import { emergencyForm } from '../views/emergency-form.ts'
import { glassCard } from '../views/glass-card.ts'
import type { RequestView } from '../views/request-facts.ts'
import { requesterCard } from '../views/requester-card.ts'
import { reviewForm } from '../views/review-form.ts'
import { revokeForm } from '../views/revoke-form.ts'

/** One code point, two UTF-16 units: the longest that may be typed. */
const WIDE = '𝔻'
const METADATA = 'm'.repeat(500)

type Drawing = { readonly blocks: KnownBlock[] } | { readonly view: ModalView }

/** All that is drawn of broken glass, with the longest texts. `view`: of a request with its grant. */
export function glassDrawings(
  view: RequestView,
  [first]: readonly Askable[],
  name: (index: number) => string,
): Readonly<Record<string, Drawing>> {
  const { request, grant } = view
  const glass = { ...view, request: { ...request, terms: { ...request.terms, glass: true } as const } }
  const reviewers = Array.from({ length: 6 }, (_, index) => {
    return { name: name(index), source: { kind: 'usergroup', id: `S012345678${index}` } as const }
  })
  const owed = { ...glass, review: longestReview(view), reviewers, approvers: reviewers }
  const over = { ...owed, grant: undefined }
  const found = first && longestBreakable(first, name)
  const filled = found && fitEntry([found], lineEntry({ words: WIDE.repeat(MOST_REASON) }))
  return {
    'card of broken glass': glassCard({ ...owed, grant: isLive(grant) ? grant : undefined }),
    'card of broken glass that is over': glassCard(over),
    'requester’s card of broken glass': requesterCard(owed),
    'form to revoke': { view: revokeForm(request.id, METADATA) },
    'form to review': { view: reviewForm(longestReviewable(view, 'reviewer'), METADATA) },
    'form to write what was done': { view: reviewForm(longestReviewable(view, 'requester'), METADATA) },
    ...(found && filled
      ? {
          'form to break the glass': {
            view: emergencyForm({
              found: [found],
              unknown: Array.from({ length: 11 }, (_, index) => name(index)),
              fitted: filled,
              instead: request.id,
              confirm: 'c'.repeat(100),
            }),
          },
        }
      : {}),
  }
}

function longestReview({ request: { id, terms } }: RequestView): Review {
  return {
    state: 'owed',
    request: id,
    grant: grantIdOf(id),
    version: 1,
    requester: terms.requester,
    subject: terms.subject,
    entitlement: terms.entitlement,
    rule: terms.rule,
    openedAt: 0,
    dueAt: 1,
    reminded: 9,
    overdueAt: 1,
    account: WIDE.repeat(MOST_NOTE),
    accountAt: 1,
  }
}

function longestReviewable({ request, title }: RequestView, role: Reviewable['role']): Reviewable {
  const { id, terms, reason } = request
  const { requester, entitlement, target } = terms
  const times = { beganAt: 0, expiresAt: 1, dueAt: 2 }
  return { role, request: id, requester, entitlement, title, target, reason, account: WIDE.repeat(MOST_NOTE), ...times }
}

function longestBreakable(askable: Askable, name: (index: number) => string): Breakable {
  const names = Array.from({ length: 20 }, (_, index) => name(index))
  const rules = askable.rules.slice(0, 1).map((rule) => ({ ...rule, approval: 'none' as const }))
  return { ...askable, rules, told: names, review: { by: names, withinMs: 366 * 86_400_000 } }
}
