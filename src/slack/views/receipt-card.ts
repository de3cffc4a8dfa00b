import type { KnownBlock } from '@slack/types'
import { writeButtonValue } from '../button-value.ts'
import { ACTION } from '../ids.ts'
import { escaped, instantMark, mention } from '../markup.ts'
import { actions, button, header, type Message, message, section } from './blocks.ts'
import { factsInWords, type RequestView, typedUnder, whatFor } from './request-facts.ts'

/** What an approver is sent after his approval, in case it was not him. How the request stands, its cards say. */
export function receiptCard(view: RequestView): Message {
  const { request, receipt } = view
  const approval = request.approvals.find(({ by }) => by === receipt?.by)
  const when = approval ? `, ${instantMark(approval.at)}` : ''
  const what = `You approved ${request.id}${when}: ${mention(request.terms.requester)} asked for ${whatFor(view)} ${factsInWords(request)}.`
  const headline = receipt?.disowned ? 'That was not you' : 'You approved'
  const next = receipt?.disowned ? DISOWNED : WAS_IT_YOU
  return message(
    `${headline} (${request.id}): ${what} ${next}`,
    [`Reason: ${escaped(request.reason)}`],
    [
      header(`${headline} · ${request.id}`),
      section(what),
      ...typedUnder('Reason', request.reason),
      section(next),
      ...(receipt?.disowned ? [] : notMe(view)),
    ],
  )
}

const WAS_IT_YOU = 'Was that not you? Then press the button, also when it is over.'
const DISOWNED =
  'You said that this was not you: it was stopped, and security was told. Nothing that you approve counts until they have talked to you. Sign out of Slack everywhere, and change your password.'

function notMe({ request, copy }: RequestView): KnownBlock[] {
  const value = writeButtonValue({ request: request.id, copy, digest: request.digest })
  const confirm = {
    title: 'That was not you?',
    text: 'What this approval led to is stopped at once, security is called, and nothing that you approve counts until they have talked to you.',
    yes: 'That was not me',
    no: 'Back',
  }
  const spoken = `That was not me: stop ${request.id}`
  return [actions(button({ action: ACTION.notMe, label: 'That was not me', value, style: 'danger', spoken, confirm }))]
}
