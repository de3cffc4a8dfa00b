import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../src/core/event.ts'
import { EVENT_NAMES } from '../../src/core/event.ts'
import type { Grant } from '../../src/core/grant.ts'
import { REVOKE_CAUSES } from '../../src/core/grant.ts'
import type { Request } from '../../src/core/request.ts'
import { readButtonValue, writeButtonValue } from '../../src/slack/button-value.ts'
import { inUtc, sentence } from '../../src/slack/markup.ts'
import { readPressMetadata, writePressMetadata } from '../../src/slack/press-metadata.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import type { Message } from '../../src/slack/views/blocks.ts'
import { denyForm } from '../../src/slack/views/deny-form.ts'
import { feedBatch } from '../../src/slack/views/feed.ts'
import { helpText } from '../../src/slack/views/help.ts'
import { newsMessage } from '../../src/slack/views/news.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import {
  MINUTE,
  makeActive,
  makeEntitlement,
  makeGranting,
  makeGroup,
  makePolicy,
  makeRequest,
  makeRevoking,
  makeRule,
  makeUsergroup,
  NIGHT,
} from '../support/make.ts'
import { checkMessage, markupOf, plainTexts } from './limits.ts'

function makeView(change: Partial<RequestView> = {}): RequestView {
  return {
    request: makeRequest(),
    grant: undefined,
    copy: 'a'.repeat(32),
    title: 'Read the orders database',
    notice: 'Open sessions are ended when time is up.',
    now: NIGHT,
    leastMs: MINUTE,
    ...change,
  }
}

const approved: Request = {
  ...makeRequest(),
  state: 'approved',
  approvedAt: NIGHT,
  approvals: [{ subject: 'lee@example.com', by: 'U0LEE', name: 'Lee', at: NIGHT, groups: ['leads'], ttlMs: null }],
}
const denied: Request = {
  ...makeRequest(),
  state: 'denied',
  deniedAt: NIGHT,
  by: 'U0LEE',
  byName: 'Lee',
  note: 'not tonight',
  looksWrong: false,
}
const { stuckAt: _1, goneAt: _2, round: _3, ...ended } = makeRevoking()
const revoked: Grant = { ...ended, state: 'revoked', revokedAt: NIGHT, detail: 'confirmed' }

const AGAIN = ['request_again']
/** What approvers can do about access that was given. */
const GIVEN = ['deny', 'end_early', 'looks_wrong']

const situations: readonly [
  headline: string,
  request: Request,
  grant: Grant | undefined,
  buttons: string[],
  mine: string[],
][] = [
  ['Waiting for approval', makeRequest(), undefined, ['approve', 'approve_shorter', 'deny', 'looks_wrong'], ['cancel']],
  ['Granting…', approved, makeGranting(), GIVEN, ['end_early']],
  ['Active', approved, makeActive(), GIVEN, ['end_early', 'extend']],
  ['Active', approved, makeActive({ extendedBy: 'G-000000' }), GIVEN, ['end_early']],
  ['Taking away…', approved, makeRevoking(), [], []],
  ['STUCK: not taken away yet', approved, makeRevoking({ stuckAt: NIGHT }), [], []],
  ['Failed', approved, makeRevoking({ cause: 'grant-failed', activeAt: null }), [], AGAIN],
  ['Ended', approved, revoked, [], AGAIN],
  ['Extended', approved, { ...revoked, cause: 'extended', extendedBy: 'G-000000' }, [], []],
  ['Failed', approved, { ...revoked, cause: 'grant-failed', activeAt: null }, [], AGAIN],
  ['Denied', denied, undefined, [], AGAIN],
  ['Cancelled', { ...makeRequest(), state: 'cancelled', cancelledAt: NIGHT, why: 'requester' }, undefined, [], AGAIN],
  ['Lapsed', { ...makeRequest(), state: 'lapsed', lapsedAt: NIGHT, cause: 'too-late' }, undefined, [], AGAIN],
  ['Lapsed', { ...makeRequest(), state: 'lapsed', lapsedAt: NIGHT, cause: 'terms-changed' }, undefined, [], AGAIN],
]

