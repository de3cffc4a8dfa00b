import { WebAPIRateLimitedError } from '@slack/web-api'
import { describe, expect, it } from 'vitest'
import { FreshReads } from '../../src/slack/fresh-reads.ts'
import { MINUTE, NIGHT } from '../support/make.ts'
import { untilTrue } from './bot.ts'

describe('a read of a group', () => {
  /** Reads that end when the test says so. */
  function makeReads(gapMs: number) {
    const began: { at: number; end: (value: string) => void; fail: (error: Error) => void }[] = []
    const time = { now: NIGHT }
    const read = () =>
      new Promise<string>((resolve, reject) => began.push({ at: time.now, end: resolve, fail: reject }))
    const sleep = async (ms: number) => {
      time.now += ms
    }
    return { began, time, reads: new FreshReads({ read, clock: { now: () => time.now }, gapMs, sleep }) }
  }

  it('serves every question that was asked before it began, and none asked after', async () => {
    const { began, reads } = makeReads(0)
    const first = reads.now('S1')
    await untilTrue(() => began.length === 1)
    const later = [reads.now('S1'), reads.now('S1'), reads.now('S1')]
    await new Promise(setImmediate)
    expect(began).toHaveLength(1) // one at a time
    began[0]?.end('old')
    expect((await first).value).toBe('old')
    await untilTrue(() => began.length === 2)
    began[1]?.end('new')
    expect((await Promise.all(later)).map(({ value }) => value)).toEqual(['new', 'new', 'new'])
    expect(began).toHaveLength(2)
  })

  it('that meets a rate limit holds up others no longer than Slack demands', async () => {
    const time = { now: NIGHT }
    const began: [key: string, at: number][] = []
    const sleepers: { readonly until: number; readonly wake: () => void }[] = []
    const read = async (key: string) => {
      began.push([key, time.now - NIGHT])
      if (began.length === 1) throw new WebAPIRateLimitedError(7)
      return key
    }
    const sleep = (ms: number) => new Promise<void>((wake) => sleepers.push({ until: time.now + ms, wake }))
    const reads = new FreshReads({ read, clock: { now: () => time.now }, gapMs: 3_000, sleep })
    const looked = reads.soon('S1')
    await untilTrue(() => sleepers.length === 1)
    const pressed = [reads.now('S1'), reads.now('S2')]
    await untilTrue(() => sleepers.length === 2)
    time.now += 7_000
    for (const { wake } of sleepers) wake()
    await Promise.all([looked, ...pressed])
    expect(began.toSorted()).toEqual([
      ['S1', 0],
      ['S1', 7_000],
      ['S1', 7_000],
      ['S2', 7_000],
    ])
  })

  it('begins three seconds after the one before, at the earliest', async () => {
    const { began, reads } = makeReads(3_000)
    const first = reads.now('S1')
    await untilTrue(() => began.length === 1)
    began[0]?.end('a')
    await first
    const second = reads.now('S1')
    await untilTrue(() => began.length === 2)
    began[1]?.end('b')
    await second
    expect((began[1]?.at ?? 0) - (began[0]?.at ?? 0)).toBe(3_000)
  })

  it('that fails does not spoil the next', async () => {
    const { began, reads } = makeReads(0)
    const first = reads.now('S1')
    await untilTrue(() => began.length === 1)
    const second = reads.now('S1')
    began[0]?.fail(new Error('down'))
    await expect(first).rejects.toThrow('down')
    await untilTrue(() => began.length === 2)
    began[1]?.end('up')
    expect((await second).value).toBe('up')
  })

  it('whose answer a change may concern is not kept, nor one that is under way; others are', async () => {
    const { began, reads } = makeReads(0)
    const answers = [reads.now('S1'), reads.now('S2')]
    await untilTrue(() => began.length === 2)
    began[0]?.end('Lee')
    began[1]?.end('Kim')
    await Promise.all(answers)
    const running = reads.now('S3')
    await untilTrue(() => began.length === 3)
    reads.forgetWhere((who) => who === 'Lee')
    began[2]?.end('Lee')
    await running
    expect(['S1', 'S2', 'S3'].map((key) => reads.kept(key, MINUTE)?.value)).toEqual([undefined, 'Kim', undefined])
  })

  it('that began before a change was heard is not kept', async () => {
    const { began, reads } = makeReads(0)
    const first = reads.now('S1')
    await untilTrue(() => began.length === 1)
    reads.forget('S1')
    began[0]?.end('old')
    await first
    expect(reads.kept('S1', MINUTE)).toBeUndefined()
  })

  it('for lately joins one that runs', async () => {
    const { began, reads } = makeReads(0)
    const first = reads.now('S1')
    await untilTrue(() => began.length === 1)
    const soon = reads.soon('S1')
    began[0]?.end('same')
    expect(await soon).toEqual(await first)
  })
})
