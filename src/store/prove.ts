import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { exportLines, verifyExport } from '../audit/export.ts'
import { loadOrMakeAuditKey } from '../audit/key.ts'
import { verifyChain } from '../audit/verify.ts'
import { readAuditLog } from './read-audit.ts'

/** Checks the audit log of a database. @throws {DatabaseFault} when the file holds none */
export function proveDatabase(path: string) {
  return verifyChain(readAuditLog(path))
}

/** Checks a file that `exportOf` wrote; where the key is at hand, it must be the one that signed. @throws when it cannot be read */
export async function proveExport(path: string, keyPath: string) {
  const trusted = existsSync(keyPath) ? loadOrMakeAuditKey(keyPath).publicKey : undefined
  const input = createReadStream(path, 'utf8')
  return verifyExport(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }), trusted)
}

/** The whole log of a database, an event a line, signed at the end. @throws {AuditKeyFault} @throws {DatabaseFault} */
export function exportOf(path: string, keyPath: string): AsyncIterable<string> {
  return exportLines(readAuditLog(path), loadOrMakeAuditKey(keyPath))
}
