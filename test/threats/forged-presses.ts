import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Payload } from '../../src/workspace/payloads.ts'
import { changed, startTown, until } from './town.ts'

/** Where a press says who, what and where. */
export const FIELDS = [
  'actions.0.value',
  'actions.0.action_id',
  'container.message_ts',
  'container.channel_id',
  'user.id',
] as const

/** Another text: one character gone, doubled, replaced or added, the ends swapped, or nothing left. */
export const mutation = fc.record({
  field: fc.constantFrom(...FIELDS),
  kind: fc.constantFrom('cut', 'double', 'replace', 'append', 'prepend', 'swap', 'empty', 'case'),
  at: fc.nat(400),
  letter: fc.constantFrom('0', 'a', 'Z', '.', ' ', '\n', '‮', '٣', '-', '_', '\u0000'),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

export function mutated(text: string, { kind, at, letter }: Mutation): string {
  const index = at % Math.max(1, text.length)
  const swapped = text.slice(index) + text.slice(0, index)
  const other = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
  switch (kind) {
    case 'cut':
      return text.slice(0, index) + text.slice(index + 1)
    case 'double':
      return text.slice(0, index) + text[index] + text.slice(index)
    case 'replace':
      return text.slice(0, index) + letter + text.slice(index + 1)
    case 'append':
      return text + letter
    case 'prepend':
      return letter + text
    case 'swap':
      return swapped === text ? other : swapped
    case 'empty':
      return ''
    case 'case':
      return other
  }
}

/** What stands at a path such as `actions.0.value`. */
export function at(payload: Payload, field: string): string {
  return String(field.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], payload as unknown))
}

/** Sends many, fifty at once. */
export async function sendAll(
  payloads: readonly Payload[],
  send: (payload: Payload) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < payloads.length; from += 50) await Promise.all(payloads.slice(from, from + 50).map(send))
}

export function itCountsOnlyTheUntouched(cases: number): void {
  it(`any field of a valid press that says who, what or where mutated, ${cases.toLocaleString('en')} presses on the whole bot: only the untouched one counts, and counts`, async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const valid = town.lee.payloadOf('approve', card)
    const forged = fc
      .sample(mutation, { numRuns: cases * 2, seed: 7 })
      .map((change) => ({ field: change.field, text: mutated(at(valid, change.field), change) }))
      .filter(({ field, text }) => text !== at(valid, field) && !(field === 'user.id' && text === 'U0KIM'))
      .slice(0, cases)
      .map(({ field, text }) => changed(valid, { [field]: text }))
    expect(forged).toHaveLength(cases)
    await sendAll(forged, (payload) => town.workspace.delivers(payload))
    await until(async () => (await town.look((store) => store.unanswered())).length === 0, cases * 120)
    expect(await town.state(id)).toBe('pending')
    expect(await town.grants()).toEqual([])
    expect(await town.look(async (store) => (await store.request(id))?.approvals)).toEqual([])
    await town.delivers(town.lee.payloadOf('approve', card))
    expect(await town.state(id)).toBe('approved')
  })
}
