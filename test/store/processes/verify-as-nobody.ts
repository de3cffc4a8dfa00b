import { verifyChain } from '../../../src/audit/verify.ts'
import { readAuditLog } from '../../../src/store/read-audit.ts'

// Verifies a database as a user who may write nowhere but in the system's folder for temporary files.
if (process.getuid?.() === 0) {
  process.setgid?.(65_534)
  process.setuid?.(65_534)
}
process.send?.(await verifyChain(readAuditLog(process.argv[2] ?? '')))
