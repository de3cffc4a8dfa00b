import type { ModalView } from '@slack/types'
import type { SlackId } from '../../core/ids.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { Askable } from '../../operations/operations.ts'
import { readButtonValue } from '../button-value.ts'
import { dispatch } from '../dispatch.ts'
import { type InboxDeps, receive, type Sent } from '../inbox.ts'
import type { PressBody } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import type { Modals } from '../modals.ts'
import { closedForm, loadingForm, nothingToAskFor, requestForm } from '../views/request-form.ts'
import { type Entry, earlierEntry } from './entry.ts'
import { fitEntry } from './fit.ts'

const NOT_YOURS = 'Only the person who asked for this can ask for it again. For yourself, type the command alone.'

export interface FormDeps extends InboxDeps {
  readonly modals: Modals
}

/** Somebody who wants the form: by a command or a press, which is stored only if the form does not open. */
export interface Wish {
  readonly by: SlackId
  readonly trigger: string
  readonly sent: Sent
}

/** Opens the form at once, and fills it in when it is known what the person may ask for. Never throws. */
export async function openForm(deps: FormDeps, { by, trigger, sent }: Wish, entry: Entry): Promise<void> {
  try {
    const opened = await deps.modals.open(trigger, loadingForm())
    if (opened === 'twice') return
    if (opened && (await deps.modals.redraw(opened, await formFor(deps, by, entry)))) return
    const { fresh, row } = await receive(deps, sent)
    if (fresh) await dispatch(deps, row)
  } catch (error) {
    deps.log.error({ err: error, inbox: sent.id }, 'the form to ask could not be opened')
  }
}

/** Somebody pressed “Ask again” on the card of a request that is over. */
export async function askAgain(deps: FormDeps, wish: Wish, { value }: PressBody): Promise<void> {
  try {
    const button = readButtonValue(value)
    const request = button && (await deps.store.request(button.request))
    if (request?.terms.requester === wish.by) return await openForm(deps, wish, earlierEntry(request))
    const { fresh, row } = await receive(deps, wish.sent)
    if (fresh) await deps.operations.reply({ inbox: row.id, sentence: NOT_YOURS })
  } catch (error) {
    deps.log.error({ err: error, inbox: wish.sent.id }, 'a press on Ask again could not be handled')
  }
}

async function formFor(deps: FormDeps, by: SlackId, entry: Entry): Promise<ModalView> {
  const found = await askableTo(deps, by)
  if (!found.ok) return closedForm(sentence(found.refusal.sentence))
  if (found.value.length === 0) return closedForm(nothingToAskFor(deps.policy))
  return requestForm(found.value, fitEntry(found.value, entry))
}

/** What somebody may ask for. A fault is logged, and told as a refusal. */
export async function askableTo({ operations, log }: FormDeps, by: SlackId): Promise<Result<readonly Askable[]>> {
  try {
    return await operations.askable(by)
  } catch (error) {
    log.error({ err: error }, 'what somebody may ask for could not be found out')
    return refuse('broken', 'Something broke here, so I cannot say what you may ask for. Try again in a minute.')
  }
}
