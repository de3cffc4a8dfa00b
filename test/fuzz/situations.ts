import type { Grant } from '../../src/core/grant.ts'
import type { Request } from '../../src/core/request.ts'
import { UNNAMED } from '../../src/core/revoking.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { makeActive, makeGranting, makeRevoking, NIGHT } from '../support/make.ts'

const LEE = { subject: 'lee@example.com', by: 'U0LEE', name: 'Lee', at: NIGHT, groups: ['leads'], ttlMs: null }
const { stuckAt: _1, goneAt: _2, round: _3, ...ended } = makeRevoking()

type Situation = (request: Request, note: string) => Pick<RequestView, 'request' | 'grant' | 'extended'>

const granted =
  (grant: Grant): Situation =>
  (request) => {
    const { id, terms } = request
    const approved: Request = { ...request, state: 'approved', approvedAt: NIGHT, approvals: [LEE] }
    return { request: approved, grant: { ...grant, request: id, subject: terms.subject, account: terms.account } }
  }

/** Every state that a card can show. */
export const SITUATIONS: readonly Situation[] = [
  (request) => ({ request, grant: undefined }),
  (request) => ({ request, grant: undefined, extended: makeActive() }),
  (request, note) => {
    const denied: Request = {
      ...request,
      state: 'denied',
      deniedAt: NIGHT,
      by: 'U0LEE',
      byName: 'Lee',
      note,
      looksWrong: false,
    }
    return { request: denied, grant: undefined }
  },
  (request, note) => {
    const facts = { state: 'denied', deniedAt: NIGHT, by: 'U0LEE', byName: 'Lee', note } as const
    return { request: { ...request, ...facts, looksWrong: true }, grant: undefined }
  },
  ...(['requester', 'leaver', 'emergency', 'disowned'] as const).map((why): Situation => {
    return (request) => ({ request: { ...request, state: 'cancelled', cancelledAt: NIGHT, why }, grant: undefined })
  }),
  (request) => ({ request: { ...request, state: 'lapsed', lapsedAt: NIGHT, cause: 'too-late' }, grant: undefined }),
  (request) => ({
    request: { ...request, state: 'lapsed', lapsedAt: NIGHT, cause: 'terms-changed' },
    grant: undefined,
  }),
  granted(makeGranting()),
  granted(makeActive()),
  granted(makeRevoking({ cause: 'revoked-by', by: 'cli:*root*' })),
  granted(makeRevoking({ cause: 'revoked-by', by: UNNAMED })),
  granted(makeRevoking({ stuckAt: NIGHT })),
  granted(makeRevoking({ cause: 'grant-failed', activeAt: null })),
  granted({ ...ended, state: 'revoked', revokedAt: NIGHT, detail: 'confirmed' }),
  granted({ ...ended, state: 'revoked', revokedAt: NIGHT, detail: 'released' }),
]
