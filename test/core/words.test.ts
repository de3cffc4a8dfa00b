import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../../src/core/canonical-json.ts'
import { formatDuration, parseDuration } from '../../src/core/duration.ts'
import { grantIdOf, parseId, requestIdOf } from '../../src/core/ids.ts'
import { checkText, MOST_REASON } from '../../src/core/typed-text.ts'

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
  ])('reads %s', (typed, ms) => expect(parseDuration(typed)).toBe(ms))

  it.each([
    '',
    '30',
    '-5m',
    '+5m',
    '0m',
    '1.5h',
    '15 m',
    '15min',
    '30m1h',
    '1h1h',
    'NaN',
    'Infinity',
    '1e3s',
    '9999999d',
    '٣m',
  ])('refuses “%s”', (typed) => expect(parseDuration(typed)).toBeUndefined())

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 366 * 86_400 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000)
      }),
    )
  })
})

describe('ids', () => {
  it('reads a request’s and a grant’s id as the same, whatever the case', () => {
    for (const typed of ['R-7KQ2M4', 'r-7kq2m4', 'G-7KQ2M4', 'g-7kq2m4']) expect(parseId(typed)).toBe('R-7KQ2M4')
  })

  it('reads letters that look like digits as digits', () => expect(parseId('R-OIL234')).toBe('R-011234'))

  it.each(['', 'R-', 'R-7KQ2M', 'R-7KQ2M44', '7KQ2M4', 'R-7KQ2U4', 'X-7KQ2M4', 'R-7KQ2M4 '])('refuses “%s”', (typed) =>
    expect(parseId(typed)).toBeUndefined(),
  )

  it('gives request and grant the same letters', () => {
    expect(grantIdOf('R-7KQ2M4')).toBe('G-7KQ2M4')
    expect(requestIdOf('G-7KQ2M4')).toBe('R-7KQ2M4')
  })
})

describe('canonical JSON', () => {
  it('is as RFC 8785 shows it', () => {
    const value = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '1': 'One',
      '\u0080': 'Control',
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3],
    }
    expect(canonicalJson(value)).toBe(
      '{"\\r":"CR","1":"One","numbers":[333333333.3333333,1e+30,4.5,0.002],"\u0080":"Control","€":"Euro"}',
    )
  })

  it('does not depend on the order of keys, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('\\ud'))
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
    expect(canonicalJson({ b: 1, a: { d: 2, c: 3 } })).toBe(canonicalJson({ a: { c: 3, d: 2 }, b: 1 }))
  })

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError)
    expect(() => canonicalJson('\ud800')).toThrow(TypeError)
  })
})

describe('text that people typed', () => {
  it.each([
    ['a bidi override', 'safe \u202E txt'],
    ['a zero-width space', 'a\u200Bb'],
    ['a control character', 'a\u0007b'],
    ['an isolate', '\u2066a\u2069'],
    ['a tag character', 'a\u{E0041}b'],
    ['a byte order mark', '\uFEFFa'],
  ])('is refused with %s', (_name, typed) => {
    expect(checkText(typed, MOST_REASON)).toMatchObject({ ok: false, refusal: { code: 'text-hidden' } })
  })

  it('is refused, and never cut, beyond its limit of code points', () => {
    expect(checkText('😀'.repeat(MOST_REASON), MOST_REASON)).toMatchObject({ ok: true })
    expect(checkText('😀'.repeat(MOST_REASON + 1), MOST_REASON)).toMatchObject({
      ok: false,
      refusal: { code: 'text-too-long' },
    })
  })

  it('is one line in normal form C, so that no line of it can pose as one of ours', () => {
    expect(checkText(' cafe\u0301\n\nApproved by Lee\u2028now ', 100)).toEqual({
      ok: true,
      value: 'café Approved by Lee now',
    })
  })
})