describe('the cards of a request for more time', () => {
  const request = { ...makeRequest(), id: 'R-000001', extends: 'G-7KQ2M4' } as const
  const both = (change: Partial<RequestView>) => {
    const view = makeView({ request, ...change })
    const cards = [approvalCard(view), requesterCard(view)]
    for (const card of cards) checkMessage(card)
    return cards.map((card) => [card.text, ...markupOf(card)].join('\n'))
  }

  it('say so, and until when the access is there in any case', () => {
    for (const words of both({ extended: makeActive() })) {
      expect(words).toContain('more time with')
      expect(words).toContain('G-7KQ2M4 gives it until')
    }
  })

  it('are those of an ordinary request as soon as the grant is ending', () => {
    for (const words of both({ extended: makeRevoking() })) expect(words).not.toMatch(/more time|G-7KQ2M4/)
  })

  it('say afterwards what was asked for', () => {
    const extended = { ...revoked, cause: 'extended', extendedBy: 'G-000001' } as const
    for (const words of both({
      request: { ...approved, ...request, state: 'approved', approvedAt: NIGHT },
      extended,
    })) {
      expect(words).toContain('more time with')
    }
  })
})

describe('a card', () => {
  it.each(situations)('says %s, and offers what can be done', (headline, request, grant, buttons, mine) => {
    const view = makeView({ request, grant })
    for (const [card, expected] of [
      [approvalCard(view), buttons],
      [requesterCard(view), mine],
    ] as const) {
      checkMessage(card)
      expect(card.blocks[0]).toMatchObject({ type: 'header', text: { text: `${headline} · R-7KQ2M4` } })
      expect(card.text.startsWith(`${headline} (R-7KQ2M4)`)).toBe(true)
      expect(actionsOf(card)).toEqual(expected)
    }
  })

  it.each(REVOKE_CAUSES)('says in words why access ended: %s', (cause) => {
    const card = approvalCard(makeView({ request: approved, grant: { ...revoked, cause, by: 'cli:root' } }))
    expect(markupOf(card).join('\n')).not.toContain(cause.includes('-') ? cause : 'undefined')
  })

  it('carries request, copy and digest in its buttons', () => {
    const view = makeView()
    const value = writeButtonValue({ request: view.request.id, copy: view.copy, digest: view.request.digest })
    expect(JSON.stringify(approvalCard(view).blocks)).toContain(value)
    expect(readButtonValue(value)).toEqual({ request: 'R-7KQ2M4', copy: view.copy, digest: view.request.digest })
  })

  it('calls a user group, or up to five people, but never the requester', () => {
    const leads = makeGroup('leads', ['U0ANN', 'U0LEE', 'U0KIM'])
    const many = makeGroup('many', ['U1', 'U2', 'U3', 'U4', 'U5', 'U6'])
    const oncall = makeUsergroup('oncall', 'S0ONCALL')
    const called = (...approvers: (typeof leads)[]) => {
      const request = makeRequest({ rule: makeRule({ approvers }), membership: { oncall: ['U0LEE'] } })
      return markupOf(approvalCard(makeView({ request }))).find((text) => text.includes('please decide')) ?? ''
    }
    expect(called(leads)).toContain('<@U0KIM>, <@U0LEE>: please decide')
    expect(called(oncall)).toContain('<!subteam^S0ONCALL>: please decide')
    expect(called(many)).toContain('many: please decide')
    expect(called(leads)).not.toContain('U0ANN')
  })

  it('of a grant that was released says that access is still there', () => {
    const card = approvalCard(makeView({ request: approved, grant: { ...revoked, detail: 'released' } }))
    expect(card.text).toContain('Nothing was taken away on orders-db')
  })

  it('fits when every typed text is as long as it may be', () => {
    for (const character of ['&', '<', '😀', 'é', '\u{10FFFF}']) {
      const request = { ...denied, reason: character.repeat(500), note: character.repeat(1_000) }
      const view = makeView({ request })
      for (const card of [approvalCard(view), requesterCard(view), newsMessage('denied', view, '/breakglass')]) {
        if (!card) throw new Error('no message')
        checkMessage(card)
        expect(plainTexts(card)).toContain(request.note)
      }
    }
  })
})

