import type { Button, KnownBlock } from '@slack/types'
import { isLive } from '../../core/grant.ts'
import type { RequestId } from '../../core/ids.ts'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { approverNames, called, whoMayApprove } from './approvers.ts'
import { actions, button, clip, context, header, type Message, message, section } from './blocks.ts'
import { shorterTimes } from './request-choices.ts'
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
import { standingOf } from './standing.ts'

/** Those who come later are called by name up to so many: they are a step's people in one thread. */
const MOST_CALLED_LATER = 25

/** The message approvers see, redrawn whole after every change. */
export function approvalCard(view: RequestView): Message {
  const { request, notice } = view
  const { headline, line } = standingOf(request, view.grant, view)
  const who = mention(request.terms.requester)
  const ask = request.state === 'pending' ? `${pleaseDecide(view)} ${line} ${heldAnyhow(view)}`.trim() : line
  const asks = `${who} ${request.state === 'pending' ? 'asks' : 'asked'} for ${whatFor(view)}`
  const essentials = `${headline} (${request.id}): ${asks} ${factsInWords(request)}. ${ask}`
  return message(essentials, spokenDetails(view, 'Reason'), [
    header(`${headline} · ${request.id}`),
    section(asks),
    requestFacts(request),
    ...typedUnder('Reason', request.reason),
    ...aboutLink(request),
    section(ask),
    ...typedUnder('Why it was denied', denyNote(request)),
    ...(notice === undefined ? [] : [context(escaped(clip(notice, 500)))]),
    ...buttons(view),
    context(`Asked ${instantMark(request.openedAt)}`),
  ])
}

/** Whoever is only told reads who may decide. */
function pleaseDecide({ request, step, now, frozen }: RequestView): string {
  if (frozen) return ''
  if (!step) return `${whoMayApprove(request, now)}: please decide.`
  if (!step.decides) return `For your information: nobody has decided yet. Who may: ${approverNames(request, now)}.`
  const groups = called(step.groups, request, MOST_CALLED_LATER)
  return `${groups}: please decide. You are asked as well because those who were asked first have not decided.`
}

function buttons(view: RequestView): KnownBlock[] {
  const { request, grant, copy, step } = view
  if (step && !step.decides) return []
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  if (request.state === 'pending') {
    const deny = button({ action: ACTION.deny, label: 'Deny', value, style: 'danger', spoken: `Deny ${request.id}` })
    return [actions(...approveButtons(view, value), deny, looksWrongButton(request.id, value))]
  }
  if (!isLive(grant)) return []
  const given = `End now: whoever asked gives back what ${request.id} gave`
  const end = button({ action: ACTION.endEarly, label: 'End now', value, spoken: given })
  const nobodyDecides = request.terms.approvers.length === 0
  if (nobodyDecides) return [actions(end)]
  const spoken = `Deny and take away what ${request.id} gave`
  const deny = button({ action: ACTION.deny, label: 'Deny and take away', value, style: 'danger', spoken })
  return [actions(deny, end, looksWrongButton(request.id, value))]
}

/** Nobody can approve while the requester is frozen; shorter only where there is anything shorter. */
function approveButtons({ request, frozen, leastMs }: RequestView, value: string): Button[] {
  if (frozen) return []
  const { approve, approveShorter } = ACTION
  const whole = button({ action: approve, label: 'Approve', value, style: 'primary', spoken: `Approve ${request.id}` })
  const spoken = `Approve shorter… than asked: ${request.id}`
  const shorter = button({ action: approveShorter, label: 'Approve shorter…', value, spoken })
  return shorterTimes(request, leastMs).length > 0 ? [whole, shorter] : [whole]
}

function looksWrongButton(id: RequestId, value: string): Button {
  const confirm = {
    title: 'Does this look wrong?',
    text: 'It is stopped at once, nothing more is given to whoever asked, and security is called. Only security learns that it was you.',
    yes: 'It looks wrong',
    no: 'Back',
  }
  const spoken = `Looks wrong: stop ${id} and call security`
  return button({ action: ACTION.looksWrong, label: 'Looks wrong', value, style: 'danger', spoken, confirm })
}
