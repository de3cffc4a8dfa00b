import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LockHeld, takeLock } from '../../../src/store/lock.ts'

// Takes the lock of the database at the path given, forgets what it was given for it, has all garbage collected, says
// how it went, and lives on.
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function take(): string {
  try {
    takeLock(process.argv[2] ?? '')
    return 'held'
  } catch (error) {
    return error instanceof LockHeld ? 'refused' : String(error)
  }
}

const outcome = take()
for (let round = 0; round < 3; round += 1) {
  collectGarbage()
  await new Promise(setImmediate)
}
process.send?.(outcome)
setInterval(() => {}, 60_000) // without it the process would end by itself, and free the lock
