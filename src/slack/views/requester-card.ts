import type { KnownBlock } from '@slack/types'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped } from '../markup.ts'
import { approverNames } from './approvers.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
import {
  denyNote,
  factsInWords,
  type RequestView,
  requestFacts,
  spokenDetails,
  typedUnder,
  whatIsAsked,
} from './request-facts.ts'
import { standingOf } from './standing.ts'

/** The requester's own card, in a direct message. */
export function requesterCard(view: RequestView): Message {
  const { request, notice } = view
  const { headline, line } = standingOf(request, view.grant)
  const next = nextStep(view)
  const essentials = `${headline} (${request.id}): ${whatIsAsked(view)} ${factsInWords(request)}. ${line} ${next}`
  return message(essentials.trim(), spokenDetails(view, 'Your reason'), [
    header(`${headline} · ${request.id}`),
    section(`You asked for *${whatIsAsked(view)}*`),
    requestFacts(request),
    ...typedUnder('Your reason', request.reason),
    section(`${line} ${next}`.trim()),
    ...typedUnder('Why it was denied', denyNote(request)),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
  ])
}

/** What the requester can do now. */
function nextStep({ request, grant }: RequestView): string {
  switch (request.state) {
    case 'pending':
      return `Waiting for ${approverNames(request.terms)}. If it is urgent, call one of them.`
    case 'approved':
      return grant?.state === 'active' ? 'Done early? Press “End now”.' : ''
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
  if (grant?.state !== 'granting' && grant?.state !== 'active') return []
  const spoken = `End ${request.id} now and give the access back`
  return [actions(button({ action: ACTION.endEarly, label: 'End now', value, style: 'danger', spoken }))]
}
