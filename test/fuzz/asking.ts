import { fullAsking, fullStep } from '../../src/slack/survey/full-asking.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import { newsMessage } from '../../src/slack/views/news.ts'
import { reminderMessage } from '../../src/slack/views/reminder.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import type { Drawing } from './drawings.ts'

/** What is drawn as more people are asked, and when none of them has answered. */
export function drawAsking(view: RequestView): Drawing[] {
  const { request } = view
  const asking = fullAsking(request.id)
  const lapsed = newsMessage('lapsed', { ...view, asking, canBreakGlass: true }, '/breakglass')
  return [
    { kind: 'card of a step', sent: approvalCard({ ...view, step: fullStep(true) }) },
    { kind: 'card of a step that is only told', sent: approvalCard({ ...view, step: fullStep(false) }) },
    { kind: 'requester card, asking', sent: requesterCard({ ...view, asking, canBreakGlass: true }) },
    ...(lapsed ? [{ kind: 'lapsed, unanswered', sent: lapsed }] : []),
    ...(request.state === 'pending' ? [{ kind: 'reminder', sent: reminderMessage(view, request, 'C0REQUESTS') }] : []),
  ]
}
