import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { changed, configOf, startTown, type Town, told, until } from './town.ts'

const REASONS = 75
/** Asked for side by side, so that one person can have many requests open. */
const KINDS = 25
const entitlements = Array.from(
  { length: KINDS },
  (_, index) => `  orders-${index}: { title: Read, target: orders-db, access: { role: r${index} }, rules: [usual] }`,
).join('\n')

const NASTY = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U0KIM>',
  '<@U0EVE|ann>',
  '<#C0SECURITY>',
  '<!subteam^S0LEADS|@leads>',
  '<https://evil.example|orders.example.com>',
  'https://evil.example',
  'evil.example',
  '@channel',
  '@here',
  '@U0KIM',
  '<!date^1^{date}|now>',
  '*bold*',
  '_i_',
  '~s~',
  '`code`',
  '```',
  ':rotating_light:',
  ':+1:',
  '> quote',
  '&gt;',
  '&lt;!channel&gt;',
  '&amp;lt;',
  '&',
  '<',
  '>',
  '|',
  '\\',
  '"',
  '{"type":"mrkdwn"}',
  'approved by lee',
  '\n',
  '\r\n',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  'e\u0301',
  '\ud800',
  '𝒳',
  '😀',
  '2026-11-22T03:00:00Z',
  '#1 03:00:00 access ended',
  'R-7KQ2M4',
  'G-7KQ2M4',
  '__proto__',
  '$x',
  '%s',
  'Ａ',
  'ﬀ',
]

const anything = fc.array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })), {
  minLength: 1,
  maxLength: 10,
})
/** Nothing in it that is refused, so that all of it comes to be shown. */
const visible = fc.array(
  fc.oneof(
    fc.constantFrom(...NASTY.filter((text) => text.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(text))),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  ),
  { minLength: 1, maxLength: 12 },
)
const hostile = fc
  .oneof({ weight: 4, arbitrary: visible }, { weight: 1, arbitrary: anything })
  .map((parts) => parts.join(' '))

/** The marks that the bot itself may use: instants, and mentions of those who ask and decide. */
const OURS = /^<(?:!date\^\d+\^\{date_short_pretty\} \{time(?:_secs)?\}\|[^<>]*|@U0(?:ANN|LEE|KIM|SAM))>$/

interface Written {
  /** Everything that Slack would interpret. */
  readonly markup: readonly string[]
  /** Everything that it would not. */
  readonly plain: readonly { readonly text: string; readonly emoji: boolean | undefined }[]
}

/** Every look that every message ever had. */
function everythingWritten({ state }: Workspace): Written[] {
  const messages = [...state.conversations.values()].flatMap(({ messages }) => [...messages.values()])
  const versions = messages.filter(({ author }) => author.startsWith('U0B')).flatMap((message) => message.versions)
  return versions.map(({ text, blocks }) => {
    const texts = textsIn(blocks)
    const markup = texts.filter(({ type }) => type === 'mrkdwn').map((one) => one.text)
    return { markup: [text, ...markup], plain: texts.filter(({ type }) => type === 'plain_text') }
  })
}

function textsIn(value: unknown): { type: string; text: string; emoji: boolean | undefined }[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  const own = 'type' in value && 'text' in value && typeof value.text === 'string' ? [value as never] : []
  return [...own, ...Object.values(value).flatMap(textsIn)]
}

async function isQuiet(town: Town): Promise<void> {
  await until(async () => (await town.look((store) => store.unanswered())).length === 0, 20_000)
  const settled = () => town.look(async (store) => !(await store.dueLanes(Date.now() + 3_000)).some(isOfSlack))
  await until(settled, 20_000)
}

function isOfSlack(lane: string): boolean {
  return !lane.startsWith('target:')
}

