import { describe, expect, it } from 'vitest'
import { Pace } from '../../../src/slack/pacing/pace.ts'
import { NIGHT } from '../../support/make.ts'

function makePace() {
  const time = { now: NIGHT }
  const pace = new Pace({ now: () => time.now }, 'C0SECURITY')
  /** Delivers in the lane as often as there is a turn; gives how often. */
  const delivers = (lane: string, most = 1_000): number => {
    let count = 0
    for (; count < most; count++) {
      const end = pace.turn(lane)
      if (!end) break
      const wait = lane.startsWith('redraw') ? pace.updates() : pace.posts(lane.replace(/^\w+:/, ''))
      expect(wait).toBe(0)
      end()
    }
    return count
  }
  return { pace, time, delivers }
}

describe('the pace', () => {
  it('posts one message a second to a conversation, after a few at once', () => {
    const { time, delivers } = makePace()
    expect(delivers('conversation:C1')).toBe(4)
    const later = Array.from({ length: 10 }, () => {
      time.now += 1_000
      return delivers('conversation:C1')
    })
    expect(later).toEqual(Array(10).fill(1))
  })

  it('updates 50 cards a minute, after some at once', () => {
    const { time, delivers } = makePace()
    expect(delivers('redraw:decided')).toBe(20)
    time.now += 60_000
    expect(delivers('redraw:decided')).toBe(20)
    let count = 0
    for (let step = 0; step < 60; step++) {
      time.now += 1_000
      count += delivers('redraw:decided')
    }
    expect(count).toBe(50)
  })

  it('posts to the whole workspace no more than 300 messages a minute, to however many people', () => {
    const { time, delivers } = makePace()
    let count = 0
    for (let step = 0; step < 600; step++) {
      count += delivers(`conversation:U${step}`)
      time.now += 100
    }
    expect(count).toBeLessThanOrEqual(320)
  })

  it('holds up no conversation for another one, and no posts for updates', () => {
    const { delivers } = makePace()
    delivers('conversation:C1')
    expect(delivers('conversation:C2')).toBe(4)
    expect(delivers('redraw:ended')).toBeGreaterThan(0)
  })

  it('keeps room for cards in the channel of the feed', () => {
    const { time, delivers, pace } = makePace()
    for (let look = 0; look < 600; look++) {
      const end = pace.turn('feed')
      if (end) pace.posts('C0SECURITY')
      end?.()
      time.now += 100
    }
    expect(delivers('conversation:C0SECURITY')).toBeGreaterThanOrEqual(2)
  })

  it('keeps room for cards and news while thousands are told that access ended', () => {
    const { delivers } = makePace()
    for (let person = 0; person < 1_000; person++) delivers(`notice:U${person}`, 1)
    expect(delivers('conversation:U0ANN')).toBe(4)
    expect(delivers('conversation:C0REQUESTS')).toBe(4)
  })

  it('lets the security channel have its turn while thousands of cards wait', () => {
    const { pace, delivers } = makePace()
    for (let person = 0; person < 1_000; person++) delivers(`conversation:U${person}`, 1)
    expect(pace.turn('feed')).toBeDefined()
  })

  it('keeps updates for what somebody did, then for dead buttons, then for words', () => {
    const { delivers } = makePace()
    expect([delivers('redraw:later'), delivers('redraw:ended'), delivers('redraw:decided')]).toEqual([12, 4, 4])
  })

  it('counts turns that are not used yet', () => {
    const { pace } = makePace()
    const turns = Array.from({ length: 6 }, () => pace.turn('conversation:C1'))
    expect(turns.filter(Boolean)).toHaveLength(4)
    for (const end of turns) end?.()
    expect(pace.turn('conversation:C1')).toBeDefined()
  })

  it('lets a message without a turn go first, and the next ones wait the longer', () => {
    const { pace, time } = makePace()
    for (let count = 0; count < 7; count++) expect(pace.posts('C1')).toBe(0)
    time.now += 3_000
    expect(pace.turn('conversation:C1')).toBeUndefined()
    time.now += 1_000
    expect(pace.turn('conversation:C1')).toBeDefined()
  })

  it('starves nobody where Slack bears less than is left for others', () => {
    const few = { perMinute: 5, burst: 2 }
    for (const lane of ['redraw:later', 'notice:U0ANN', 'feed']) {
      const time = { now: NIGHT }
      const pace = new Pace({ now: () => time.now }, 'C0SECURITY', { conversation: few, posts: few, updates: few })
      pace.turn(lane)?.()
      time.now += 60_000
      expect(pace.turn(lane)).toBeDefined()
    }
  })

  it('remembers only limits that are in use', () => {
    const { pace, time, delivers } = makePace()
    for (let person = 0; person < 3_000; person++) {
      delivers(`conversation:U${person}`, 1)
      time.now += 200
    }
    expect(pace.size).toBeLessThanOrEqual(512)
  })
})

describe('when Slack asks to wait', () => {
  it('for one conversation, only that one waits, and no longer', () => {
    const { pace, time, delivers } = makePace()
    pace.holdPosts('C1', 20_000)
    expect(pace.turn('conversation:C1')).toBeUndefined()
    expect(pace.posts('C1')).toBe(20_000)
    expect(delivers('conversation:C2')).toBe(4)
    expect(delivers('redraw:ended')).toBeGreaterThan(0)
    time.now += 20_000
    expect(delivers('conversation:C1')).toBe(1)
  })

  it('for updates, posts go on', () => {
    const { pace, delivers } = makePace()
    pace.holdUpdates(20_000)
    expect(delivers('redraw:decided')).toBe(0)
    expect(pace.updates()).toBe(20_000)
    expect(delivers('conversation:C1')).toBe(4)
  })

  it('for a second conversation meanwhile, all posts wait: it is the workspace’s limit', () => {
    const { pace, time, delivers } = makePace()
    pace.holdPosts('U1', 20_000)
    time.now += 5_000
    pace.holdPosts('U2', 30_000)
    expect(delivers('conversation:C3')).toBe(0)
    expect(delivers('redraw:decided')).toBe(20)
    time.now += 31_000
    expect(delivers('conversation:C3')).toBeGreaterThan(0)
  })
})

describe('when Slack does not answer', () => {
  it('one delivery tries every five seconds, until it answers again', () => {
    const { pace, time, delivers } = makePace()
    for (let count = 0; count < 5; count++) pace.missed()
    let tries = 0
    for (let second = 0; second < 3_600; second++) {
      if (delivers('conversation:C1', 1) + delivers('redraw:ended', 1) > 0) tries += 1
      time.now += 1_000
    }
    expect(tries).toBe(720)
    pace.answered()
    expect(delivers('conversation:C1')).toBe(4)
  })

  it('a delivery that finds nothing to call for is no try: the next one has its turn at once', () => {
    const { pace, delivers } = makePace()
    for (let count = 0; count < 5; count++) pace.missed()
    for (let person = 0; person < 1_000; person++) {
      const end = pace.turn(`conversation:U${person}`)
      expect(end).toBeDefined()
      expect(pace.turn('redraw:ended')).toBeUndefined() // one at a time
      end?.()
    }
    expect(delivers('redraw:ended')).toBe(1)
  })

  it('to one message only, the others go on', () => {
    const { pace, delivers } = makePace()
    for (let count = 0; count < 20; count++) {
      pace.missed()
      pace.answered()
    }
    expect(delivers('conversation:C1')).toBe(4)
  })
})
