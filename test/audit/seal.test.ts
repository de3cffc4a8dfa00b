import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readEvent } from '../../src/audit/read-event.ts'
import { GENESIS, seal } from '../../src/audit/seal.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { makeEvent, SALT } from './chain.ts'

const whole = makeEvent({
  name: 'grant.begun',
  subject: 'ann@example.com',
  entitlement: 'orders-read',
  request: 'R-7KQ2M4',
  grant: 'G-7KQ2M4',
  detail: { why: '1 of 1 approvals under “one-lead”', expiresAt: '2026-11-22T03:15:00.000Z' },
  text: 'INC-42 replica lag',
})

describe('an audit event', () => {
  // The hashes were computed by another program, Python’s hashlib and json.
  it('has the canonical form that was published', () => {
    expect(seal(whole, { sequence: 41, hash: 'ab'.repeat(32) }, SALT)).toEqual({
      sequence: 42,
      canonical:
        '{"actor":"U0ANN","at":"2026-11-22T03:00:00.000Z","detail":{"expiresAt":"2026-11-22T03:15:00.000Z",' +
        '"why":"1 of 1 approvals under “one-lead”"},"entitlement":"orders-read","grant":"G-7KQ2M4",' +
        '"name":"grant.begun","previous":"abababababababababababababababababababababababababababababababab",' +
        '"request":"R-7KQ2M4","sequence":42,"subject":"ann@example.com",' +
        '"textHash":"7dbb2268cb089c39e5bda747dc1ee7cf58c8664aa01044c43d717d0037c43da9","v":1}',
      hash: 'db04c3b2b63a2ff1553e5d9dbfc69eb17388f5c0008fa3782461b3238b37d6c8',
      salt: SALT,
      text: 'INC-42 replica lag',
    })
  })

  it('names null where it has nothing, and follows 64 zeros when it is the first', () => {
    const { canonical, salt, text } = seal(makeEvent(), GENESIS, SALT)
    expect(canonical).toBe(
      '{"actor":"U0ANN","at":"2026-11-22T03:00:00.000Z","detail":{},"entitlement":null,"grant":null,' +
        `"name":"request.opened","previous":"${'0'.repeat(64)}","request":null,"sequence":1,"subject":null,` +
        '"textHash":null,"v":1}',
    )
    expect({ salt, text }).toEqual({ salt: null, text: null })
  })

  it('is hashed with SHA-256 over its UTF-8 bytes, its text with the salt and a NUL in front', () => {
    const { canonical, hash } = seal(whole, GENESIS, SALT)
    const sha256 = (text: string) => createHash('sha256').update(Buffer.from(text)).digest('hex')
    expect(hash).toBe(sha256(canonical))
    expect(JSON.parse(canonical).textHash).toBe(sha256(`${SALT}\u0000INC-42 replica lag`))
  })

  it('commits to the text but does not contain it', () => {
    expect(seal(whole, GENESIS, SALT).canonical).not.toContain('replica')
    expect(seal({ ...whole, text: '' }, GENESIS, SALT)).toMatchObject({ salt: SALT, text: '' })
  })

  it('has every character as ECMAScript writes it, in keys and in text', () => {
    const characters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code))
    const detail = Object.fromEntries([...characters, '\ue000', '\uffff'].map((one) => [`a${one}`, `${one}b`]))
    const { canonical } = seal(makeEvent({ detail }), GENESIS, SALT)
    expect(canonical.includes(`"detail":${JSON.stringify(detail)},`)).toBe(true)
  })

  it('keeps half a surrogate pair as every database would', async () => {
    const event = seal(makeEvent({ text: 'half \ud83d' }), GENESIS, SALT)
    expect(event.text).toBe('half \ufffd')
    expect(await verifyChain([event])).toMatchObject({ ok: true })
  })

  it('is read back as it was drafted', () => {
    const stored = seal(whole, GENESIS, SALT)
    const previous = GENESIS.hash
    expect(readEvent(stored)).toEqual({
      ...whole,
      sequence: 1,
      textHash: JSON.parse(stored.canonical).textHash,
      previous,
    })
    expect(() => readEvent({ ...stored, canonical: '{}' })).toThrow('audit event 1 cannot be read')
  })

  it('leaves out what is undefined in a detail', () => {
    const detail = { by: undefined as never, n: 1 }
    expect(JSON.parse(seal(makeEvent({ detail }), GENESIS, SALT).canonical).detail).toEqual({ n: 1 })
  })
})
