import type { Button, KnownBlock } from '@slack/types'
import type { Grant } from '../../core/grant.ts'
import { isLive } from '../../core/grant.ts'
import { warnAt } from '../../core/granting.ts'
import type { Request } from '../../core/request.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark } from '../markup.ts'
import { waitsFor } from './approvers.ts'
import { askedInWords, isAnybodyAsked } from './asked.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
import { timeLeft } from './duration-words.ts'
import { accountButton, reviewWords } from './glass-card.ts'
import {
  aboutLink,
  denyNote,
  factsInWords,
  heldAnyhow,
  type RequestView,
  requestFacts,
  spokenDetails,
  typedUnder,
  whatFor,
} from './request-facts.ts'
import { type Standing, standingOf } from './standing.ts'

/** The requester's own card, in a direct message. */
export function requesterCard(view: RequestView): Message {
  const { request, notice } = view
  const { headline, line } = endingSoon(view) ?? standingOf(request, view.grant, view)
  const next = nextStep(view)
  const essentials = `${headline} (${request.id}): ${whatFor(view)} ${factsInWords(request)}. ${line} ${next}`
  return message(essentials.trim(), spokenDetails(view, 'Your reason'), [
    header(`${headline} · ${request.id}`),
    section(`You asked for ${whatFor(view)}`),
    requestFacts(request),
    ...typedUnder('Your reason', request.reason),
    ...aboutLink(request),
    section(`${line} ${next}`.trim()),
    ...typedUnder('Why it was denied', denyNote(request)),
    ...(view.review ? [context(reviewWords(view))] : []),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
  ])
}

/** When a fifth of the time is left: how much that is, in words, and until when. */
function endingSoon({ grant, now }: RequestView): Standing | undefined {
  if (grant?.state !== 'active' || now < warnAt(grant)) return undefined
  const left = `${timeLeft(grant.expiresAt, now)} left`
  return { headline: 'Ends soon', line: `*Ends soon: ${left}, until ${instantMark(grant.expiresAt)}.*` }
}

/** What the requester can do now. */
function nextStep(view: RequestView): string {
  const { request, grant } = view
  switch (request.state) {
    case 'pending':
      return waitingWords(view)
    case 'approved':
      return grant?.state === 'active' && grant.extendedBy === null
        ? 'Done early? Press “End now”. Need longer? Press “Extend” before it ends.'
        : ''
    case 'lapsed':
      return 'You can ask again.'
    case 'denied':
    case 'cancelled':
      return ''
  }
}

/** For whom he waits, who was asked, and who comes next. */
function waitingWords(view: RequestView): string {
  const { request, asking, now, frozen } = view
  if (frozen) return 'Security was told: ask them.'
  const names = waitsFor(request, now)
  const words = [
    `Waiting for ${names}. If it is urgent, call one of them.`,
    heldAnyhow(view),
    asking ? askedInWords(asking) : '',
  ]
  return words.filter((part) => part !== '').join(' ')
}

/** What he can do but wait: have them reminded, or break the glass. */
function moreThanWaiting({ request, asking, canBreakGlass }: RequestView, value: string): Button[] {
  const nudge = button({ action: ACTION.nudge, label: 'Remind them', value, spoken: `Remind them of ${request.id}` })
  const spoken = `Make it an emergency: break the glass instead of ${request.id}`
  const label = 'Make it an emergency'
  const emergency = button({ action: ACTION.makeEmergency, label, value, style: 'danger', spoken })
  return [...(asking && isAnybodyAsked(asking) ? [nudge] : []), ...(canBreakGlass ? [emergency] : [])]
}

function buttons(view: RequestView): KnownBlock[] {
  const { request, grant, copy } = view
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  if (request.state === 'pending') {
    const cancel = button({ action: ACTION.cancel, label: 'Cancel', value, spoken: `Cancel ${request.id}` })
    return [actions(...moreThanWaiting(view, value), cancel)]
  }
  if (grant?.state === 'revoked' && grant.cause === 'extended') return rowOf(accountButton(view))
  if (isOver(request, grant)) {
    const spoken = `Ask again for the same as in ${request.id}`
    const again = button({ action: ACTION.requestAgain, label: 'Ask again', value, spoken })
    return rowOf([...accountButton(view), again])
  }
  if (!isLive(grant)) return []
  const spoken = `End now: give back what ${request.id} gave`
  const end = button({ action: ACTION.endEarly, label: 'End now', value, style: 'danger', spoken })
  if (grant.state !== 'active' || grant.extendedBy !== null) return [actions(end)]
  const more = `Extend ${request.id}: ask for more time`
  return [actions(end, button({ action: ACTION.extend, label: 'Extend', value, spoken: more }))]
}

function rowOf(buttons: readonly Button[]): KnownBlock[] {
  return buttons.length === 0 ? [] : [actions(...buttons)]
}

/** Whether nothing more comes of it, also while a failed grant is still being cleared away. */
function isOver(request: Request, grant: Grant | undefined): boolean {
  if (request.state !== 'approved') return request.state !== 'pending'
  return (
    grant?.state === 'revoked' ||
    (grant?.state === 'revoking' && grant.cause === 'grant-failed' && grant.stuckAt === null)
  )
}
