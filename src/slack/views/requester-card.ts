import type { KnownBlock } from '@slack/types'
import type { Grant } from '../../core/grant.ts'
import { isLive } from '../../core/grant.ts'
import { warnAt } from '../../core/granting.ts'
import type { Request } from '../../core/request.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark } from '../markup.ts'
import { approverNames } from './approvers.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
import { timeLeft } from './duration-words.ts'
import {
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
  const { headline, line } = endingSoon(view) ?? standingOf(request, view.grant)
  const next = nextStep(view)
  const essentials = `${headline} (${request.id}): ${whatFor(view)} ${factsInWords(request)}. ${line} ${next}`
  return message(essentials.trim(), spokenDetails(view, 'Your reason'), [
    header(`${headline} · ${request.id}`),
    section(`You asked for ${whatFor(view)}`),
    requestFacts(request),
    ...typedUnder('Your reason', request.reason),
    section(`${line} ${next}`.trim()),
    ...typedUnder('Why it was denied', denyNote(request)),
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
      return `Waiting for ${approverNames(request.terms)}. If it is urgent, call one of them. ${heldAnyhow(view)}`.trim()
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

function buttons({ request, grant, copy }: RequestView): KnownBlock[] {
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  if (request.state === 'pending') {
    return [actions(button({ action: ACTION.cancel, label: 'Cancel', value, spoken: `Cancel ${request.id}` }))]
  }
  if (grant?.state === 'revoked' && grant.cause === 'extended') return []
  if (isOver(request, grant)) {
    const spoken = `Ask again for the same as in ${request.id}`
    return [actions(button({ action: ACTION.requestAgain, label: 'Ask again', value, spoken }))]
  }
  if (!isLive(grant)) return []
  const spoken = `End now: give back what ${request.id} gave`
  const end = button({ action: ACTION.endEarly, label: 'End now', value, style: 'danger', spoken })
  if (grant.state !== 'active' || grant.extendedBy !== null) return [actions(end)]
  const more = `Extend ${request.id}: ask for more time`
  return [actions(end, button({ action: ACTION.extend, label: 'Extend', value, spoken: more }))]
}

/** Whether nothing more comes of it, also while a failed grant is still being cleared away. */
function isOver(request: Request, grant: Grant | undefined): boolean {
  if (request.state !== 'approved') return request.state !== 'pending'
  return (
    grant?.state === 'revoked' ||
    (grant?.state === 'revoking' && grant.cause === 'grant-failed' && grant.stuckAt === null)
  )
}
