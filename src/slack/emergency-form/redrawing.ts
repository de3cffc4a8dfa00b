import { INPUT } from '../ids.ts'
import type { FormDeps } from '../open-modal.ts'
import type { FormChoice } from '../payload.ts'
import { formEntry } from '../request-form/entry.ts'
import { fitEntry } from '../request-form/fit.ts'
import { menusToReset } from '../request-form/redrawing.ts'
import { emergencyForm } from '../views/emergency-form.ts'
import { withoutMenus } from '../views/request-form.ts'
import { readGlassMetadata } from './metadata.ts'
import { breakableBy } from './opening.ts'

/** Somebody chose an entitlement in the open form: what depends on it is drawn anew. Never throws. */
export async function redrawEmergencyForm(deps: FormDeps, choice: FormChoice, isNewest: () => boolean): Promise<void> {
  const { user, view: id, values, metadata } = choice
  const broken = await breakableBy(deps, user)
  if (!broken.ok || broken.value.found.length === 0 || !isNewest()) return // told when the form is submitted
  const { instead, rest } = readGlassMetadata(metadata)
  const fitted = fitEntry(broken.value.found, formEntry(values, rest))
  const form = emergencyForm({ ...broken.value, fitted, instead, confirm: values[INPUT.confirm] ?? '' })
  const gone = menusToReset(choice, fitted)
  if (gone.length > 0) await deps.modals.redraw({ id }, withoutMenus(form, gone))
  await deps.modals.redraw({ id }, form)
}