describe('text that acts', () => {
  it(`${REASONS} hostile reasons and as many notes through the whole bot, as typed and raw: nothing of them is ever interpreted`, async () => {
    const town = await startTown({ config: configOf({ entitlements }) })
    for (const person of [town.ann, town.lee, town.kim]) {
      Object.assign(person.member, { realName: '<!channel> *boss* <@U0EVE> :tada:' })
    }
    const { delivery } = await town.ann.types('/breakglass help')
    const first = await town.asks(town.ann, 'orders-0 INC-1 the first')
    await town.lee.presses('deny', first.card)
    await town.lee.waitsForModal()
    const denied = await town.lee.submits({ reason: 'once' })
    if (!delivery || !denied.delivery) throw new Error('nothing was delivered')
    const texts = fc.sample(hostile, { numRuns: REASONS * 2, seed: 42 })
    let opened = 0
    for (let from = 0; from < REASONS; from += KINDS) {
      const asked = texts
        .slice(from, from + KINDS)
        .map((text, index) => `orders-${index} canary${from + index} ${text}`)
      await Promise.all(asked.map((text) => town.workspace.delivers(changed(delivery.payload, { text }))))
      await isQuiet(town)
      const pending = await town.look((store) => store.requests({ states: ['pending'], limit: 99 }))
      opened += pending.length
      for (const [index, { id, digest }] of pending.entries()) {
        const [copy] = await town.look((store) => store.copiesOf(id))
        const value = `${id}.${copy?.id}.${digest}`
        const metadata = JSON.stringify({ value, channel: copy?.channel, ts: copy?.ts })
        await town.workspace.delivers(
          changed(denied.delivery.payload, {
            'view.private_metadata': metadata,
            'view.state.values.reason.reason.value': `canary${from + index} ${texts[REASONS + from + index]}`,
          }),
        )
      }
      await isQuiet(town)
      for (const { id } of pending)
        if ((await town.state(id)) === 'pending') await town.ann.types(`/breakglass cancel ${id}`)
      await isQuiet(town)
    }
    expect(opened).toBeGreaterThan(REASONS / 2)
    expect((await town.events()).filter((name) => name === 'request.denied').length).toBeGreaterThan(REASONS / 4)
    const written = everythingWritten(town.workspace)
    expect(written.length).toBeGreaterThan(opened * 3)
    const marks = new Set(written.flatMap(({ markup }) => markup.flatMap((text) => text.match(/<[^>]*>?/g) ?? [])))
    expect([...marks].filter((mark) => !OURS.test(mark))).toEqual([])
    const inBlocks = written.flatMap(({ markup: [, ...blocks] }) => blocks)
    expect(inBlocks.filter((text) => text.includes('canary'))).toEqual([])
    const shown = written.flatMap(({ plain }) => plain)
    expect(shown.filter(({ text }) => text.includes('canary')).length).toBeGreaterThan(opened)
    expect(shown.filter(({ emoji }) => emoji !== false)).toEqual([])
    expect(shown.filter(({ text }) => /[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}]/u.test(text))).toEqual([])
    expect(town.workspace.calls.filter(({ method, answer }) => method.startsWith('chat.') && answer !== 'ok')).toEqual(
      [],
    )
  }, 60_000)

  it('a hostile command line is never repeated as it was typed: 150 lines', async () => {
    const town = await startTown()
    const { delivery } = await town.ann.types('/breakglass help')
    if (!delivery) throw new Error('nothing was delivered')
    const verbs = ['', 'cancel ', 'end ', 'revoke ', 'revoke R-7KQ2M4 ', 'orders-read ', 'orders-read 1', 'nudge ', 'x']
    const lines = fc.sample(fc.tuple(fc.constantFrom(...verbs), hostile), { numRuns: 150, seed: 5 })
    const payloads = lines.map(([verb, text]) => changed(delivery.payload, { text: `${verb}${text}` }))
    for (const payload of payloads) await town.workspace.delivers(payload)
    await isQuiet(town)
    const marks = everythingWritten(town.workspace).flatMap(({ markup }) =>
      markup.flatMap((text) => text.match(/<[^>]*>?/g) ?? []),
    )
    expect(marks.filter((mark) => !OURS.test(mark))).toEqual([])
  })

  it('the reason of “revoke all” is kept as it was checked, in normal form C', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    await until(async () => (await town.grants()).length === 1)
    await town.sam.types('/breakglass revoke all cafe\u0301 fire')
    await until(async () => (await town.events()).includes('grant.revoke-begun'))
    const events = await town.look((store) => store.events({ limit: 99 }))
    expect(events.find(({ name }) => name === 'grant.revoke-begun')?.text).toBe('café fire')
  })

  it('an e-mail address cannot leave the code span in which its account stands', async () => {
    const town = await startTown()
    await town.workspace.admin.changesEmail(town.ann, 'a`*b*`c@example.com')
    const { card } = await town.asks(town.ann)
    const where = textsIn(card.blocks).find(({ text }) => text.startsWith('*Where*'))
    expect(where?.text.split('`')).toHaveLength(3)
    expect(where?.text).toContain('*b*')
  })
})

