import { z } from 'zod'
import { AdapterError, type Call, type Held } from '../contract.ts'

/** What stands in an entitlement's `access` for targets that only they themselves understand. */
export const freeAccess = z.record(z.string(), z.json()).meta({
  description: 'Passed on as it stands: the target knows what it means.',
  examples: [{ role: 'deployer' }],
})

export type FreeAccess = z.output<typeof freeAccess>
export type Operation = 'grant' | 'revoke' | 'holds' | 'list'

/** No honest answer about one access is longer. */
const MOST_ANSWER_BYTES = 64 * 1024
/** No honest list is longer: some 50,000 grants. */
const MOST_LIST_BYTES = 8 * 1024 * 1024

/** What a target is told, by HTTP or on standard input (design.md §8). The same call gives the same bytes. */
export function bodyOf(operation: Exclude<Operation, 'list'>, call: Call<FreeAccess>): string {
  const { grantId, subject, account, entitlement, access, expiresAt } = call
  return JSON.stringify({
    operation,
    grant_id: grantId,
    subject,
    account,
    entitlement,
    access,
    expires_at: new Date(expiresAt).toISOString(),
  })
}

/** A list is about nobody in particular. */
export const LIST_BODY = JSON.stringify({ operation: 'list' } satisfies { operation: Operation })

/** An answer may be this long, in bytes. */
export function mostBytes(body: string): number {
  return body === LIST_BODY ? MOST_LIST_BYTES : MOST_ANSWER_BYTES
}

const heldAnswer = z.object({ held: z.boolean() })
const listAnswer = z.object({
  grants: z.array(
    z.object({ grant_id: z.string().nullable(), account: z.string(), entitlement: z.string().nullable() }),
  ),
})

/** Reads `{"held": true|false}`. @throws {AdapterError} on anything else; what the target did is then unknown */
export function readHeld(answer: Uint8Array): boolean {
  return read(answer, heldAnswer, '{"held": true|false}').held
}

/** Reads `{"grants": […]}`. @throws {AdapterError} on anything else */
export function readList(answer: Uint8Array): Held[] {
  const { grants } = read(answer, listAnswer, '{"grants": [{"grant_id", "account", "entitlement"}]}')
  return grants.map(({ grant_id: grantId, account, entitlement }) => ({ grantId, account, entitlement }))
}

function read<Answer>(answer: Uint8Array, schema: z.ZodType<Answer>, form: string): Answer {
  const result = schema.safeParse(parse(answer))
  if (result.success) return result.data
  throw nonsense(`The target's answer is not of the form ${form}.`)
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function parse(answer: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(answer))
  } catch {
    return undefined
  }
}

/** An answer that means nothing: asking again would not help, and whether something was done is unknown. */
export function nonsense(message: string): AdapterError {
  return new AdapterError('rejected', message, { outcomeUnknown: true })
}
