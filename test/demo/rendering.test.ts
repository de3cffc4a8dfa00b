import { describe, expect, it } from 'vitest'
import { denyForm } from '../../src/slack/views/deny-form.ts'
import { closedExtendForm, loadingExtendForm } from '../../src/slack/views/extend-form.ts'
import { loadingForm } from '../../src/slack/views/request-form.ts'
import { type Drawing, drawLine, drawRequest, SITUATION_COUNT, type Typed, take } from '../fuzz/drawings.ts'
import { byOurPage, byTheirs, readsAs } from './drawn.ts'

const PLAIN: Typed = {
  reason: 'INC-42 replica lag',
  note: 'not tonight',
  name: 'Ann',
  address: 'ann',
  title: 'Read the orders',
  line: 'orders-read 15m',
}
const ACTS = '<!channel> & <@U0LEE> *all* _of_ ~it~ `code` <https://evil.example|click>'
const ACTING: Typed = { ...PLAIN, reason: ACTS, note: ACTS, name: ACTS, title: ACTS, line: `orders-read ${ACTS}` }

const SITUATIONS = Array.from({ length: SITUATION_COUNT }, (_, situation) => situation)

/** Forms in which nothing stands that anybody typed. */
const FORMS: readonly Drawing[] = [
  { kind: 'deny form', sent: denyForm('R-7KQ2M4', '') },
  { kind: 'form that is being looked up', sent: loadingForm() },
  { kind: 'extend form that is being looked up', sent: loadingExtendForm() },
  { kind: 'closed extend form', sent: closedExtendForm('*G-7KQ2M4* has ended.') },
]

/** Everything that the bot can draw; suggestions are no drawing of their own, but come into a menu that is open. */
function drawingsOf(typed: Typed): Drawing[] {
  const taken = take(typed)
  const ofRequests = SITUATIONS.flatMap((situation) => drawRequest(taken, situation))
  return [...FORMS, ...ofRequests, ...drawLine(typed, taken)].filter(({ kind }) => kind !== 'suggestions')
}

describe('what the demo’s page draws', () => {
  it.each([
    ['plain words', PLAIN],
    ['words that would act if they were markup', ACTING],
  ])('reads as another renderer has it, in every message and view: %s', (_, typed) => {
    const drawings = drawingsOf(typed)
    expect(new Set(drawings.map(({ kind }) => kind)).size).toBeGreaterThan(18)
    const looks = new Map(drawings.map((drawing) => [JSON.stringify(drawing), drawing])) // many situations look the same
    for (const { kind, sent } of looks.values()) {
      const ours = byOurPage(sent)
      expect(readsAs(ours), kind).toBe(readsAs(byTheirs(sent)))
      expect([...ours.querySelectorAll('.unknown')], kind).toEqual([])
    }
  })

  it.each([
    ['block', { type: 'video' }],
    ['element', { type: 'actions', elements: [{ type: 'datepicker' }] }],
    ['element', { type: 'section', text: { type: 'plain_text', text: 'x' }, accessory: { type: 'image' } }],
    ['field', { type: 'input', block_id: 'b', label: { text: 'x' }, element: { type: 'radio_buttons' } }],
    ['rich text', { type: 'rich_text', elements: [{ type: 'rich_text_list' }] }],
    ['rich text', { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'emoji' }] }] }],
  ])('is an error that nobody overlooks where it does not know this %s: %j', (what, block) => {
    const found = byOurPage({ blocks: [block] }).querySelectorAll('.unknown[role=alert]')
    expect([...found].map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(new RegExp(`^This page cannot draw the ${what} “.+”\\.$`)),
    ])
  })
})
