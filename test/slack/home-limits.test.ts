import { describe, expect, it } from 'vitest'
import { readHomeFrom, writeHomeFrom } from '../../src/slack/home-from.ts'
import { fullHome } from '../../src/slack/survey/full-home.ts'
import { homeView } from '../../src/slack/views/home/view.ts'
import { complaintsAbout, textsIn } from '../fuzz/reader.ts'
import { makeActive, makeEntitlement, makePerson, makePolicy, makeRequest, makeTarget, NIGHT } from '../support/make.ts'
import { makeAskable } from './asking.ts'

const WIDE = '𝔻'

/** The fullest Home that there can be, with texts of such lengths. */
function drawn({
  reason = 'INC-42 replica lag',
  note = 'why',
  notice = undefined as string | undefined,
  long = 4,
} = {}) {
  const person = makePerson('ann', { subject: `${'s'.repeat(long)}@example.com` })
  const entitlement = makeEntitlement({
    title: 'T'.repeat(75),
    target: makeTarget({ name: 't'.repeat(Math.min(64, long)), notice }),
  })
  const request = {
    ...makeRequest({ person, entitlement, reason }),
    link: `https://night.slack.com/${'a'.repeat(400)}`,
  }
  const askables = Array.from({ length: 10 }, () => makeAskable({ title: 'T'.repeat(75) }))
  const grant = { ...makeActive(), entitlement: entitlement.id, target: entitlement.target.name }
  const policy = makePolicy({ entitlements: new Map([[entitlement.id, entitlement]]) })
  return homeView(fullHome({ request, grant, askables, note, at: NIGHT }), policy)
}

const titles = (view: ReturnType<typeof drawn>) =>
  view.blocks.flatMap((block) => ('text' in block && block.type === 'header' ? [block.text?.text ?? ''] : []))

describe('the fullest Home', () => {
  it('is within Slack’s limits, and says of each list how much of it is shown', () => {
    const view = drawn()
    expect(complaintsAbout(view as never)).toEqual([])
    expect(titles(view)).toEqual(
      expect.arrayContaining([
        'What you hold now: 101–104 of 500',
        'Waiting for your decision: 101–104 of 500',
        'Your open requests: 101–104 of 500',
        'Reviews owed: 101–104 of 500',
        'Everybody’s access now: 101–108 of 500',
        'Stuck: not taken away yet: 101–104 of 500',
        'Frozen people: 101–104 of 500',
        'Not enough reachable approvers: 101–104 of 500',
        'What you may ask for: 101–108 of 500',
      ]),
    )
  })

  it.each([200, 500])(
    'with the longest texts shows fewer items, each of them whole: accounts of %i characters',
    (long) => {
      const reason = WIDE.repeat(500)
      const view = drawn({ reason, note: WIDE.repeat(1_000), notice: WIDE.repeat(500), long })
      expect(complaintsAbout(view as never)).toEqual([])
      const reasons = textsIn(view.blocks).filter(({ type, text }) => type === 'plain_text' && text === reason)
      expect(reasons.length).toBeGreaterThan(0)
      const [, end] = /Waiting for your decision: 101–?(\d*) of 500/.exec(titles(view).join('\n')) ?? []
      expect(reasons.length).toBe(end ? Number(end) - 100 : 1)
    },
  )

  it('turns each list by itself, and keeps where the others are', () => {
    const buttons = JSON.stringify(drawn())
    const values = [...buttons.matchAll(/"action_id":"home_next".*?"value":"((?:[^"\\]|\\.)*)"/g)].map((match) =>
      readHomeFrom(JSON.parse(`"${match[1]}"`)),
    )
    expect(values).toHaveLength(9)
    for (const value of values) {
      const places = Object.values(value)
      expect(places).toHaveLength(9)
      expect(places.filter((place) => place !== 100)).toHaveLength(1)
    }
  })
})

describe('where the pages are', () => {
  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"waiting":-1}',
    '{"waiting":1.5}',
    '{"other":1}',
    '{"waiting":1e9}',
    `{"waiting":5}${' '.repeat(500)}`,
  ])('is the beginning where it is not as written: %s', (text) => expect(readHomeFrom(text)).toEqual({}))

  it('is read back as it was written', () => {
    expect(readHomeFrom(writeHomeFrom({ waiting: 5, live: 20, held: 0 }))).toEqual({ waiting: 5, live: 20 })
  })
})
