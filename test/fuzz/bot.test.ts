import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { words } from '../../src/config/schema/scalars.ts'
import type { RequestId } from '../../src/core/ids.ts'
import type { Payload } from '../../src/workspace/payloads.ts'
import { changed, configOf, startTown, type Town, told, until } from '../threats/town.ts'
import { hostileText } from './hostile-text.ts'
import { actsOf, complaintsAbout, looseIn, type Sent, textsIn } from './reader.ts'

/** Stands in everything that a person typed. */
const CANARY = 'kanari'
/** Asked for side by side, so that one person can have many requests open. */
const KINDS = 20
const ROUNDS = 3

const sample = (most: number, numRuns: number, seed: number) => fc.sample(hostileText(most), { numRuns, seed })
const typedTexts = (most: number, numRuns: number, seed: number) =>
  sample(most - CANARY.length, numRuns, seed).map((text) => `${text}${CANARY}`)
const titles = sample(75, 9 * KINDS, 3).filter((text) => words(75).safeParse(text).success && !/\dT\d/.test(text))
const entitlements = Array.from({ length: KINDS }, (_, index) => {
  const title = JSON.stringify(titles[index])
  return `  orders-${index}: { title: ${title}, target: orders-db, access: { role: r${index} }, rules: [usual] }`
})

