import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import type { Path } from '../tree.ts'

/** Says which features are configured that this version only reads. */
export function findUnacted({ rules, breakGlass }: Draft, report: Report): void {
  const say = (path: Path, what: string) => report.finding(path, `is read, but ${what} in this version`, 'key')
  for (const [name, { remind, escalate }] of rules.entries) {
    if (remind !== undefined) say(['rules', name, 'remind'], 'nobody is reminded')
    if (escalate) say(['rules', name, 'escalate'], 'nobody is told at these steps')
  }
  if (breakGlass.entries.size > 0) say(['break_glass'], 'the glass cannot be broken')
}
