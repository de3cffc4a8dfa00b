import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const ROOM = 2 * 2 ** 30

/**
 * Lets tests write their databases in memory, where the machine has room there: SQLite waits for the disk at every
 * commit, and a test that kills a process does not cut the power. Elsewhere they write where they always would.
 */
export default function setup(): (() => void) | undefined {
  if (!isFit()) return undefined
  const folder = mkdtempSync(join(MEMORY, 'breakglass-tests-'))
  chmodSync(folder, 0o1777) // as the system’s own: where the tests run as root, PostgreSQL and some of them are somebody else
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Some tests write programs and run them, which the memory of most containers does not allow. */
function isFit(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    const mounted = readFileSync('/proc/mounts', 'utf8').split('\n')
    const options = mounted.findLast((line) => line.split(' ')[1] === MEMORY)?.split(' ')[3]
    return bavail * bsize >= ROOM && options !== undefined && !options.split(',').includes('noexec')
  } catch {
    return false // not Linux
  }
}