describe('the requester’s card', () => {
  const active = makeActive()
  const at = (leftMs: number) =>
    requesterCard(makeView({ request: approved, grant: active, now: active.expiresAt - leftMs }))

  it.each([
    [3 * MINUTE, '3 minutes left'],
    [3 * MINUTE - 1, '2 minutes left'],
    [59_000, '59 seconds left'],
    [0, '0 seconds left'],
    [-5_000, '0 seconds left'],
  ])('says with %d ms of 15 minutes left that it ends soon: %s', (leftMs, words) => {
    const card = at(leftMs)
    checkMessage(card)
    expect(card.text).toMatch(/^Ends soon \(R-7KQ2M4\)/)
    expect(card.text).toContain(words)
    expect(markupOf(card).join('\n')).toContain(words)
    expect(actionsOf(card)).toEqual(['end_early', 'extend'])
  })

  it('says nothing of the end before a fifth is left', () => {
    expect(at(3 * MINUTE + 1).text).not.toContain('Ends soon')
  })
})

/** Text as an attacker types it: markup of every kind, in any order. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '<!here>',
        '<@U0EVE>',
        '<https://evil.example|safe>',
        '<!subteam^S0ENG>',
        '&lt;',
        '&',
        '<',
        '>',
      ),
      fc.constantFrom(
        '*bold*',
        '_it_',
        '~no~',
        '`code`',
        '```',
        ':tada:',
        '\u202e',
        '\u200b',
        '\u0007',
        '|',
        '<!date^1^{date}|x>',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => parts.join(''))

describe('typed text', () => {
  it('is never interpreted, whatever it is, in 10,000 cards', () => {
    const cases = fc.tuple(hostile, hostile, hostile, fc.integer({ min: 0, max: situations.length - 1 }))
    fc.assert(
      fc.property(cases, ([reason, note, name, index]) => {
        const [, base, grant] = situations[index] ?? []
        if (!base) return
        const approvals = base.approvals.map((approval) => ({ ...approval, name }))
        const typed = { reason: cut(`TYPED${reason}`, 500), requesterName: name, approvals }
        const request = {
          ...base,
          ...typed,
          ...(base.state === 'denied' ? { note: cut(`TYPED${note}`, 1_000), byName: name } : {}),
        }
        const view = makeView({ request, grant, title: cut(name, 150) })
        for (const card of [approvalCard(view), requesterCard(view)]) {
          checkMessage(card)
          expect(plainTexts(card)).toContain(typed.reason)
          for (const text of [card.text, ...markupOf(card)]) expect(strangeMarkup(text)).toEqual([])
          for (const text of markupOf(card)) expect(text).not.toContain('TYPED')
        }
      }),
      { numRuns: 5_000 }, // two cards each
    )
  })
})

describe('news', () => {
  const of = (news: Parameters<typeof newsMessage>[0], request: Request, grant?: Grant) =>
    newsMessage(news, makeView({ request, grant }), '/breakglass')

  it.each([
    ['granted', approved, makeActive(), 'You have Read the orders database'],
    ['denied', denied, undefined, '<@U0LEE> denied R-7KQ2M4'],
    ['lapsed', makeRequest(), undefined, 'Nobody decided R-7KQ2M4 in time'],
    ['terms-changed', makeRequest(), undefined, 'was closed: the rules'],
    ['ended', approved, revoked, 'Your access has ended'],
    ['stuck', approved, makeRevoking({ stuckAt: NIGHT }), 'should have ended'],
  ] as const)('of %s is short and says what to do next', (news, request, grant, words) => {
    const message = of(news, request, grant)
    expect(message?.text).toContain(words)
    if (message) checkMessage(message)
  })

  it('that is overtaken is none', () => {
    expect(of('granted', approved, revoked)).toBeUndefined()
    expect(of('ended', approved, makeActive())).toBeUndefined()
    expect(of('stuck', approved, revoked)).toBeUndefined()
    expect(of('denied', makeRequest())).toBeUndefined()
  })
})

describe('the security feed', () => {
  it.each(EVENT_NAMES)('tells %s in words', (name) => {
    const { message } = feedBatch([makeEvent({ name })])
    if (!message) throw new Error('nothing told')
    checkMessage(message)
    expect(message.text).not.toContain(name)
    expect(message.text).toMatch(/refused|^#7 /)
  })

  it('shows typed text as plain text only', () => {
    const { message } = feedBatch([makeEvent({ text: '<!channel> *now*' })])
    if (!message) throw new Error('nothing told')
    expect(plainTexts(message)).toEqual(['<!channel> *now*'])
    expect(JSON.stringify([message.text, markupOf(message)])).not.toContain('channel')
  })

  it('tells refusals as a number', () => {
    const refused = makeEvent({ name: 'request.refused', detail: { code: 'no-rule', count: 3 } })
    expect(feedBatch([refused, { ...refused, sequence: 8 }])).toMatchObject({
      upTo: 8,
      message: { text: '6 refused: see the audit log' },
    })
  })

  it('tells everything once and in order, in few messages, each within the limits', () => {
    const events = Array.from({ length: 1_000 }, (_, index) => {
      return makeEvent({
        sequence: index + 1,
        name: 'grant.revoked',
        text: null,
        detail: { cause: 'expired', detail: 'confirmed' },
      })
    })
    const told = tellAll(events)
    expect(told.flatMap(({ text }) => [...text.matchAll(/^#(\d+)/gm)].map((match) => Number(match[1])))).toEqual(
      events.map(({ sequence }) => sequence),
    )
    expect(told.length).toBeLessThanOrEqual(30)
  })

  it('keeps within 50 blocks when each event has its own text', () => {
    const short = { actor: 'system', subject: null, entitlement: null, request: null, grant: null, text: 'why' }
    const events = Array.from({ length: 60 }, (_, index) => makeEvent({ ...short, sequence: index + 1 }))
    for (const message of tellAll(events)) checkMessage(message)
  })

  it('keeps within the limits whatever is typed', () => {
    const event = fc.record({
      text: fc.option(hostile.map((text) => cut(text, 1_000))),
      detail: fc.dictionary(hostile, hostile),
      subject: hostile,
    })
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 80 }), (changes) => {
        const events = changes.map((change, index) => makeEvent({ ...change, sequence: index + 1 }))
        for (const message of tellAll(events)) {
          checkMessage(message)
          for (const text of [message.text, ...markupOf(message)]) expect(strangeMarkup(text)).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a sentence', () => {
  it('shows instants in the reader’s own time zone, and nothing else of it is markup', () => {
    expect(sentence('Until 2026-11-22T10:31:00.000Z, <!here> & so on')).toBe(
      'Until <!date^1795343460^{date_short_pretty} {time}|22 Nov 10:31 UTC>, &lt;!here&gt; &amp; so on',
    )
    expect(sentence('2026-99-99T10:31:00Z')).toBe('2026-99-99T10:31:00Z')
    expect(inUtc(NIGHT)).toBe('22 Nov 03:00 UTC')
  })
})

describe('the deny form', () => {
  it('brings back which button was pressed, and where', () => {
    const value = writeButtonValue({ request: 'R-7KQ2M4', copy: 'c1', digest: 'a'.repeat(64) })
    const metadata = writePressMetadata(value, 'C0REQUESTS', '1.1')
    const form = denyForm('R-7KQ2M4', metadata)
    expect(form.title.text.length).toBeLessThanOrEqual(24)
    expect(form.private_metadata?.length).toBeLessThan(3_000)
    expect(readPressMetadata(metadata)).toEqual({
      request: 'R-7KQ2M4',
      copy: 'c1',
      digest: 'a'.repeat(64),
      channel: 'C0REQUESTS',
      ts: '1.1',
    })
    for (const forged of ['', '{}', 'null', '[]', metadata.replace('R-', 'X-'), metadata.replace('}', ',"by":"U1"}')]) {
      expect(readPressMetadata(forged)).toBeUndefined()
    }
  })
})

it('a button value with any part mutated into another form is not read', () => {
  const value = writeButtonValue({ request: 'R-7KQ2M4', copy: 'c1', digest: 'a'.repeat(64) })
  const forged = [
    '',
    `${value} `,
    `${value}\n`,
    value.toLowerCase(),
    value.replace('R-', 'G-'),
    value.replace('.', ':'),
    `${value}.x`,
  ]
  for (const wrong of [...forged, undefined, 7]) expect(readButtonValue(wrong)).toBeUndefined()
})

it('a button value with one character changed is never read as what it was, in 10,000 cases', () => {
  const button = { request: 'R-7KQ2M4', copy: 'b'.repeat(32), digest: 'a'.repeat(64) } as const
  const value = writeButtonValue(button)
  const change = fc.tuple(fc.nat(value.length - 1), fc.string({ unit: 'binary', maxLength: 2 }))
  fc.assert(
    fc.property(change, ([at, other]) => {
      const forged = `${value.slice(0, at)}${other}${value.slice(at + 1)}`
      if (forged !== value) expect(readButtonValue(forged)).not.toEqual(button)
    }),
    { numRuns: 10_000 },
  )
})

it('help has an example that could be typed, and says what can be asked for', () => {
  expect(helpText(makePolicy())).toContain('/breakglass orders-read 15m INC-42')
  expect(helpText(makePolicy())).toContain('• orders-read: Read the orders database')
  const many = new Map(
    Array.from({ length: 200 }, (_, index) => [`e-${index}`, makeEntitlement({ title: 'x'.repeat(200) })]),
  )
  const text = helpText(makePolicy({ entitlements: many }))
  expect(text).toContain('and 175 more')
  expect(text.length).toBeLessThan(4_000)
})

function makeEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    sequence: 7,
    at: NIGHT,
    name: 'request.opened',
    actor: 'U0ANN',
    subject: 'ann@example.com',
    entitlement: 'orders-read',
    request: 'R-7KQ2M4',
    grant: 'G-7KQ2M4',
    detail: {},
    textHash: null,
    previous: '',
    text: 'INC-42 replica lag',
    ...change,
  }
}

function tellAll(events: readonly AuditEvent[]): Message[] {
  const told: Message[] = []
  for (let rest = events; rest.length > 0; ) {
    const { message, upTo } = feedBatch(rest)
    if (message) told.push(message)
    rest = rest.filter(({ sequence }) => sequence > upTo)
  }
  return told
}

function actionsOf({ blocks }: Message): string[] {
  return blocks.flatMap((block) => {
    return block.type === 'actions' ? block.elements.map((element) => element.action_id ?? '') : []
  })
}

/** References in markup that are not ours. */
function strangeMarkup(text: string): string[] {
  const references = text.match(/<[^>]*>?/g) ?? []
  return references.filter(
    (one) => !/^<(@U0(ANN|LEE|KIM)|!date\^\d+\^\{date_short_pretty\} \{time(_secs)?\}\|[\w: .-]+)>$/.test(one),
  )
}

function cut(text: string, most: number): string {
  return [...text].slice(0, most).join('')
}
