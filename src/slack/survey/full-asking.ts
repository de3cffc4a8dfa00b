import { newCopy } from '../../core/copy.ts'
import type { RequestId } from '../../core/ids.ts'
import type { Asking } from '../views/asked.ts'
import type { Step } from '../views/request-facts.ts'

const MANY = 12

/** As many as may be asked, none of them reached but one, and as many who come next. */
export function fullAsking(request: RequestId): Asking {
  const cards = Array.from({ length: MANY }, (_, index) => {
    const destination = index % 2 === 0 ? `U01234567${index}` : `C01234567${index}`
    return { ...newCopy({ id: `c${index}`, request, audience: 'approvers', destination }), failed: 'x'.repeat(80) }
  })
  const reached = cards.map((card, index) => (index === 0 ? { ...card, channel: 'C0', ts: '1.1', failed: null } : card))
  const to = Array.from({ length: MANY }, (_, index) => `${index}${'g'.repeat(62)}`)
  return { cards: reached, own: [], goesOn: true, next: { at: 0, to } }
}

/** A step of many people, and of groups with long names. */
export function fullStep(decides: boolean): Step {
  const members = Array.from({ length: 25 }, (_, index) => `U0123456${index}`)
  const names = Array.from({ length: MANY }, (_, index) => `${index}${'g'.repeat(62)}`)
  return { decides, groups: names.map((name) => ({ name, members, usergroup: null })) }
}
