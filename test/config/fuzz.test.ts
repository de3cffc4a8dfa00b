// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a config names variables
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { read, written } from './written.ts'

const EXAMPLE = readFileSync(resolve(import.meta.dirname, '../../breakglass.example.yml'), 'utf8')

/** A config is read to the end: it is sound, or at least one fault has a place in the text. */
function expectAnswer(text: string): void {
  const result = read(text, { A: 'x' })
  if (result.ok) return
  expect(result.faults.length).toBeGreaterThan(0)
  const lines = text.split(/\r\n|[\n\r]/).length
  for (const { line, column, message } of result.faults) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines + 1)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(message).not.toBe('')
  }
}

const scrap = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ' ',
    '\n',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '? ',
    '!!int ',
    '${',
    '${A}',
    '\t',
  ],
  ...[
    '~',
    'null',
    'true',
    '.inf',
    '0x1f',
    '1e999',
    '__proto__',
    'constructor',
    '\u0000',
    '\u202e',
    '\ud800',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
  ],
)

it('answers to any text at all', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(scrap, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 40 }), (parts) =>
      expectAnswer(parts.join('')),
    ),
    { numRuns: 400 },
  )
})

it('answers to the example with anything cut out and anything put in', () => {
  const place = fc.nat({ max: EXAMPLE.length })
  fc.assert(
    fc.property(place, fc.nat({ max: 60 }), fc.array(scrap, { maxLength: 4 }), (start, length, parts) =>
      expectAnswer(EXAMPLE.slice(0, start) + parts.join('') + EXAMPLE.slice(start + length)),
    ),
    { numRuns: 200 },
  )
})

it('answers to any value in any place', () => {
  const parts = ['slack', 'people', 'groups', 'targets', 'rules', 'break_glass', 'entitlements', 'alarms'] as const
  fc.assert(
    fc.property(fc.constantFrom(...parts), fc.json({ maxDepth: 4 }), (part, json) =>
      expectAnswer(written({ [part]: `${part}: ${json}` })),
    ),
    { numRuns: 200 },
  )
})

const lengths = fc.record({
  days: fc.nat({ max: 5 }),
  hours: fc.nat({ max: 50 }),
  minutes: fc.nat({ max: 100 }),
  seconds: fc.nat({ max: 100 }),
})

it('reads every length of time for exactly what it says', () => {
  fc.assert(
    fc.property(lengths, ({ days, hours, minutes, seconds }) => {
      const ms = ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000
      const text = `${days}d${hours}h${minutes}m${seconds}s`
      const result = read(
        written({ rules: `rules: { one-lead: { requesters: [engineers], approvers: [leads], lapse: ${text} } }` }),
      )
      if (ms === 0) expect(result.ok).toBe(false)
      else expect(result.ok && result.config.policy.rules.get('one-lead')?.lapseMs).toBe(ms)
    }),
  )
})

it('keeps every usual time between the shortest and the longest', () => {
  const minutes = fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined })
  fc.assert(
    fc.property(minutes, minutes, minutes, (min, usual, max) => {
      const keys = Object.entries({ min, default: usual, max }).flatMap(([key, value]) =>
        value ? [`${key}: ${value}m`] : [],
      )
      const rules = `rules: { one-lead: { requesters: [engineers], approvers: [leads], ttl: { ${keys.join(', ')} } } }`
      const result = read(written({ rules }))
      const sound = (min ?? 1) <= (max ?? 30) && (usual === undefined || ((min ?? 1) <= usual && usual <= (max ?? 30)))
      expect(result.ok).toBe(sound)
      const ttl = result.ok ? result.config.policy.rules.get('one-lead')!.ttl : { minMs: 0, defaultMs: 0, maxMs: 0 }
      expect(ttl.minMs <= ttl.defaultMs && ttl.defaultMs <= ttl.maxMs).toBe(true)
    }),
  )
})