/** The marks that the bot itself may use: instants, mentions of those who ask and decide, and the channel where they were asked. */
const OURS = /^<(?:!date\^\d+\^\{date_short_pretty\} \{time(?:_secs)?\}\|[^<>]*|@U0(?:ANN|LEE|KIM|SAM)|#C0REQUESTS)>$/

async function hostileTown(): Promise<Town> {
  const town = await startTown({ config: configOf({ entitlements: entitlements.join('\n') }) })
  for (const person of [town.ann, town.lee, town.sam]) {
    Object.assign(person.member, { realName: '<!channel> *boss* <@U0EVE> :tada:' })
  }
  return town
}

/** Everything that went to Slack, also in acknowledgements, as what it will be shown as. */
function everythingSent({ workspace }: Town): Sent[] {
  const shown = workspace.calls.flatMap(({ method, args }) => {
    if (/^views\./.test(method)) return [args.view as Sent]
    return /^(chat\.(postMessage|update)|response_url)$/.test(method) ? [args as Sent] : []
  })
  const acknowledged = workspace.deliveries.flatMap(({ ack }) => {
    const body = ack.kind === 'acknowledged' ? (ack.body as Sent | string | undefined) : undefined
    if (typeof body === 'string') return body === '' ? [] : [{ text: body }]
    return body?.text === undefined ? [] : [{ text: body.text }]
  })
  return [...shown, ...acknowledged]
}

function checkAllSent(town: Town): void {
  const everything = everythingSent(town)
  expect(everything.flatMap((sent) => [...complaintsAbout(sent), ...looseIn(sent)])).toEqual([])
  const references = everything.flatMap((sent) => actsOf(sent).filter((act) => act.startsWith('<')))
  expect(references.filter((one) => !OURS.test(one))).toEqual([])
  const alone = everything.filter(({ blocks, type }) => type === undefined && (blocks ?? []).length === 0)
  expect(alone.flatMap((sent) => actsOf(sent)).filter((act) => !OURS.test(act))).toEqual([])
  const inBlocks = everything.flatMap(({ blocks }) => textsIn(blocks))
  expect(inBlocks.filter(({ type, text }) => type === 'mrkdwn' && text.includes(CANARY))).toEqual([])
  expect(inBlocks.filter(({ text }) => text.includes(CANARY)).length).toBeGreaterThan(KINDS)
  expect(inBlocks.filter(({ text }) => /[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', '')))).toEqual([])
  // A trigger that is used twice is this test's own doing.
  const refused = town.workspace.calls.filter(({ answer }) => !['ok', 'exchanged_trigger_id'].includes(answer))
  expect(refused.filter(({ method }) => /^(chat|views)\./.test(method))).toEqual([])
}

async function isQuiet({ look }: Town): Promise<void> {
  await until(async () => (await look((store) => store.unanswered())).length === 0, 20_000)
  const isOfSlack = (lane: string) => !lane.startsWith('target:')
  await until(() => look(async (store) => !(await store.dueLanes(Date.now() + 3_000)).some(isOfSlack)), 20_000)
}

const pendingIn = ({ look }: Town) => look((store) => store.requests({ states: ['pending'], limit: 99 }))

/** The deny form for any request, as if it had been opened from the request's own card. */
async function denial(town: Town, form: Payload, id: RequestId, note: string): Promise<Payload> {
  const [copy] = await town.look((store) => store.copiesOf(id))
  const digest = (await town.look((store) => store.request(id)))?.digest
  const metadata = { value: `${id}.${copy?.id}.${digest}`, channel: copy?.channel, ts: copy?.ts }
  return changed(form, {
    'view.private_metadata': JSON.stringify(metadata),
    'view.state.values.reason.reason.value': note,
  })
}

/** A command and a filled deny form as Slack sends them, to be changed. */
async function templates(town: Town): Promise<{ command: Payload; form: Payload }> {
  const { delivery: command } = await town.ann.types('/breakglass help')
  const { card } = await town.asks(town.ann, 'orders-0 INC-1 the first')
  await town.lee.presses('deny', card)
  await town.lee.waitsForModal()
  const { delivery: form } = await town.lee.submits({ reason: 'once' })
  if (!command || !form) throw new Error('nothing was delivered')
  return { command: command.payload, form: form.payload }
}

describe('text that acts, through the whole bot', () => {
  it(`${KINDS * ROUNDS} hostile reasons, with notes and reasons to revoke, hostile titles and names: nothing of them is ever interpreted`, async () => {
    const town = await hostileTown()
    const { command, form } = await templates(town)
    const reasons = typedTexts(500, KINDS * ROUNDS, 42)
    const notes = typedTexts(1_000, KINDS * ROUNDS, 43)
    let opened = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const lines = reasons.slice(round * KINDS, (round + 1) * KINDS).map((text, index) => `orders-${index} ${text}`)
      await Promise.all(lines.map((text) => town.workspace.delivers(changed(command, { text }))))
      await isQuiet(town)
      const pending = await pendingIn(town)
      opened += pending.length
      for (const [index, { id }] of pending.entries()) {
        const note = notes[round * KINDS + index] ?? ''
        if (index % 2 === 0) await town.workspace.delivers(await denial(town, form, id, note))
        const revoke = { text: `revoke ${id} ${note}`, user_id: 'U0LEE' }
        if (index % 4 === 1) await town.workspace.delivers(changed(command, revoke))
      }
      await isQuiet(town)
      await town.workspace.delivers(changed(command, { text: 'mine' }))
      for (const { id } of await pendingIn(town)) await town.ann.types(`/breakglass cancel ${id}`)
      await isQuiet(town)
    }
    for (const text of ['list', 'mine', 'help']) await town.workspace.delivers(changed(command, { text }))
    await isQuiet(town)
    expect(opened).toBeGreaterThan((KINDS * ROUNDS) / 2)
    const denied = (await town.events()).filter((name) => name === 'request.denied')
    expect(denied.length).toBeGreaterThan((KINDS * ROUNDS) / 5)
    checkAllSent(town)
  })

  it('100 hostile lines, of which half open the form, and forms filled in from hostile requests: the same', async () => {
    const town = await hostileTown()
    const { command } = await templates(town)
    const verbs = ['', 'cancel ', 'end ', 'revoke ', 'revoke R-7KQ2M4 ', 'orders-1 1', 'nudge ', 'x', 'orders-2 ']
    const lines = sample(400, 100, 5).map((text, index) => `${verbs[index % verbs.length]}${text}`)
    for (const text of lines.slice(50)) await town.workspace.delivers(changed(command, { text }))
    for (const line of lines.slice(0, 50)) await told(town, line.replace(/\s/g, ' '))
    await isQuiet(town)
    for (const [index, reason] of typedTexts(500, KINDS, 6).entries()) {
      await town.workspace.delivers(changed(command, { text: `orders-${index} ${reason}` }))
    }
    await isQuiet(town)
    const pending = await pendingIn(town)
    for (const { id } of pending) await asksAgain(town, id)
    await isQuiet(town)
    expect(town.workspace.callsTo('views.open').length).toBeGreaterThan(pending.length + 20)
    checkAllSent(town)
  })
})

/** Takes a request back, and opens the form with what was asked. */
async function asksAgain(town: Town, id: RequestId): Promise<void> {
  await town.ann.types(`/breakglass cancel ${id}`)
  const card = await town.ann.waitsFor(({ plain, buttons }) => plain.includes(id) && buttons[0]?.label === 'Ask again')
  await town.ann.presses('request_again', card)
  await until(() => town.ann.modal !== undefined && !/^Looking up/.test(town.ann.modal.plain))
  await town.ann.closes()
}
