import type { ModalView } from '@slack/types'
import type { RequestId, SlackId } from '../../core/ids.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { Extendable } from '../../operations/operations.ts'
import { readButtonValue } from '../button-value.ts'
import type { PressBody } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type FormDeps, openModal, type Wish } from '../open-modal.ts'
import { closedExtendForm, extendForm, loadingExtendForm } from '../views/extend-form.ts'
import type { MoreEntry } from './entry.ts'

/** Opens the form to ask for more time. Never throws. */
export async function openExtendForm(deps: FormDeps, wish: Wish, entry: MoreEntry): Promise<void> {
  await openModal(deps, wish, { loading: loadingExtendForm(), draw: () => formFor(deps, wish.by, entry) })
}

/** Somebody pressed Extend on the card of what he has. */
export async function pressExtend(deps: FormDeps, wish: Wish, { value }: PressBody): Promise<void> {
  const request = readButtonValue(value)?.request ?? 'R-000000' // which nobody has: he is told so
  await openExtendForm(deps, wish, { request, ttlMs: undefined, words: '', faults: {} })
}

async function formFor(deps: FormDeps, by: SlackId, entry: MoreEntry): Promise<ModalView> {
  const found = await extendableFor(deps, by, entry.request)
  return found.ok
    ? extendForm(found.value, entry, deps.clock.now())
    : closedExtendForm(sentence(found.refusal.sentence))
}

/** What can be extended. A fault is logged, and told as a refusal. */
async function extendableFor(deps: FormDeps, by: SlackId, request: RequestId): Promise<Result<Extendable>> {
  try {
    return await deps.operations.extendable(by, request)
  } catch (error) {
    deps.log.error({ err: error, request }, 'whether something can be extended could not be found out')
    return refuse(
      'broken',
      'Something broke here. Try again in a minute, or type the command with: extend ID TTL REASON',
    )
  }
}
