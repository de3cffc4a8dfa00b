import type { Remark } from '../operations/listing.ts'
import type { Format, Io } from './io.ts'

const LOOKS: Readonly<Record<Remark['level'], Format>> = { fault: 'red', finding: 'yellow', ok: 'green' }

/** Prints what was found, a line each, with what to do below it. */
export function printRemarks(io: Io, remarks: readonly Remark[]): void {
  for (const { level, where, what, fix } of remarks) {
    io.out(`${io.style(LOOKS[level], level)}: ${where}: ${what}`)
    if (fix !== null) io.out(`    ${fix}`)
  }
}

/** `2 faults, 1 finding, 12 ok` */
export function countRemarks(remarks: readonly Remark[]): string {
  const count = (level: Remark['level']) => remarks.filter((remark) => remark.level === level).length
  const several = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
  return `${several(count('fault'), 'fault')}, ${several(count('finding'), 'finding')}, ${count('ok')} ok`
}
