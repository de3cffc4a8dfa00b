import type { Call } from '../../src/adapters/contract.ts'

/** A call about Ann and the orders, which every adapter understands. */
export function makeCall(change: Partial<Call<{ role: string }>> = {}): Call<{ role: string }> {
  return {
    grantId: 'G-7KQ2M4',
    subject: 'ann@example.com',
    account: 'ann',
    entitlement: 'orders-read',
    access: { role: 'orders_read' },
    expiresAt: Date.UTC(2026, 2, 1, 10, 15),
    round: 0,
    ...change,
  }
}
