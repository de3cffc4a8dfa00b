import type { KnownBlock } from '@slack/types'
import { isLive } from '../../core/grant.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { whoMayApprove } from './approvers.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
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
import { standingOf } from './standing.ts'

/** The message approvers see, redrawn whole after every change. */
export function approvalCard(view: RequestView): Message {
  const { request, notice } = view
  const { headline, line } = standingOf(request, view.grant)
  const who = mention(request.terms.requester)
  const ask =
    request.state === 'pending'
      ? `${whoMayApprove(request.terms)}: please decide. ${line} ${heldAnyhow(view)}`.trim()
      : line
  const asks = `${who} ${request.state === 'pending' ? 'asks' : 'asked'} for ${whatFor(view)}`
  const essentials = `${headline} (${request.id}): ${asks} ${factsInWords(request)}. ${ask}`
  return message(essentials, spokenDetails(view, 'Reason'), [
    header(`${headline} · ${request.id}`),
    section(asks),
    requestFacts(request),
    ...typedUnder('Reason', request.reason),
    section(ask),
    ...typedUnder('Why it was denied', denyNote(request)),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
    context(`Asked ${instantMark(request.openedAt)}`),
  ])
}

function buttons({ request, grant, copy }: RequestView): KnownBlock[] {
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  if (request.state === 'pending') {
    return [
      actions(
        button({ action: ACTION.approve, label: 'Approve', value, style: 'primary', spoken: `Approve ${request.id}` }),
        button({ action: ACTION.deny, label: 'Deny', value, style: 'danger', spoken: `Deny ${request.id}` }),
      ),
    ]
  }
  const nobodyDecides = request.terms.approvers.length === 0
  if (nobodyDecides || !isLive(grant)) return []
  const spoken = `Deny and take away what ${request.id} gave`
  return [actions(button({ action: ACTION.deny, label: 'Deny and take away', value, style: 'danger', spoken }))]
}
