import { randomBytes, randomInt } from 'node:crypto'
import { CROCKFORD, type RequestId } from '../core/ids.ts'
import type { Ids } from './ports.ts'

const LETTERS = 6

/** Ids from the system's randomness. A request id that exists already is refused by the store and drawn again. */
export const randomIds: Ids = {
  requestId(): RequestId {
    return `R-${Array.from({ length: LETTERS }, () => CROCKFORD[randomInt(CROCKFORD.length)]).join('')}`
  },
  opaque: () => randomBytes(16).toString('hex'),
  fraction: () => randomInt(1_000_001) / 1_000_000,
}
