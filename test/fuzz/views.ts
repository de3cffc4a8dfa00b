import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Drawing, drawLine, refusalsOf, SITUATION_COUNT, type Taken, type Typed, take } from './drawings.ts'
import { drawWithGlass } from './glass-drawings.ts'
import { hostileText } from './hostile-text.ts'
import { actsOf, complaintsAbout, looseIn, textsIn } from './reader.ts'

/** Stands in everything that was typed, so that it is found again. */
const CANARY = 'kanari'

/** Control, bidirectional, zero-width and unassigned characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/u

const marked = (most: number) => hostileText(most - CANARY.length).map((text) => `${text}${CANARY}`)
const typed: fc.Arbitrary<Typed> = fc.record({
  reason: marked(500),
  note: marked(1_000),
  name: hostileText(80),
  address: hostileText(40).map((text) => `a${text.replace(/[\s\p{C}]/gu, '')}`), // Slack takes no others
  title: hostileText(75).filter((text) => !/\dT\d/.test(text)), // an instant in a title is shown as the instant that it is
  line: fc
    .tuple(
      fc.constantFrom('', '', 'orders-read ', 'orders-read 1', 'cancel ', 'revoke ', 'revoke R-7KQ2M4 '),
      hostileText(500),
    )
    .map((parts) => parts.join('')),
})
const HARMLESS: Typed = { reason: 'why', note: 'note', name: 'Ann', address: 'ann', title: 'Read', line: 'orders' }

/** What Slack does with the same drawing when nothing in it is meant to act. */
const harmless = new Map<string, string[]>()

function harmlessActs(situation: number, kind: string): string[] {
  const key = `${situation} ${kind}`
  if (harmless.size === 0) {
    for (let each = 0; each < SITUATION_COUNT; each += 1) {
      for (const one of drawWithGlass(take(HARMLESS), each)) harmless.set(`${each} ${one.kind}`, actsOf(one.sent))
    }
  }
  return harmless.get(key) ?? []
}

function check({ kind, sent }: Drawing, expected: readonly string[]): void {
  const wrong = [...complaintsAbout(sent), ...looseIn(sent)]
  if (wrong.length > 0) expect.fail(`${kind}: ${wrong.join('; ')}`)
  const acts = actsOf(sent)
  if (acts.join('\n') !== expected.join('\n')) expect(acts, kind).toEqual(expected)
}

/** That typed text stands whole in plain text, and nowhere else. */
function checkTyped(cards: readonly Drawing[], { reason, note }: Taken): void {
  for (const { kind, sent } of cards) {
    const texts = textsIn(sent.blocks)
    if (texts.some(({ type, text }) => type === 'mrkdwn' && text.includes(CANARY))) expect.fail(`${kind}: in mrkdwn`)
    if (texts.some(({ text }) => text.includes(CANARY) && HIDDEN.test(text))) expect.fail(`${kind}: what nobody sees`)
    if ((kind.endsWith('card') || kind === 'Home') && reason && !texts.some(({ text }) => text === reason))
      expect.fail(`${kind}: reason cut`)
    if (kind === 'denied' && note && !texts.some(({ text }) => text === note)) expect.fail(`${kind}: note cut`)
  }
}

/** Everything that the bot would show of these texts. */
function checkAll(texts: Typed, situation: number): Taken {
  const taken = take(texts)
  const drawings = drawWithGlass(taken, situation)
  for (const drawing of drawings) check(drawing, harmlessActs(situation, drawing.kind))
  checkTyped(drawings, taken)
  for (const drawing of drawLine(texts, taken)) check(drawing, [])
  if (refusalsOf(texts).some((sentence) => sentence.includes(CANARY))) expect.fail('a refusal repeats what was typed')
  return taken
}

/** @param cases how many times all the texts are drawn */
export function itInterpretsNothing(cases: number): void {
  it(`${cases.toLocaleString('en')} hostile reasons, notes, names, addresses, titles and lines in every card, message and form: nothing is interpreted, all is within the limits`, () => {
    const seen = { reason: 0, note: 0, title: 0, person: 0 }
    fc.assert(
      fc.property(typed, fc.nat(SITUATION_COUNT - 1), (texts, situation) => {
        const taken = checkAll(texts, situation)
        for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += taken[key] === undefined ? 0 : 1
      }),
      { numRuns: cases, seed: 42 },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(cases / 2)
  })
}
