import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { exportLine, exportLines, verifyExport } from '../../src/audit/export.ts'
import type { AuditKey } from '../../src/audit/key.ts'
import { GENESIS } from '../../src/audit/seal.ts'
import { forge, makeChain } from './chain.ts'

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

function makeKey(): AuditKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
}

const chain = makeChain(5)
const key = makeKey()
const lines = await collect(exportLines(chain, key))
const signature = lines.at(-1)!

describe('an export', () => {
  it('has an event a line and a signature at its end', () => {
    expect(lines).toHaveLength(6)
    const { hash, salt, text, canonical } = chain[0]!
    expect(JSON.parse(lines[0]!)).toEqual({ ...JSON.parse(canonical), hash, salt, text })
    expect(JSON.parse(signature)).toMatchObject({ v: 1, kind: 'export-signature', events: 5, head: chain[4]!.hash })
  })

  it('is well without the database, and names who signed it', async () => {
    const verdict = { ok: true, events: 5, head: chain[4]!.hash, publicKey: key.publicKey }
    expect(await verifyExport(lines)).toEqual(verdict)
    expect(await verifyExport([...lines, ''], key.publicKey)).toEqual(verdict)
  })

  it('is well when the log is empty', async () => {
    const empty = await collect(exportLines([], key))
    expect(await verifyExport(empty)).toMatchObject({ ok: true, events: 0, head: GENESIS.hash })
  })

  it('is well when its lines were written by another JSON printer', async () => {
    const shuffled = lines.map((line) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse())))
    expect(await verifyExport(shuffled)).toMatchObject({ ok: true })
  })

  it.each<[string, string[], number]>([
    ['a member edited', lines.with(2, lines[2]!.replace('U0ANN', 'U0EVE')), 3],
    ['a member added', lines.with(2, lines[2]!.replace('{', '{"extra":1,')), 3],
    ['a line deleted', lines.toSpliced(2, 1), 3],
    ['a line that is no JSON', lines.with(2, 'no'), 3],
    ['a line that is no event', lines.with(2, '{}'), 3],
    ['an event after the signature', [...lines, lines[0]!], 6],
    ['a second signature', [...lines, signature], 6],
  ])('is tampered: %s', async (_, tampered, sequence) => {
    expect(await verifyExport(tampered)).toMatchObject({ ok: false, code: 'tampered', sequence })
  })

  it.each<[string, string[]]>([
    ['no signature', lines.slice(0, 5)],
    ['a tail cut off under the same signature', [...lines.slice(0, 4), signature]],
    ['a last event replaced', [...lines.slice(0, 4), exportLine(forge(chain[4]!)), signature]],
    ['another count', lines.with(5, signature.replace('"events":5', '"events":6'))],
    ['another key’s name on it', lines.with(5, signature.replace(key.publicKey, makeKey().publicKey))],
    ['a key that is none', lines.with(5, signature.replace(key.publicKey, 'AAAA'))],
  ])('is not signed by its maker: %s', async (_, tampered) => {
    expect(await verifyExport(tampered)).toMatchObject({ ok: false, code: 'bad-signature', sequence: null })
  })

  it('signed anew by somebody else is refused by whoever knows the right key', async () => {
    const other = await collect(exportLines(chain, makeKey()))
    expect(await verifyExport(other)).toMatchObject({ ok: true })
    expect(await verifyExport(other, key.publicKey)).toMatchObject({ ok: false, code: 'bad-signature' })
  })
})
