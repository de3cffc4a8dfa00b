import { describe } from 'vitest'
import { itDecidesOnlyWhatWasShown } from './edits.ts'
import { itCountsOnlyTheUntouched, itCountsOnlyTheUntouchedOnHome } from './forged-presses.ts'
import { itNeedsDifferentPeople } from './quorums.ts'
import { itHasOneWinner } from './races.ts'

/** The counts that `npm test` is too short for. */
describe('forged or swapped button value', () => {
  itCountsOnlyTheUntouched(10_000)
  itCountsOnlyTheUntouchedOnHome(10_000)
})
describe('quorum by one person twice, or by one person in two groups', () => itNeedsDifferentPeople(2_000))
describe('approve, deny, cancel, lapse at the same moment; double click', () => itHasOneWinner(100_020))
describe('a rule changed while a request waits', () => itDecidesOnlyWhatWasShown(3_000))
