import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Payload } from '../../src/workspace/payloads.ts'
import type { Person } from '../../src/workspace/person.ts'
import { changed, startTown, type Town, until } from './town.ts'

/** Where a press says who, what and where. */
export const FIELDS = [
  'actions.0.value',
  'actions.0.action_id',
  'container.message_ts',
  'container.channel_id',
  'user.id',
] as const

/** The same for a press on Home, which is no message. */
const HOME_FIELDS = ['actions.0.value', 'actions.0.action_id', 'view.type', 'container.type', 'user.id'] as const

/** Another text: one character gone, doubled, replaced or added, the ends swapped, or nothing left. */
const ways = {
  kind: fc.constantFrom('cut', 'double', 'replace', 'append', 'prepend', 'swap', 'empty', 'case'),
  at: fc.nat(400),
  letter: fc.constantFrom('0', 'a', 'Z', '.', ' ', '\n', '‮', '٣', '-', '_', '\u0000'),
}

export const mutation = fc.record({ field: fc.constantFrom(...FIELDS), ...ways })
const homeMutation = fc.record({ field: fc.constantFrom(...HOME_FIELDS), ...ways })

type Mutation = Omit<typeof mutation extends fc.Arbitrary<infer Value> ? Value : never, 'field'>

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

/** What Slack would send when somebody presses that button on his Home now, without pressing it. */
async function homePayload(person: Person, action: string, blockId: string): Promise<Payload> {
  const { home } = person
  const button = home?.buttons.find((one) => one.actionId === action && one.blockId === blockId)
  if (!home || !button) throw new Error(`there is no ${action} on Home`)
  const { delivery } = await person.presses('home_refresh', home)
  if (!delivery) throw new Error('nothing was delivered')
  const { trigger_id: _, ...payload } = delivery.payload
  return changed(payload, {
    'actions.0.action_id': action,
    'actions.0.block_id': blockId,
    'actions.0.value': button.value,
  })
}

/** Ann's request, and Lee's press on Approve on his Home. */
export async function startHomePress(town: Town) {
  const first = await town.asks(town.ann)
  await town.lee.opensHome()
  await until(() => town.lee.home?.plain.includes(first.id) ?? false)
  return { ...first, valid: await homePayload(town.lee, 'approve', `waiting ${first.id}`) }
}

export function itCountsOnlyTheUntouchedOnHome(cases: number): void {
  it(`any field of a press on Home that says who, what or where mutated, ${cases.toLocaleString('en')} presses on the whole bot: only the untouched one counts, and counts`, async () => {
    const town = await startTown()
    const { id, valid } = await startHomePress(town)
    const forged = fc
      .sample(homeMutation, { numRuns: cases * 2, seed: 13 })
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
    await town.delivers(valid)
    expect(await town.state(id)).toBe('approved')
  })
}
