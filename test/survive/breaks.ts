import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { actFirst } from './act-first.ts'

/** A defence that can be taken out of a copy of `src/`. */
interface Break {
  /** What the report says that it does. */
  readonly means: string
  /** Below `src/`. */
  readonly file: string
  readonly there: string
  readonly instead: string
}

/** Each of them must make the proof fail. */
export const BREAKS = {
  'early-write': {
    means: 'the grant row, and with it its end, is written only after the target was called',
    file: 'operations/commit.ts',
    there:
      "export async function commit({ store, reached }: Pick<Deps, 'store' | 'reached'>, change: Change): Promise<void> {",
    instead: `import { ${actFirst.name} } from '../../test/survive/act-first.ts'
export async function commit(deps: Pick<Deps, 'store' | 'reached'>, asked: Change): Promise<void> {
  const { store, reached } = deps
  const change = asked === nothing ? asked : await actFirst(deps, asked)`,
  },
  'keep-claims': {
    means: 'claims of a dead process are not voided at the start',
    file: 'app.ts',
    there: 'await store.voidClaims(clock.now())',
    instead: '',
  },
  'acknowledge-first': {
    means: 'a press is acknowledged before it is stored',
    file: 'slack/listeners.ts',
    there: "  const received = await tryToReceive(deps, { id, kind: 'press', body })",
    instead: `  await acknowledge(deps, ack)
  const received = await tryToReceive(deps, { id, kind: 'press', body })`,
  },
  'no-announce': {
    means: 'a grant call is not announced, so nobody knows after a crash that it may still take effect',
    file: 'operations/deliver-grant.ts',
    there: "now.state === 'granting' ? announceCall(holding, callEndsAt, quietMs) : nothing,",
    instead: 'nothing,',
  },
} as const satisfies Record<string, Break>

export type BreakName = keyof typeof BREAKS

export function isBreak(name: string): name is BreakName {
  return Object.hasOwn(BREAKS, name)
}

/** Takes the defence out of the copy of the tree at `root`. @throws when the text to replace is not there any more */
export async function takeOut(name: BreakName, root: string): Promise<void> {
  const { file, there, instead } = BREAKS[name]
  const path = join(root, 'src', file)
  const source = await readFile(path, 'utf8')
  if (!source.includes(there)) throw new Error(`${file} has changed: the break “${name}” finds nothing in it`)
  await writeFile(
    path,
    source.replace(there, () => instead),
  )
}
