import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import type { Operations } from '../../src/operations/operations.ts'
import type { Payload } from '../../src/workspace/payloads.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { heldBy, makeAskable, makeAskableRule, offeredTo, policyOf, untilFormSays } from './asking.ts'
import { type BotOptions, makeSlack, startBot, untilTrue } from './bot.ts'

const FILLED = { entitlement: 'orders-read', purpose: 'incident', ttl: '15m', reason: 'INC-42 replica lag' }

/** A bot, and how often something was stored before it was done. */
async function startForm(options: BotOptions = {}) {
  const slack = await makeSlack()
  const stored: string[] = []
  const bot = await startBot(slack, {
    ...options,
    reached: (label) => {
      if (label === 'inbox.stored') stored.push(label)
    },
  })
  return { ...slack, bot, stored }
}

/** A promise, and what lets it come true. */
function makeGate<Value>() {
  return Promise.withResolvers<Value>()
}

describe('the command alone', () => {
  it.each(['http', 'socket'] as const)('opens the form, from which a request is made: over %s', async (mode) => {
    const { ann, lee, requests, bot } = await startForm({ mode })
    const saw = await ann.types('/breakglass', { in: requests })
    expect(saw).toMatchObject({ acknowledged: true, error: undefined, message: { isEphemeral: true } })
    expect(saw.message?.plain).toContain('in one line, for example')
    await untilFormSays(ann)
    expect(ann.modal).toMatchObject({ title: 'Ask for access', submit: 'Ask' })
    await ann.submits({ reason: 'INC-42 replica lag' })
    expect(ann.modal).toBeUndefined()
    expect((await ann.waitsFor('asked for orders-read for 15m')).isEphemeral).toBe(false)
    await lee.waitsFor('INC-42 replica lag', { in: requests })
    const [request] = await bot.store.requests({ limit: 9 })
    expect(request).toMatchObject({ state: 'pending', reason: 'INC-42 replica lag', terms: { purpose: 'incident' } })
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('shows a loading view at once, before it is known what may be asked for, and stores nothing', async () => {
    const gate = makeGate<Awaited<ReturnType<Operations['askable']>>>()
    const { ann, stored, workspace } = await startForm({ operations: { askable: () => gate.promise } })
    await ann.types('/breakglass')
    await untilFormSays(ann, 'Looking up what you can ask for')
    expect(ann.modal?.submit).toBeUndefined()
    expect(workspace.callsTo('views.update')).toEqual([])
    gate.resolve(accept([makeAskable()]))
    await untilFormSays(ann)
    expect(workspace.callsTo('views.open')).toHaveLength(1)
    expect(stored).toEqual([])
  })

  it('offers only what the person may really ask for', async () => {
    const mine = makeEntitlement()
    const other = makeEntitlement({
      id: 'other',
      rules: [makeRule({ name: 'x', requesters: [makeGroup('x', ['U0KIM'])] })],
    })
    const policy = makePolicy({ entitlements: new Map([mine, other].map((one) => [one.id, one])) })
    const { ann } = await startForm({ policy })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    expect(offeredTo(ann, 'entitlement')).toEqual(['orders-read'])
  })

  it('says with nothing to ask for whom to ask, and can only be closed', async () => {
    const { sam } = await startForm()
    await sam.types('/breakglass')
    await untilFormSays(sam, 'nothing that you can ask for')
    expect(sam.modal?.plain).toContain('@sam')
    expect(sam.modal?.submit).toBeUndefined()
  })

  it('tells a guest in the form that he may not', async () => {
    const { workspace } = await startForm()
    const guest = workspace.person('gus', { standing: 'guest' })
    await guest.types('/breakglass')
    await untilFormSays(guest, 'uests')
    expect(guest.modal?.submit).toBeUndefined()
  })

  it.each([
    ['one', 1, 'db-1'],
    ['a hundred', 100, 'db-100'],
    ['a hundred and one', 101, 'db-101'],
    ['two hundred and fifty', 250, 'db-250'],
  ])('lets the last of %s be asked for', async (_name, count, last) => {
    const { ann, bot } = await startForm({ policy: policyOf(count) })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const text = { type: 'plain_text', text: last }
    if (count > 1) await ann.presses('entitlement', ann.modal!, { option: count > 100 ? { text, value: last } : last })
    await untilFormSays(ann, 'For how long?')
    await ann.submits({ entitlement: last, reason: 'INC-42 replica lag' })
    await ann.waitsFor(`asked for ${last}`)
    expect((await bot.store.requests({ limit: 1 }))[0]?.terms.entitlement).toBe(last)
  })

  it('answers the menu with nothing when it is not known in time, or refused', async () => {
    const { workspace, ann } = await startForm({ operations: { askable: async () => refuse('guest', 'No.') } })
    const payload = { type: 'block_suggestion', action_id: 'entitlement', block_id: 'entitlement', value: 'x' }
    const { ack } = await workspace.delivers({ ...payload, user: { id: ann.id }, team: null })
    expect(ack).toMatchObject({ kind: 'acknowledged', body: { options: [] } })
  })
})

describe('a form that does not open', () => {
  it.each([
    ['/breakglass', 'views.open', 'Say what you need and why in one line'],
    ['/breakglass orders-raed why', 'views.open', 'Did you mean orders-read?'],
    ['/breakglass orders-read 30 why', 'views.open', 'Did you mean 30m?'],
    ['/breakglass orders-read no', 'views.open', 'at least 5 characters'],
    ['/breakglass', 'views.update', 'Say what you need and why in one line'],
  ])('%s: when %s fails, the person reads how to type it', async (line, method, words) => {
    const { ann, workspace, requests } = await startForm()
    workspace.fails(method, { kind: 'error', error: method === 'views.open' ? 'expired_trigger_id' : 'fatal_error' })
    await ann.types(line, { in: requests })
    expect((await ann.waitsFor(words, { in: requests })).isEphemeral).toBe(true)
  })

  it('because it was opened by the same command before is told to nobody', async () => {
    const { ann, workspace, requests, stored, bot } = await startForm()
    const { delivery } = await ann.types('/breakglass', { in: requests })
    await untilFormSays(ann)
    await workspace.repeats(delivery!)
    await untilTrue(() => workspace.callsTo('views.open').length === 2)
    await bot.stop()
    expect(stored).toEqual([])
    expect(ann.sees(requests).every(({ plain }) => plain.startsWith('Say what you need'))).toBe(true)
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('any more, because the person closed it, is no failure', async () => {
    const gate = makeGate<Awaited<ReturnType<Operations['askable']>>>()
    const { ann, bot, stored, workspace } = await startForm({ operations: { askable: () => gate.promise } })
    await ann.types('/breakglass')
    await ann.waitsForModal('request')
    await ann.closes()
    gate.resolve(accept([makeAskable()]))
    await untilTrue(() => workspace.callsTo('views.update').length === 1)
    await bot.stop()
    expect(stored).toEqual([])
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('with what may be asked for, because something broke, says so', async () => {
    const { ann } = await startForm({ operations: { askable: () => Promise.reject(new Error('disk on fire')) } })
    await ann.types('/breakglass')
    await untilFormSays(ann, 'Something broke here')
    expect(ann.modal?.plain).not.toContain('fire')
  })
})

describe('an incomplete line', () => {
  const usual = { entitlement: 'orders-read', purpose: 'incident', ttl: '15m', reason: undefined }

  it.each([
    ['orders-read', usual, undefined],
    ['orders-read 20m', { ...usual, ttl: '20m' }, undefined],
    ['orders-read 7m', { ...usual, ttl: '7m' }, undefined],
    ['orders-read 20m deployment', { ...usual, ttl: '20m', purpose: 'deployment' }, 'Say why'],
    ['orders-read deployment fix', { ...usual, purpose: 'deployment', reason: 'fix' }, 'at least 5 characters'],
    ['orders-read 30 INC-42 lag', { ...usual, ttl: undefined, reason: 'INC-42 lag' }, '“30” is no length of time'],
    ['orders-read 15min INC-42 lag', { ...usual, ttl: undefined, reason: 'INC-42 lag' }, 'Did you mean 15m?'],
    ['orders-read 5h INC-42 lag', { ...usual, ttl: undefined, reason: 'INC-42 lag' }, 'from 1m to 30m'],
    ['orders-read a&lt;b', { ...usual, reason: 'a<b' }, 'at least 5 characters'],
    [`orders-read ${'x'.repeat(501)}`, { ...usual, reason: 'x'.repeat(501) }, 'at most 500 fit'],
    ['orders-raed 20m INC-42 lag', { reason: 'INC-42 lag' }, 'Did you mean orders-read?'],
  ])('/breakglass %s opens the form with what was typed', async (line, held, fault) => {
    const { ann, stored, requests } = await startForm({ policy: twoEntitlements() })
    await ann.types(`/breakglass ${line.replaceAll('&lt;', '<')}`, { in: requests })
    await untilFormSays(ann)
    expect(heldBy(ann)).toEqual({ entitlement: undefined, ...held })
    if (fault === undefined) expect(ann.modal?.plain).not.toContain('⚠')
    else expect(ann.modal?.plain).toMatch(new RegExp(`⚠ .*${fault.replace('?', '\\?')}`))
    expect(stored).toEqual([])
    expect(ann.sees(requests)).toMatchObject([{ isEphemeral: true }]) // how to type the line, for him alone
  })

  it('keeps the length that was typed until an entitlement is chosen', async () => {
    const { ann } = await startForm({ policy: twoEntitlements() })
    await ann.types('/breakglass orders-raed 20m INC-42 lag')
    await untilFormSays(ann)
    await ann.presses('entitlement', ann.modal!, { option: 'orders-read' })
    await untilFormSays(ann, 'For how long?')
    expect(heldBy(ann)).toMatchObject({ ttl: '20m', reason: 'INC-42 lag' })
  })

  it('without the purpose that its rule needs opens the form, and none is chosen', async () => {
    const entitlement = makeEntitlement({ rules: [makeRule({ defaultPurpose: undefined })] })
    const { ann } = await startForm({ policy: makePolicy({ entitlements: new Map([[entitlement.id, entitlement]]) }) })
    await ann.types('/breakglass orders-read 20m INC-42 lag')
    await untilFormSays(ann, 'Choose what it is for')
    expect(heldBy(ann)).toEqual({ entitlement: 'orders-read', purpose: undefined, ttl: '20m', reason: 'INC-42 lag' })
    await expect(ann.submits()).rejects.toThrow('What for?')
  })

  it('that passes under the rule that counts for the person is asked at once, though another rule would refuse it', async () => {
    const strict = makeRule({
      name: 'strict',
      requesters: [makeGroup('x', ['U0KIM'])],
      reason: { minLength: 400, hint: undefined, pattern: undefined },
    })
    const entitlement = makeEntitlement({ rules: [strict, makeRule()] })
    const { ann } = await startForm({ policy: makePolicy({ entitlements: new Map([[entitlement.id, entitlement]]) }) })
    await ann.types('/breakglass orders-read INC-42 lag')
    await ann.waitsFor('asked for orders-read')
    expect(ann.modal).toBeUndefined()
  })

  it('that cannot be checked in time is stored and answered as ever', async () => {
    const { ann } = await startForm({ operations: { wouldAccept: () => new Promise(() => {}) } })
    await ann.types('/breakglass orders-read no')
    await ann.waitsFor('at least 5 characters')
    expect(ann.modal).toBeUndefined()
  })
})

/** `orders-read` and `short`, which is for five minutes at most and only for deployments. */
function twoEntitlements() {
  const ttl = { minMs: MINUTE, defaultMs: 2 * MINUTE, maxMs: 5 * MINUTE }
  const rule = makeRule({
    name: 'quick',
    purposes: ['deployment'],
    defaultPurpose: 'deployment',
    ttl,
    reason: { minLength: 12, hint: 'Name the release', pattern: undefined },
  })
  const all = [makeEntitlement(), makeEntitlement({ id: 'short', rules: [rule] })]
  return makePolicy({ entitlements: new Map(all.map((one) => [one.id, one])) })
}

describe('choosing in the open form', () => {
  it('draws purposes, lengths, hint and who is asked anew, and keeps what was typed', async () => {
    const { ann } = await startForm({ policy: twoEntitlements() })
    await ann.types('/breakglass orders-raed INC-42 replica lag')
    await untilFormSays(ann)
    await ann.presses('entitlement', ann.modal!, { option: 'short' })
    await untilFormSays(ann, 'Name the release')
    expect(offeredTo(ann, 'ttl')).toEqual(['1m', '2m', '5m'])
    expect(offeredTo(ann, 'purpose')).toEqual(['deployment'])
    expect(heldBy(ann)).toMatchObject({ purpose: 'deployment', ttl: '2m', reason: 'INC-42 replica lag' })
    expect(ann.modal?.plain).toContain('At least 12 characters')
    expect(ann.modal?.plain).toContain('One of leads will be asked')
  })

  it('replaces a purpose and a length that the new entitlement does not have', async () => {
    const { ann } = await startForm({ policy: twoEntitlements() })
    await ann.types('/breakglass orders-read 30m')
    await untilFormSays(ann)
    await ann.presses('entitlement', ann.modal!, { option: 'short' })
    await untilFormSays(ann, 'Name the release')
    await untilTrue(() => heldBy(ann).ttl === '2m')
    expect(heldBy(ann)).toMatchObject({ purpose: 'deployment', ttl: '2m' })
  })

  it('keeps a length that the new entitlement has, too', async () => {
    const { ann } = await startForm({ policy: twoEntitlements() })
    await ann.types('/breakglass orders-read 3m')
    await untilFormSays(ann)
    await ann.presses('entitlement', ann.modal!, { option: 'short' })
    await untilFormSays(ann, 'Name the release')
    expect(heldBy(ann).ttl).toBe('3m')
  })

  it('another purpose shows the rule that counts for it', async () => {
    const auto = makeAskableRule({ name: 'auto', purposes: ['incident'], approval: 'none', approvers: [], quorum: 0 })
    const found = [makeAskable({ rules: [auto, makeAskableRule({ purposes: ['deployment'] })] })]
    const { ann } = await startForm({ operations: { askable: async () => accept(found) } })
    await ann.types('/breakglass')
    await untilFormSays(ann, 'granted at once, without approval')
    await ann.presses('purpose', ann.modal!, { option: 'deployment' })
    await untilFormSays(ann, 'One of leads will be asked')
  })

  it('twice, quickly, shows the second choice, although the first is known later', async () => {
    const gates = [makeGate<void>(), makeGate<void>()]
    let calls = 0
    const found = ['a', 'b', 'c'].map((id) => makeAskable({ entitlement: id, title: `Title ${id}` }))
    const askable = async () => {
      calls++
      await gates[calls - 2]?.promise
      return accept(found)
    }
    const { ann, workspace } = await startForm({ operations: { askable } })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const { modal } = ann
    await ann.presses('entitlement', modal!, { option: 'b' })
    await untilTrue(() => calls === 2)
    await ann.presses('entitlement', modal!, { option: 'c' })
    gates[1]?.resolve()
    gates[0]?.resolve()
    await untilFormSays(ann, 'Title c on')
    expect(workspace.callsTo('views.update')).toHaveLength(2)
    expect(JSON.stringify(workspace.callsTo('views.update'))).not.toContain('Title b on')
  })

  it('while Slack does not say who may ask leaves the form as it is, and submitting says what is missing', async () => {
    let known = true
    const found = [makeAskable({ entitlement: 'a' }), makeAskable({ entitlement: 'b' })]
    const { ann } = await startForm({
      operations: { askable: async () => (known ? accept(found) : refuse('look-up-failed', 'Slack is away.')) },
    })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    known = false
    await ann.presses('entitlement', ann.modal!, { option: 'a' })
    await ann.submits({ entitlement: 'a', reason: 'INC-42 replica lag' })
    expect(ann.modal?.errors).toEqual({ entitlement: expect.stringContaining('Choose purpose and length') })
  })
})

describe('a submitted form', () => {
  it.each([
    ['ttl', 'ttl'],
    ['reason-short', 'reason'],
    ['reason-pattern', 'reason'],
    ['text-hidden', 'reason'],
    ['text-too-long', 'reason'],
    ['no-purpose', 'purpose'],
    ['no-rule', 'entitlement'],
    ['already-held', 'entitlement'],
    ['look-up-failed', 'entitlement'],
  ])('that is refused with %s says so at %s, stays open, and is not stored', async (code, field) => {
    const sentence = 'Not before 2026-11-22T10:31:00Z.'
    const { ann, stored } = await startForm({ operations: { wouldAccept: async () => refuse(code, sentence) } })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const saw = await ann.submits(FILLED)
    expect(saw.error).toBeUndefined()
    expect(ann.modal?.errors).toEqual({ [field]: 'Not before 22 Nov 10:31 UTC.' })
    expect(heldBy(ann)).toEqual(FILLED)
    expect(stored).toEqual([])
  })

  it('is checked by the real rules', async () => {
    const { ann } = await startForm()
    await ann.types('/breakglass')
    await untilFormSays(ann)
    await ann.submits({ reason: 'no' })
    expect(ann.modal?.errors).toEqual({ reason: 'Say why in at least 5 characters.' })
    await ann.submits({ reason: 'INC-42 \u202e lag' })
    expect(ann.modal?.errors).toEqual({ reason: expect.stringContaining('U+202E') })
    await ann.submits({ reason: 'INC-42 replica lag' })
    expect(ann.modal).toBeUndefined()
  })

  it('asks for exactly what was chosen: the reason’s first word is never the purpose', async () => {
    const asked: unknown[] = []
    const { ann } = await startForm({ operations: { submit: async (ask) => void asked.push(ask) } })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    await ann.submits({ ...FILLED, ttl: '30m', reason: 'deployment went wrong' })
    await untilTrue(() => asked.length === 1)
    expect(asked).toEqual([
      {
        by: 'U0ANN',
        inbox: expect.any(String),
        entitlement: 'orders-read',
        purpose: 'incident',
        ttlMs: 30 * MINUTE,
        words: 'deployment went wrong',
      },
    ])
  })

  it('that cannot be checked in two seconds is stored and decided then', async () => {
    const { ann } = await startForm({ operations: { wouldAccept: () => new Promise(() => {}) } })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const saw = await ann.submits({ ...FILLED, reason: 'no' })
    expect(saw).toMatchObject({ acknowledged: true, error: undefined, modal: undefined })
    await ann.waitsFor('at least 5 characters')
  })

  it('a hundred times, is one request, and each replay closes the form', async () => {
    const { ann, workspace, bot } = await startForm()
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const { delivery } = await ann.submits(FILLED)
    await ann.waitsFor('asked for orders-read')
    const events = (await bot.store.events({ limit: 99 })).length
    const again = await Promise.all(Array.from({ length: 100 }, () => workspace.repeats(delivery!)))
    for (const { ack } of again) {
      expect(ack.kind).toBe('acknowledged')
      expect(JSON.stringify(ack)).not.toContain('errors')
    }
    expect(await bot.store.requests({ limit: 9 })).toHaveLength(1)
    expect(await bot.store.events({ limit: 99 })).toHaveLength(events)
    expect(ann.dms.filter(({ plain }) => plain.includes('asked for orders-read'))).toHaveLength(1)
  })

  it('that cannot be stored stays open and says so', async () => {
    const slack = await makeSlack()
    const { ann } = slack
    await startBot(slack, {
      store: (store) =>
        Object.assign(Object.create(store), {
          receive: () => Promise.reject(new Error('disk full')),
          inboxRow: () => Promise.reject(new Error('disk full')),
        }),
    })
    await ann.types('/breakglass')
    await untilFormSays(ann)
    await ann.submits(FILLED)
    expect(ann.modal?.errors).toEqual({ reason: expect.stringContaining('could not note that down') })
  })

  it.each([
    ['a length that is none', { ttl: { ttl: { selected_option: { value: '30' } } } }],
    ['no purpose', { purpose: {} }],
    ['an entitlement that is none', { entitlement: { entitlement: { selected_option: { value: '__proto__' } } } }],
  ])('that was forged with %s asks for nothing', async (_name, values) => {
    const { ann, workspace, bot } = await startForm()
    await ann.types('/breakglass')
    await untilFormSays(ann)
    const { delivery } = await ann.submits({ ...FILLED, reason: 'no' })
    const payload = structuredClone(delivery!.payload) as { view: { state: { values: object } } }
    Object.assign(payload.view.state.values, { reason: { reason: { value: 'INC-42 replica lag' } } }, values)
    const { ack } = await workspace.delivers(payload as unknown as Payload)
    expect(ack).toMatchObject({ body: { response_action: 'errors', errors: { entitlement: expect.any(String) } } })
    expect(await bot.store.requests({ limit: 9 })).toEqual([])
  })
})

describe('“Ask again”', () => {
  /** A request of Ann’s that she has cancelled, and her card. */
  async function startWithEnded() {
    const form = await startForm()
    const { ann } = form
    await ann.types('/breakglass orders-read 20m deployment incident 42 comes back')
    await ann.presses('cancel', await ann.waitsFor('Waiting for leads'))
    const card = await ann.waitsFor('Cancelled by the requester')
    await untilTrue(async () => (await form.bot.store.unanswered()).length === 0)
    form.stored.length = 0
    return { ...form, card }
  }

  it('opens the form with the same terms and stores nothing', async () => {
    const { ann, card, stored } = await startWithEnded()
    await ann.presses('request_again', card)
    await untilFormSays(ann)
    expect(heldBy(ann)).toEqual({
      entitlement: 'orders-read',
      purpose: 'deployment',
      ttl: '20m',
      reason: 'incident 42 comes back',
    })
    expect(stored).toEqual([])
    await ann.submits()
    await ann.waitsFor(/R-\w+: asked for orders-read for 20m/)
  })

  it('pressed by anybody else opens nothing, and tells nothing of the request', async () => {
    const { ann, lee, card, workspace, bot } = await startWithEnded()
    const payload = ann.payloadOf('request_again', card)
    const opened = workspace.callsTo('views.open').length
    await workspace.delivers({ ...payload, user: { id: lee.id, team_id: workspace.teamId } })
    const answer = await ann.waitsFor('Only the person who asked for this') // the response_url was Ann’s
    expect(answer.plain).not.toContain('R-')
    expect(workspace.callsTo('views.open')).toHaveLength(opened)
    expect(lee.modal).toBeUndefined()
    expect(await bot.store.requests({ states: ['pending'], limit: 9 })).toEqual([])
  })

  it.each([
    ['another request’s', `R-000000.c1.${'a'.repeat(64)}`],
    ['no', 'nonsense'],
  ])('with %s value is answered in the same words', async (_name, value) => {
    const { ann, card, workspace } = await startWithEnded()
    const payload = structuredClone(ann.payloadOf('request_again', card)) as unknown as { actions: { value: string }[] }
    payload.actions[0]!.value = value
    await workspace.delivers(payload as unknown as Payload)
    await ann.waitsFor('Only the person who asked for this')
    expect(ann.modal).toBeUndefined()
  })

  it('that does not open says how to ask in one line', async () => {
    const { ann, card, workspace } = await startWithEnded()
    workspace.fails('views.open', { kind: 'status', status: 500 })
    await ann.presses('request_again', card)
    await ann.waitsFor('The form did not open. Say what you need and why in one line')
  })
})

it('a button to ask, wherever it stands, opens the form', async () => {
  const { ann, workspace, stored } = await startForm()
  await ann.types('/breakglass orders-read INC-42 replica lag')
  const payload = structuredClone(ann.payloadOf('cancel', await ann.waitsFor('Waiting for leads'))) as unknown as {
    actions: { action_id: string; value?: string }[]
  }
  payload.actions[0] = { action_id: 'open_request' }
  stored.length = 0
  await workspace.delivers(payload as unknown as Payload)
  await untilFormSays(ann)
  expect(stored).toEqual([])
})

it('a card near the end says how long is left, and ends on a press', async () => {
  const { ann, lee, requests, time, bot } = await startForm()
  await ann.types('/breakglass orders-read 15m INC-42 replica lag')
  await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
  await ann.waitsFor('You have Read')
  time.ahead += 12 * MINUTE + 5_000
  bot.scheduler.wake()
  const card = await ann.waitsFor(/Ends soon: 2 minutes left/)
  await ann.presses('end_early', card)
  await ann.waitsFor('Given back early')
  expect(bot.target.held.size).toBe(0)
})
