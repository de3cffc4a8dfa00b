import { formatDuration } from '../../core/duration.ts'
import { INPUT } from '../ids.ts'
import type { FormDeps } from '../open-modal.ts'
import type { FormChoice } from '../payload.ts'
import { requestForm, withoutMenus } from '../views/request-form.ts'
import { formEntry } from './entry.ts'
import { type Fitted, fitEntry } from './fit.ts'
import { askableTo } from './opening.ts'

/** Somebody chose an entitlement or a purpose in the open form: what depends on it is drawn anew. Never throws. */
export async function redrawForm(deps: FormDeps, choice: FormChoice, isNewest: () => boolean): Promise<void> {
  const { user, view: id, values, metadata } = choice
  const found = await askableTo(deps, user)
  if (!found.ok || found.value.length === 0 || !isNewest()) return // told when the form is submitted
  const fitted = fitEntry(found.value, formEntry(values, metadata))
  const form = requestForm(found.value, fitted)
  const gone = menusToReset(choice, fitted)
  if (gone.length > 0) await deps.modals.redraw({ id }, withoutMenus(form, gone))
  await deps.modals.redraw({ id }, form)
}

/** Menus whose choice is not what the form will show. */
export function menusToReset({ values }: FormChoice, { purpose, ttlMs }: Fitted): string[] {
  const shown = { [INPUT.purpose]: purpose, [INPUT.ttl]: ttlMs === undefined ? undefined : formatDuration(ttlMs) }
  return Object.entries(shown).flatMap(([id, value]) => (values[id] && values[id] !== value ? [id] : []))
}

/** Redraws of open forms: those of one form never overlap, and one that is overtaken is left out. */
export class Redraws {
  readonly #newest = new Map<string, number>()
  readonly #last = new Map<string, Promise<void>>()

  /** @param draw never throws */
  async add({ view, at }: FormChoice, draw: (isNewest: () => boolean) => Promise<void>): Promise<void> {
    if (at < (this.#newest.get(view) ?? 0)) return
    this.#newest.set(view, at)
    const isNewest = () => this.#newest.get(view) === at
    const before = this.#last.get(view)
    const mine = (async () => {
      await before
      if (isNewest()) await draw(isNewest)
    })()
    this.#last.set(view, mine)
    await mine
    if (this.#last.get(view) !== mine) return
    this.#last.delete(view)
    this.#newest.delete(view)
  }
}
