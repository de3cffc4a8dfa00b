import { type Draft, isMapping, type Section, type Written } from '../draft.ts'
import type { Report } from '../report.ts'
import { didYouMean } from '../suggest.ts'
import type { Path } from '../tree.ts'

interface Reference {
  readonly path: Path
  readonly name: string
}

/** Everything that is named must be there; what nobody names is worth a finding. Reads faulty entries, too. */
export function checkReferences(draft: Draft, report: Report): void {
  const { groups, targets, rules, breakGlass, entitlements } = draft
  const named = (...keys: string[]) => referencesOf(['entitlements'], entitlements, [keys])
  match('group', 'groups', groups, groupReferences(draft), report)
  match('target', 'targets', targets, named('target'), report)
  match('rule', 'rules', rules, named('rules'), report)
  match('break-glass rule', 'break_glass', breakGlass, named('break_glass'), report)
}

function groupReferences({ people, rules, breakGlass }: Draft): Reference[] {
  return [
    ...names(['people', 'security'], people.security),
    ...referencesOf(['rules'], rules, [['requesters'], ['approvers'], ['approvers', 'from']]),
    ...referencesOf(['rules'], rules, [['escalate', 'to']]).filter(({ name }) => !isId(name)),
    ...referencesOf(['break_glass'], breakGlass, [['requesters'], ['notify'], ['review', 'by']]),
  ]
}

/** Steps may name people and channels, too. */
function isId(name: string): boolean {
  return /^[UWCG][A-Z0-9]+$/.test(name)
}

/** What the entries of a part name at some of their keys. */
function referencesOf(part: Path, { written }: Section<unknown>, keys: readonly Path[]): Reference[] {
  return [...(written ?? [])].flatMap(([name, entry]) => keys.flatMap((key) => under([...part, name], entry, key)))
}

function under(path: Path, value: unknown, [key, ...deeper]: Path): Reference[] {
  if (key === undefined) return names(path, value)
  if (Array.isArray(value)) return value.flatMap((item, index) => under([...path, index], item, [key, ...deeper]))
  return isMapping(value) ? under([...path, key], (value as Written)[String(key)], deeper) : []
}

function names(path: Path, value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => names([...path, index], item))
  return typeof value === 'string' ? [{ path, name: value }] : []
}

function match(
  what: string,
  part: string,
  section: Section<unknown>,
  references: readonly Reference[],
  report: Report,
) {
  if (!section.written) return
  const known = [...section.written.keys()]
  for (const { path, name } of references.filter((reference) => !known.includes(reference.name))) {
    const instead = known.length > 0 ? `: known are ${known.join(', ')}` : `: there are none under \`${part}\``
    report.fault(path, `there is no ${what} “${name}”${didYouMean(name, known) || instead}`)
  }
  const used = new Set(references.map(({ name }) => name))
  for (const name of known.filter((one) => !used.has(one)))
    report.finding([part, name], `nothing uses this ${what}`, 'key')
}
