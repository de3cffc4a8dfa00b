import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AuditKeyFault, isSigned, loadOrMakeAuditKey, signText } from '../../src/audit/key.ts'

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'data', 'audit-key.pem')
}

describe('the audit key', () => {
  it('is made at the first start, for its owner only, and is the same ever after', () => {
    const path = makePath()
    const made = loadOrMakeAuditKey(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(loadOrMakeAuditKey(path).publicKey).toBe(made.publicKey)
  })

  it.each([0o640, 0o604, 0o660])('is refused when its mode is %o', (mode) => {
    const path = makePath()
    loadOrMakeAuditKey(path)
    chmodSync(path, mode)
    expect(() => loadOrMakeAuditKey(path)).toThrow(AuditKeyFault)
    expect(() => loadOrMakeAuditKey(path)).toThrow(`run chmod 600 ${path}`)
  })

  it.each(['', 'not a key', pem('ed448')])('is refused when the file holds something else', (content) => {
    const path = makePath()
    loadOrMakeAuditKey(path)
    writeFileSync(path, content)
    expect(() => loadOrMakeAuditKey(path)).toThrow('holds no Ed25519 private key')
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('signs what only its public key confirms', () => {
    const [key, other] = [loadOrMakeAuditKey(makePath()), loadOrMakeAuditKey(makePath())]
    const signature = signText('head', key)
    expect(isSigned('head', signature, key.publicKey)).toBe(true)
    expect(isSigned('Head', signature, key.publicKey)).toBe(false)
    expect(isSigned('head', signature, other.publicKey)).toBe(false)
    expect(isSigned('head', 'AAAA', key.publicKey)).toBe(false)
    expect(isSigned('head', signature, 'no key')).toBe(false)
  })
})

function pem(type: 'ed448'): string {
  return generateKeyPairSync(type).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
