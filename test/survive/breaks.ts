import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Label } from '../../src/operations/labels.ts'
import { actFirst } from './act-first.ts'
import type { AdapterKind } from './targets/target.ts'
import type { Foul } from './weather.ts'

/** A defence that can be taken out of a copy of `src/`. */
export interface Break {
  /** What the report says that it does. */
  readonly means: string
  /** Below `src/`. */
  readonly file: string
  readonly there: string
  readonly instead: string
  /** Each of these adapters alone must make the loss noticed; all together, if none is named. */
  readonly on?: readonly AdapterKind[]
  /** The weather that shows it soonest; all kinds, if none is named. */
  readonly weather?: readonly Foul[]
  /** The point at which a death shows it. */
  readonly at?: Label
}

/** Each of them must make the proof fail. */
export const BREAKS = {
  'early-write': {
    means: 'the grant row, and with it its end, is written only after the target was called',
    file: 'operations/commit.ts',
    there: `export async function commit(
  { store, reached }: Pick<Deps, 'reached'> & { readonly store: Pick<Deps['store'], 'commit'> },
  change: Change,
): Promise<void> {`,
    instead: `import { ${actFirst.name} } from '../../test/survive/act-first.ts'
export async function commit(
  deps: Pick<Deps, 'reached'> & { readonly store: Pick<Deps['store'], 'commit'> },
  asked: Change,
): Promise<void> {
  const { store, reached } = deps
  const change = asked === nothing ? asked : await actFirst(deps, asked)`,
  },
  'acknowledge-first': {
    means: 'a press is acknowledged before it is stored',
    file: 'slack/listeners.ts',
    there: "  const received = await tryToReceive(deps, { id, kind: 'press', body })",
    instead: `  await acknowledge(deps, ack)
  const received = await tryToReceive(deps, { id, kind: 'press', body })`,
    at: 'inbox.acknowledged',
  },
  'no-announce': {
    means: 'a grant call is not announced, so nobody knows after a crash that it may still take effect',
    file: 'operations/deliver-grant.ts',
    there: "now.state === 'granting' ? announceCall(holding, callEndsAt, quietMs) : nothing,",
    instead: 'nothing,',
    weather: ['lying'],
  },
  'trust-revoke': {
    means: 'a revoke that the target has answered counts as done, without asking whether the access is gone',
    file: 'operations/deliver-revoke.ts',
    there: 'const held = await callWithin((aborting) => adapter.holds(callFor(grant), aborting), within)',
    instead: 'const held = false',
    on: ['webhook', 'command'], // PostgreSQL is asked within the revoke, too
    weather: ['lying'],
  },
  'forget-lost-calls': {
    means: 'a grant call of which nobody knows the outcome is forgotten, and may take effect after the revoke',
    file: 'operations/deliver-grant.ts',
    there: "call.made && !unsure ? 'known' : 'unknown'",
    instead: "call.made ? 'known' : 'unknown'",
    on: ['webhook', 'command'],
    weather: ['lying'],
  },
  'never-released': {
    means: 'a grant that ends is taken away at the target, though another leans on the same access',
    file: 'operations/deliver-revoke.ts',
    there: 'return others.some(isLive)',
    instead: 'return others.length < 0',
  },
  'same-round': {
    means: 'a revoke that was answered in vain is repeated under the same key, and the target answers it as before',
    file: 'operations/deliver-revoke.ts',
    there: "attempt.kind === 'still-held' ? grant.round + 1 : grant.round",
    instead: 'grant.round',
    on: ['webhook'], // only there a call has a key
    weather: ['slow', 'lying'],
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
