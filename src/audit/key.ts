import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The key that proves who made an export. */
export interface AuditKey {
  readonly privateKey: KeyObject
  /** SPKI, DER, base64. */
  readonly publicKey: string
}

/** A sentence for the operator: what is wrong with the key file, and what to do. */
export class AuditKeyFault extends Error {
  override readonly name = 'AuditKeyFault'
}

/**
 * Reads the Ed25519 key (PEM, PKCS 8), and makes it at the first start: mode 0600, durable before it is used.
 *
 * @throws {AuditKeyFault} when others can read the file, or when it holds something else
 */
export function loadOrMakeAuditKey(path: string): AuditKey {
  make(path)
  const file = openSync(path, 'r')
  try {
    const mode = fstatSync(file).mode & 0o777
    if (mode & 0o077) {
      throw new AuditKeyFault(`${path} can be read by others (mode ${mode.toString(8)}): run chmod 600 ${path}`)
    }
    return parse(readFileSync(file, 'utf8'), path)
  } finally {
    closeSync(file)
  }
}

/** Signs UTF-8 text; base64. */
export function signText(text: string, { privateKey }: AuditKey): string {
  return sign(null, Buffer.from(text), privateKey).toString('base64')
}

/** Whether the owner of the public key (SPKI, DER, base64) signed the text; `false` also for what is no key at all. */
export function isSigned(text: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

/** Does nothing if the file is there. Of two processes that start together, one makes it. */
function make(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw error
  }
  try {
    writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** A new file is durable only once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function parse(pem: string, path: string): AuditKey {
  const privateKey = privateKeyIn(pem)
  if (privateKey?.asymmetricKeyType !== 'ed25519') {
    throw new AuditKeyFault(`${path} holds no Ed25519 private key in PEM: put the right file there, or remove it`)
  }
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  return { privateKey, publicKey }
}

function privateKeyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
