import type { ModalView } from '@slack/types'
import type { SlackId } from '../core/ids.ts'
import { dispatch } from './dispatch.ts'
import { type InboxDeps, receive, type Sent } from './inbox.ts'
import type { Modals } from './modals.ts'

export interface FormDeps extends InboxDeps {
  readonly modals: Modals
}

/** Somebody who wants a form: by a command or a press, which is stored only if the form does not open. */
export interface Wish {
  readonly by: SlackId
  readonly trigger: string
  readonly sent: Sent
}

/** Opens a form at once, and draws it when it is known what shall stand in it. Never throws. */
export async function openModal(
  deps: FormDeps,
  { trigger, sent }: Wish,
  { loading, draw }: { readonly loading: ModalView; readonly draw: () => Promise<ModalView> },
): Promise<void> {
  try {
    const opened = await deps.modals.open(trigger, loading)
    if (opened === 'twice') return
    if (opened && (await deps.modals.redraw(opened, await draw()))) return
    const { fresh, row } = await receive(deps, sent)
    if (fresh) await dispatch(deps, row)
  } catch (error) {
    deps.log.error({ err: error, inbox: sent.id }, 'a form could not be opened')
  }
}
