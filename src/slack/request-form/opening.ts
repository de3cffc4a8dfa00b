import type { ModalView } from '@slack/types'
import type { SlackId } from '../../core/ids.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { Askable } from '../../operations/operations.ts'
import { readButtonValue } from '../button-value.ts'
import { receive } from '../inbox.ts'
import type { PressBody } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type FormDeps, openModal, type Wish } from '../open-modal.ts'
import { closedForm, loadingForm, nothingToAskFor, requestForm } from '../views/request-form.ts'
import { type Entry, earlierEntry } from './entry.ts'
import { fitEntry } from './fit.ts'

const NOT_YOURS = 'Only the person who asked for this can ask for it again. For yourself, type the command alone.'

/** Opens the form to ask for access. Never throws. */
export async function openForm(deps: FormDeps, wish: Wish, entry: Entry | Promise<Entry>): Promise<void> {
  await openModal(deps, wish, { loading: loadingForm(), draw: async () => formFor(deps, wish.by, await entry) })
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