/** One code point each, however many UTF-16 units or bytes it takes, escaped or not. */
const LETTERS = ['&', '"', '𝒳', '😀', '漢'] as const

describe('the approver does not see everything', () => {
  it.each(LETTERS)('a reason of 500 × %s is shown whole in each state, one of 501 is refused', async (letter) => {
    const town = await startTown()
    expect(await told(town, `orders-read ${letter.repeat(501)}`)).toMatch(/at most|501 characters/)
    expect(await town.look((store) => store.requests({ limit: 9 }))).toEqual([])
    const reason = letter.repeat(500)
    const { id, card } = await town.asks(town.ann, `orders-read ${reason}`)
    expect(card.plain).toContain(reason)
    await town.lee.presses('approve', card)
    const granting = await town.lee.waitsFor('Granting', { in: town.requests })
    expect(granting.plain).toContain(reason)
    await town.lee.presses('deny', granting)
    await town.lee.waitsForModal()
    const note = letter.repeat(1_000 / letter.length) // the form counts UTF-16 units
    await town.lee.submits({ reason: note })
    const going = await town.lee.waitsFor(/Taking away|Ended/, { in: town.requests })
    expect(going.plain).toContain(reason)
    expect((await town.sam.waitsFor(note, { in: town.security })).plain).toContain(note)
    await isQuiet(town)
    expect(failedCalls(town)).toEqual([])
    expect((await town.look((store) => store.request(id)))?.reason).toBe(reason)
  })

  it.each(LETTERS)(
    'a note of 1,000 × %s is shown whole to requester, approvers and security, one of 1,001 is refused',
    async (letter) => {
      const town = await startTown()
      const { id, card } = await town.asks(town.ann, `orders-read ${letter.repeat(500)}`)
      await town.lee.presses('deny', card)
      await town.lee.waitsForModal()
      const { delivery } = await town.lee.submits({ reason: 'first try' }).catch(() => ({ delivery: undefined }))
      await until(async () => (await town.state(id)) === 'denied')
      const second = await town.asks(town.ann, `orders-read ${letter.repeat(499)}x`)
      const value = String((town.lee.payloadOf('deny', second.card).actions as { value: string }[])[0]?.value)
      const metadata = JSON.stringify({ value, channel: second.card.channel, ts: second.card.ts })
      const submission = (note: string) =>
        changed(delivery?.payload ?? {}, {
          'view.private_metadata': metadata,
          'view.state.values.reason.reason.value': note,
        })
      const refused = await town.workspace.delivers(submission(letter.repeat(1_001)))
      expect(refused.ack).toMatchObject({ body: { response_action: 'errors' } })
      expect(await town.state(second.id)).toBe('pending')
      await town.delivers(submission(letter.repeat(1_000)))
      const note = letter.repeat(1_000)
      expect((await town.ann.waitsFor(note)).plain).toContain(note)
      expect((await town.lee.waitsFor(note, { in: town.requests })).plain).toContain(note)
      expect((await town.sam.waitsFor(note, { in: town.security })).plain).toContain(note)
      await isQuiet(town)
      expect(failedCalls(town)).toEqual([])
    },
  )

  it('a reason of 700 is told the limit that counts', async () => {
    const town = await startTown()
    expect(await told(town, `orders-read ${'a'.repeat(700)}`)).toContain('at most 500')
  })

  it.fails('the top-level text of a denied card has the whole note — it is left out where it does not fit in 4,000', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    await town.lee.presses('deny', card)
    await town.lee.waitsForModal()
    await town.lee.submits({ reason: '&'.repeat(1_000) })
    const told = await town.ann.waitsFor('denied R-')
    expect(told.text).toContain('&amp;'.repeat(1_000))
  })
})

function failedCalls({ workspace }: Town) {
  return workspace.calls.filter(({ answer }) => answer !== 'ok')
}
