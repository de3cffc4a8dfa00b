import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GENESIS, type StoredEvent, sha256 } from '../../src/audit/seal.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { forge, makeChain, previousOf } from './chain.ts'

const chain = makeChain(9)
const at = (sequence: number) => chain[sequence - 1]!

/** The chain with one event changed. */
function changed(sequence: number, change: (event: StoredEvent) => Partial<StoredEvent>): StoredEvent[] {
  return chain.map((event) => (event.sequence === sequence ? { ...event, ...change(event) } : event))
}

function renumbered(events: readonly StoredEvent[]): StoredEvent[] {
  return events.map((event, index) => ({ ...event, sequence: index + 1 }))
}

/** An event whose canonical text was edited, and hashed again. */
function edited(event: StoredEvent, members: object): StoredEvent {
  const canonical = JSON.stringify({ ...JSON.parse(event.canonical), ...members })
  return { ...event, canonical, hash: sha256(canonical) }
}

describe('an untouched chain', () => {
  it('is well, up to its head', async () => {
    expect(await verifyChain(chain)).toEqual({ ok: true, events: 9, head: at(9).hash })
  })

  it('is well when it is empty', async () => {
    expect(await verifyChain([])).toEqual({ ok: true, events: 0, head: GENESIS.hash })
  })

  it('is well when texts were erased, with their salts', async () => {
    const erased = changed(4, () => ({ salt: null, text: null }))
    expect(await verifyChain(erased)).toMatchObject({ ok: true, events: 9 })
  })

  it('can be checked from an event that is known to be good', async () => {
    expect(await verifyChain(chain.slice(5), at(5))).toMatchObject({ ok: true, events: 4 })
    expect(await verifyChain(chain.slice(5), at(4))).toMatchObject({ ok: false, sequence: 5 })
    const other = { sequence: 5, hash: at(4).hash }
    expect(await verifyChain(chain.slice(5), other)).toMatchObject({ ok: false, sequence: 6 })
  })
})

describe('tampering is found, with the first bad event', () => {
  const swapped = [...chain.slice(0, 3), at(5), at(4), ...chain.slice(5)]
  const inserted = [...chain.slice(0, 4), forge(at(5)), ...chain.slice(4)]
  const cases: [what: string, events: StoredEvent[], first: number][] = [
    ['canonical text edited', changed(4, ({ canonical }) => ({ canonical: canonical.replace('ANN', 'EVE') })), 4],
    ['hash edited', changed(4, () => ({ hash: 'f'.repeat(64) })), 4],
    ['canonical text edited and hashed again', changed(4, (event) => edited(event, { actor: 'U0EVE' })), 4],
    ['the last event edited', changed(9, ({ canonical }) => ({ canonical: canonical.replace('ANN', 'EVE') })), 9],
    ['an event replaced, chained to the one before', changed(4, forge), 4],
    [
      'an event replaced, chained to nothing',
      changed(4, (event) => forge(event, { ...at(3), hash: 'e'.repeat(64) })),
      4,
    ],
    ['an event deleted', chain.toSpliced(3, 1), 4],
    ['the first event deleted', chain.slice(1), 1],
    ['an event deleted and the rest renumbered', renumbered(chain.toSpliced(3, 1)), 4],
    ['two events in each other’s place', swapped, 4],
    ['two events in each other’s place, renumbered', renumbered(swapped), 4],
    ['an event twice', [...chain.slice(0, 4), at(4), ...chain.slice(4)], 4],
    ['an event inserted', inserted, 5],
    ['an event inserted and the rest renumbered', renumbered(inserted), 5],
    ['a number changed', changed(4, () => ({ sequence: 14 })), 4],
    ['text changed', changed(4, () => ({ text: 'another reason' })), 4],
    ['text emptied, not erased', changed(4, () => ({ text: '' })), 4],
    ['only the text taken away', changed(4, () => ({ text: null })), 4],
    ['only the salt taken away', changed(4, () => ({ salt: null })), 4],
    ['another salt', changed(4, () => ({ salt: 'ff'.repeat(16) })), 4],
    ['two texts swapped', changed(4, () => ({ text: at(5).text })), 4],
    ['no JSON, hashed', changed(4, () => ({ canonical: 'no', hash: sha256('no') })), 4],
    ['spaces in the canonical text, hashed', [...chain.slice(0, 8), spaced(at(9))], 9],
  ]

  it.each(cases)('%s', async (_, events, first) => {
    expect(await verifyChain(events)).toMatchObject({ ok: false, code: 'tampered', sequence: first })
  })

  it('one cannot be told from the other when the last two do not fit: the earlier is named', async () => {
    expect(await verifyChain([...chain.slice(0, 7), forge(at(8)), at(9)])).toMatchObject({ ok: false, sequence: 8 })
  })

  it('whatever single event is changed in whatever way', async () => {
    const change = fc.record(
      {
        sequence: fc.integer({ min: -1, max: 20 }),
        canonical: fc.string(),
        hash: fc.string(),
        salt: fc.option(fc.string()),
        text: fc.option(fc.string()),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), change, async (sequence, members) => {
        const { salt, text, ...rest } = { ...at(sequence), ...members }
        const same = JSON.stringify({ ...rest, salt, text }) === JSON.stringify({ ...at(sequence), salt, text })
        fc.pre(
          !same || !((salt === null && text === null) || (salt === at(sequence).salt && text === at(sequence).text)),
        )
        expect((await verifyChain(changed(sequence, () => members))).ok).toBe(false)
      }),
    )
  })
})

describe('what a chain alone cannot show', () => {
  it('a tail cut off is a shorter chain with another head', async () => {
    expect(await verifyChain(chain.slice(0, 6))).toEqual({ ok: true, events: 6, head: at(6).hash })
  })

  it('a last event replaced is another head', async () => {
    const { head } = (await verifyChain([...chain.slice(0, 8), forge(at(9))])) as { head: string }
    expect(previousOf(at(9)).hash).toBe(at(8).hash)
    expect(head).not.toBe(at(9).hash)
  })
})

function spaced(event: StoredEvent): StoredEvent {
  const canonical = event.canonical.replace('{', '{ ')
  return { ...event, canonical, hash: sha256(canonical) }
}
