import { hash } from 'node:crypto'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Whole nights, browsers, and hundreds of processes. */
const SLOW = /\/(?:demo|journeys|survive)\/|\/adapters\/.*conformance|\/cli\/commands/

/** Begins with the slow files, lest one worker is left with one: a fresh checkout has no run that tells which they are. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shuffle, seed } = this.ctx.config.sequence
    if (shuffle) return files.toSorted(by(({ moduleId }) => hash('sha1', `${seed} ${moduleId}`)))
    return (await super.sort(files)).toSorted(by(({ moduleId }) => (SLOW.test(moduleId) ? '1' : '2')))
  }
}

function by(key: (file: TestSpecification) => string) {
  return (one: TestSpecification, other: TestSpecification) => key(one).localeCompare(key(other))
}
