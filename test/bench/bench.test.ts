import { describe, expect, it } from 'vitest'
import { areasOf, type CpuProfile } from './areas.ts'
import { page, table } from './report.ts'
import { inWords, quantile, spreadOf } from './spread.ts'

describe('several rounds', () => {
  it('are told as the median, the least and the most', () => {
    expect(inWords(spreadOf([0.5, 0.25, 0.75]), ' ×')).toBe('0.50 × (0.25–0.75 ×)')
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5)
  })

  it('of one figure are told as that', () => {
    expect(inWords(spreadOf([1_234.5]), '/s')).toBe('1,235/s')
  })
})

describe('a quantile', () => {
  it('is a value that was measured, never one below the share', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    expect(quantile(hundred, 0.99)).toBe(100)
    expect(quantile([7], 0.99)).toBe(7)
  })
})

describe('a profile', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url })
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 4] },
      { id: 2, callFrame: frame('(idle)', '') },
      { id: 3, callFrame: frame('commit', 'file:///bot/src/store/writer.ts'), children: [5] },
      { id: 4, callFrame: frame('act', 'file:///bot/src/slack/act.ts') },
      { id: 5, callFrame: frame('run', '') },
    ],
    samples: [4, 2, 3, 5, 4, 3],
    timeDeltas: [1_000, 5_000, 1_000, 1_000, 2_000, 9_000],
  }

  it('counts native code for whoever called it, and neither idling nor what is outside the window', () => {
    expect(areasOf(profile, { fromMs: 1.5, toMs: 10 })).toEqual([
      { area: 'bot: store, with SQLite', share: 0.5 },
      { area: 'bot: Slack', share: 0.5 },
    ])
  })
})

describe('the table', () => {
  const line = { what: 'Memory', reach: '≤ 1.5 ×', measured: '2.0 ×', reached: false }

  it('says loudly what is not reached', () => {
    expect(table([line, { ...line, reached: true }])).toBe(
      [
        '| what | to reach | measured |  |',
        '| --- | --- | --- | --- |',
        '| Memory | ≤ 1.5 × | 2.0 × | **not reached** |',
        '| Memory | ≤ 1.5 × | 2.0 × | reached |',
      ].join('\n'),
    )
  })

  it('stands on the page with the machine and the limits', () => {
    const limits = [{ what: 'fdatasync', reach: undefined, measured: '7,000/s', reached: undefined }]
    const written = page({ machine: '2 × processor', rounds: 5, lines: [line], limits, profile: [] })
    expect(written).toContain('2 × processor')
    expect(written).toContain('| fdatasync | 7,000/s |')
  })
})
