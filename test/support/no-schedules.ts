import type { Schedules } from '../../src/operations/ports.ts'

/** Where no group has an on-call schedule. */
export const NO_SCHEDULES: Schedules = { onCall: () => Promise.reject(new Error('there are no schedules here')) }
