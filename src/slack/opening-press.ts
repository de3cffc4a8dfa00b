import { pressDeny } from './deny-press.ts'
import { makeEmergency } from './emergency-form/opening.ts'
import { pressExtend } from './extend-form/opening.ts'
import { ACTION } from './ids.ts'
import type { PressBody } from './inbox-body.ts'
import type { FormDeps, Wish } from './open-modal.ts'
import { lineEntry } from './request-form/entry.ts'
import { askAgain, openForm } from './request-form/opening.ts'
import { pressReview } from './review-form/opening.ts'
import { pressRevoke } from './revoke-press.ts'
import { pressShorten } from './shorten-form/opening.ts'

/** A press that opens a modal, if Slack lets it. */
export interface OpeningPress {
  /** The inbox id, if it has to be stored after all. */
  readonly id: string
  readonly body: PressBody
  readonly trigger: string
}

/** Buttons that open a modal: nothing is stored unless it does not open. None of them throws. */
export const OPENING: ReadonlyMap<string, (deps: FormDeps, press: OpeningPress) => Promise<void>> = new Map([
  [ACTION.deny, pressDeny],
  [ACTION.approveShorter, pressShorten],
  [ACTION.revoke, pressRevoke],
  [ACTION.review, (deps: FormDeps, press: OpeningPress) => pressReview(deps, wishOf(press), press.body)],
  [ACTION.makeEmergency, (deps: FormDeps, press: OpeningPress) => makeEmergency(deps, wishOf(press), press.body)],
  [ACTION.extend, (deps: FormDeps, press: OpeningPress) => pressExtend(deps, wishOf(press), press.body)],
  [ACTION.openRequest, (deps: FormDeps, press: OpeningPress) => openForm(deps, wishOf(press), lineEntry({}))],
  [ACTION.requestAgain, (deps: FormDeps, press: OpeningPress) => askAgain(deps, wishOf(press), press.body)],
])

function wishOf({ id, body, trigger }: OpeningPress): Wish {
  return { by: body.user, trigger, sent: { id, kind: 'press', body } }
}
