import Database from 'better-sqlite3'
import { verifyChain } from '../../../src/audit/verify.ts'
import { readAuditLog } from '../../../src/store/read-audit.ts'

// Verifies a database as a user who may write nowhere but in the system's folder for temporary files. What is loaded at
// first use is loaded before: that user may not even read the folder of this checkout.
new Database(':memory:').close()
if (process.getuid?.() === 0) {
  process.setgid?.(65_534)
  process.setuid?.(65_534)
}
process.send?.(await verifyChain(readAuditLog(process.argv[2] ?? '')))
