import type { Request } from '../../src/core/request.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import { newsMessage } from '../../src/slack/views/news.ts'
import { receiptCard } from '../../src/slack/views/receipt-card.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import { shortenForm } from '../../src/slack/views/shorten-form.ts'
import { NIGHT } from '../support/make.ts'
import type { Drawing } from './drawings.ts'

const SHORTER = { subject: 'lee@example.com', by: 'U0LEE', name: 'Lee', at: NIGHT, groups: ['leads'], ttlMs: 60_000 }

/** A request whose time was shortened, that somebody distrusts, or an approval of which was not real. */
export function drawTrust(view: RequestView): Drawing[] {
  const request: Request = { ...view.request, approvals: [SHORTER] }
  const shortened = { ...view, request, leastMs: 1_000 }
  const distrusted = { ...shortened, frozen: true, uncounted: ['U0LEE'] }
  const receipt = (disowned: boolean) => receiptCard({ ...shortened, receipt: { by: 'U0LEE', disowned } })
  const news = newsMessage('granted', shortened, '/breakglass')
  return [
    { kind: 'shortened card', sent: approvalCard(shortened) },
    { kind: 'requester’s shortened card', sent: requesterCard(shortened) },
    { kind: 'frozen card', sent: approvalCard(distrusted) },
    { kind: 'requester’s frozen card', sent: requesterCard(distrusted) },
    { kind: 'receipt', sent: receipt(false) },
    { kind: 'disowned receipt', sent: receipt(true) },
    ...(news ? [{ kind: 'shortened news', sent: news }] : []),
    ...(request.state === 'pending'
      ? [{ kind: 'form to approve shorter', sent: shortenForm(request, [30_000, 1_000], 'm') }]
      : []),
  ]
}
