/** Who works in the bench's workspace, and what there is to ask for. Every process knows the same ones. */

/** As many requests as one person may have open. */
export const PER_PERSON = 5
export const ENTITLEMENTS = 20
export const LEADS = 32

export function personId(index: number): string {
  return `U0P${String(index).padStart(6, '0')}`
}

export function leadId(index: number): string {
  return `U0LEAD${String(index % LEADS).padStart(2, '0')}`
}

export function emailOf(id: string): string {
  return `${id.slice(2).toLowerCase()}@example.com`
}

/** Of the nth request: a person's requests are for different ones. */
export function entitlementId(nth: number): string {
  return `orders-${String(nth % ENTITLEMENTS).padStart(2, '0')}`
}
