import type { Policy } from '../../src/core/policy.ts'
import type { Askable, AskableRule } from '../../src/operations/operations.ts'
import type { Person } from '../../src/workspace/person.ts'
import { MINUTE, makeEntitlement, makePolicy } from '../support/make.ts'
import { untilTrue } from './bot.ts'

/** So many entitlements, all under the usual rule: `db-1`, `db-2` … */
export function policyOf(count: number): Policy {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const entitlements = numbers.map((number) =>
    makeEntitlement({ id: `db-${number}`, title: `Read database ${number}` }),
  )
  return makePolicy({ entitlements: new Map(entitlements.map((one) => [one.id, one])) })
}

export function makeAskableRule(change: Partial<AskableRule> = {}): AskableRule {
  return {
    name: 'one-lead',
    approval: 'people',
    approvers: ['leads'],
    quorum: 1,
    purposes: ['incident', 'deployment'],
    defaultPurpose: 'incident',
    ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE },
    reason: { minLength: 5, hint: undefined },
    ...change,
  }
}

export function makeAskable(change: Partial<Askable> = {}): Askable {
  return {
    entitlement: 'orders-read',
    title: 'Read the orders database',
    target: 'orders-db',
    rules: [makeAskableRule()],
    ...change,
  }
}

/** What the fields of the open form hold, by `block_id`. */
export function heldBy({ modal }: Person): Record<string, string | undefined> {
  const fields = Object.entries(modal?.fields ?? {}) as [
    string,
    { value?: string; selected_option?: { value: string } },
  ][]
  return Object.fromEntries(fields.map(([id, field]) => [id, field.selected_option?.value ?? field.value ?? undefined]))
}

/** Options of a menu in the open form. */
export function offeredTo({ modal }: Person, id: string): string[] {
  const block = modal?.view.draft.blocks.find(({ block_id: one }) => one === id)
  const element = block?.type === 'input' ? block.element : undefined
  return element && 'options' in element ? (element.options ?? []).flatMap(({ value }) => value ?? []) : []
}

/** Waits until the form is filled in, or says the words. */
export async function untilFormSays(person: Person, words = 'What do you need?'): Promise<void> {
  await person.waitsForModal('request')
  await untilTrue(() => person.modal?.plain.includes(words) ?? false)
}
