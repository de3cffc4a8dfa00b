import type { z } from 'zod'
import type { AdapterDefinition } from '../../adapters/contract.ts'
import type { Json } from '../../core/canonical-json.ts'
import { type Draft, isMapping } from '../draft.ts'
import type { Report } from '../report.ts'
import { checkAgainst } from '../schema-check.ts'
import { didYouMean } from '../suggest.ts'
import type { Path } from '../tree.ts'

/** The kinds of target that the bot knows. */
export type Definitions = ReadonlyMap<string, AdapterDefinition>

/** What the adapters made of their parts of the config. */
export interface Checked {
  readonly definitions: ReadonlyMap<string, AdapterDefinition>
  readonly settings: ReadonlyMap<string, unknown>
  readonly access: ReadonlyMap<string, Json>
}

/** Lets each adapter check its settings and the access on it, and says what is wrong at the right line. */
export function checkAdapters(draft: Draft, kinds: Definitions, report: Report): Checked {
  const definitions = new Map<string, AdapterDefinition>()
  const settings = new Map<string, unknown>()
  const access = new Map<string, Json>()
  for (const [name, written] of draft.targets.written ?? []) {
    const definition = kinds.get(String(written.adapter))
    if (definition) {
      definitions.set(name, definition)
      settings.set(
        name,
        checkSettings(definition.settings, written.settings ?? {}, ['targets', name, 'settings'], report),
      )
    } else if (typeof written.adapter === 'string') {
      sayUnknown(['targets', name, 'adapter'], written.adapter, kinds, report)
    }
  }
  for (const [id, written] of draft.entitlements.written ?? []) {
    const schema = definitions.get(String(written.target))?.access
    if (!schema || !isMapping(written.access)) continue // said already
    access.set(id, checkAgainst(schema, written.access, ['entitlements', id, 'access'], report) as Json)
  }
  return { definitions, settings, access }
}

/** Settings that wait for a variable are checked as far as they go, and kept as written. */
function checkSettings(schema: z.ZodType, written: unknown, path: Path, report: Report): unknown {
  if (!isMapping(written)) return undefined // said already
  return checkAgainst(schema, written, path, report) ?? (report.waits(path) ? written : undefined)
}

function sayUnknown(path: Path, kind: string, kinds: Definitions, report: Report): void {
  const known = [...kinds.keys()].join(', ')
  report.fault(path, `there is no adapter “${kind}”${didYouMean(kind, kinds.keys())}: known are ${known}`)
}
