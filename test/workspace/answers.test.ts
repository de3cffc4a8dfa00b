import { describe, expect, it } from 'vitest'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'
import { makeModal, modal, reason, text, ttl } from './open-modal.ts'

const options = ['a', 'b', 'c'].map((value) => ({ text: text(value), value }))
const menu = (more: object = {}) => ({ type: 'static_select', action_id: 'pick', options, ...more })
const beside = (accessory: object) => ({
  type: 'section',
  block_id: 'beside',
  text: { type: 'mrkdwn', text: 'x' },
  accessory,
})
const asInput = (element: object, more: object = {}) => ({
  type: 'input',
  block_id: 'field',
  label: text('Field'),
  element,
  ...more,
})

describe('what is chosen in a view', () => {
  it('is told at once where it stands beside text, and every later payload carries it', async () => {
    const { ann, open, payload, received } = await makeModal()
    await open(modal([beside(menu()), reason()]))
    await ann.presses('pick', ann.modal!, { option: 'b' })
    const values = { beside: { pick: { type: 'static_select', selected_option: { value: 'b' } } } }
    expect(payload()).toMatchObject({ type: 'block_actions', view: { state: { values } } })
    expect(payload()).toMatchObject({ actions: [{ action_id: 'pick', selected_option: { value: 'b' } }] })
    await ann.submits({ reason: 'INC-42' })
    expect(payload()).toMatchObject({ type: 'view_submission', view: { state: { values } } })
    expect(received).toHaveLength(3)
  })

  it('waits for the submission in an input block, unless that says otherwise', async () => {
    const quiet = await makeModal()
    await quiet.open(modal([asInput(menu())]))
    const saw = await quiet.ann.presses('pick', quiet.ann.modal!, { option: 'c' })
    expect([saw.delivery, quiet.received.length]).toEqual([undefined, 1])
    expect(saw.modal?.fields).toMatchObject({ field: { selected_option: { value: 'c' } } })
    await quiet.ann.submits()
    const field = { field: { pick: { selected_option: { value: 'c' } } } }
    expect(quiet.payload()).toMatchObject({ type: 'view_submission', view: { state: { values: field } } })

    const loud = await makeModal()
    await loud.open(modal([asInput(menu(), { dispatch_action: true })]))
    await loud.ann.presses('pick', loud.ann.modal!, { option: 'c' })
    expect(loud.payload()).toMatchObject({ type: 'block_actions', view: { state: { values: field } } })
  })

  it('is typed into a field, too', async () => {
    const { ann, open, payload } = await makeModal()
    await open(modal([{ ...reason(), dispatch_action: true }]))
    await ann.presses('reason', ann.modal!, { option: 'INC-42' })
    expect(payload()).toMatchObject({
      type: 'block_actions',
      actions: [{ type: 'plain_text_input', action_id: 'reason', value: 'INC-42' }],
      view: { state: { values: { reason: { reason: { value: 'INC-42' } } } } },
    })
  })

  it('stays after a redraw where block and action are the same, and nowhere else', async () => {
    const { ann, open, call } = await makeModal()
    const view_id = (await open(modal([ttl]))).view?.id
    await ann.presses('ttl', ann.modal!, { option: '30m' })
    const held = () => ann.modal?.fields.ttl
    const redraw = (block: object) => call('views.update', { view_id, view: modal([block]) })
    await redraw(ttl)
    expect(held()).toMatchObject({ selected_option: { value: '30m' } })
    await redraw({ ...ttl, element: { ...ttl.element, action_id: 'other' } })
    expect(held()).toMatchObject({ selected_option: { value: '15m' } })
  })

  it('is refused when it is more than the menu takes', async () => {
    const { ann, open } = await makeModal()
    await open(modal([asInput(menu({ type: 'multi_static_select', max_selected_items: 2 }))]))
    await expect(ann.submits({ field: ['a', 'b', 'c'] })).rejects.toThrow('no more than 2 can be chosen')
    await ann.presses('pick', ann.modal!, { option: ['a', 'b'] })
    expect(ann.modal?.fields.field).toMatchObject({ selected_options: [{ value: 'a' }, { value: 'b' }] })
    await expect(ann.presses('pick', ann.modal!)).rejects.toThrow('ann cannot choose from “pick”: say which option')
  })

  it('is told to whoever looks on', async () => {
    const { workspace, ann, open } = await makeModal()
    await open(modal([asInput(menu())]))
    const changes: unknown[] = []
    workspace.state.onChange((changed) => changes.push(changed))
    await ann.presses('pick', ann.modal!, { option: 'a' })
    expect(changes).toEqual([{ kind: 'view', user: 'U0ANN' }])
  })
})

describe('what is chosen on a message', () => {
  async function makeCard() {
    const workspace = await makeWorkspace()
    await startBareBot(workspace)
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const { id: channel } = workspace.channel('requests', { members: [ann, lee] })
    const go = { type: 'button', action_id: 'go', text: text('Go') }
    const blocks = [{ type: 'actions', block_id: 'row', elements: [menu(), go] }] as never
    const { chat } = makeClient(workspace)
    const { ts = '' } = await chat.postMessage({ channel, text: 'card', blocks })
    const seen = ann.sees(channel)[0] as SeenMessage
    return { ann, lee, chat, channel, ts, seen }
  }

  it('comes with later presses of the same person, and of nobody else', async () => {
    const { ann, lee, seen } = await makeCard()
    await ann.presses('pick', seen, { option: 'b' })
    const state = async (by: typeof ann) => (await by.presses('go', seen)).delivery?.payload.state
    expect(await state(ann)).toEqual({
      values: { row: { pick: { type: 'static_select', selected_option: expect.objectContaining({ value: 'b' }) } } },
    })
    expect(await state(lee)).toEqual({ values: { row: { pick: { type: 'static_select', selected_option: null } } } })
  })

  it('is gone when the menu is', async () => {
    const { ann, chat, channel, ts, seen } = await makeCard()
    await ann.presses('pick', seen, { option: 'b' })
    const go = { type: 'button', action_id: 'go', text: text('Go') }
    await chat.update({ channel, ts, text: 'card', blocks: [{ type: 'actions', elements: [go] }] as never })
    expect((await ann.presses('go', seen)).delivery?.payload.state).toEqual({ values: {} })
  })
})

describe('a menu of the bot’s', () => {
  const offered = [{ text: text('Orders'), value: 'orders-read' }]
  async function makeMenu(answer: unknown, element: object = {}) {
    const workspace = await makeWorkspace({ ackWithinMs: 500 })
    const asked: { value: string }[] = []
    await startBareBot(workspace, ({ body }, response) => {
      const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}') as { type: string; value: string }
      const isQuestion = payload.type === 'block_suggestion'
      if (isQuestion) asked.push(payload)
      response.setHeader('content-type', 'application/json').end(isQuestion ? JSON.stringify(answer) : '')
    })
    const ann = workspace.person('ann')
    const menu = { type: 'external_select', action_id: 'what', ...element }
    const blocks = [{ type: 'actions', block_id: 'row', elements: [menu] }] as never
    await makeClient(workspace).chat.postMessage({ channel: ann.id, text: 'card', blocks })
    return { workspace, ann, asked, seen: ann.dms[0]! }
  }

  it('is asked for while a person types, on a message as in a view', async () => {
    const { ann, asked, seen } = await makeMenu({ options: offered })
    expect(await ann.searches('what', seen, 'ord')).toEqual(offered)
    expect(asked).toMatchObject([
      {
        type: 'block_suggestion',
        action_id: 'what',
        block_id: 'row',
        value: 'ord',
        container: { type: 'message', channel_id: 'D0ANN' },
        user: { id: 'U0ANN' },
      },
    ])
    expect(asked[0]).not.toHaveProperty('trigger_id')
  })

  it('is asked for from three characters on, unless it says otherwise', async () => {
    const three = await makeMenu({ options: offered })
    expect(await three.ann.searches('what', three.seen, 'or')).toEqual([])
    const none = await makeMenu({ options: offered }, { min_query_length: 0 })
    expect(await none.ann.searches('what', none.seen, '')).toEqual(offered)
    expect([three.asked.length, none.asked.length]).toEqual([0, 1])
  })

  it('offers groups, and what is pressed is one of what it offers', async () => {
    const { ann, seen } = await makeMenu({ option_groups: [{ label: text('Databases'), options: offered }] })
    const { delivery } = await ann.presses('what', seen, { option: 'orders-read' })
    expect(delivery?.payload).toMatchObject({ actions: [{ selected_option: offered[0] }] })
    await expect(ann.presses('what', seen, { option: 'orders-write' })).rejects.toThrow('offered are: orders-read')
  })

  it('takes several where it is one for several', async () => {
    const { ann, seen } = await makeMenu({ options: offered }, { type: 'multi_external_select' })
    const { delivery } = await ann.presses('what', seen, { option: ['orders-read'] })
    expect(delivery?.payload).toMatchObject({ actions: [{ selected_options: offered }] })
  })

  it.each([
    ['more than a hundred options', { options: Array(101).fill(offered[0]) }],
    ['options without text', { options: [{ value: 'orders-read' }] }],
    ['nothing', {}],
  ])('shows nothing when the bot answers %s', async (_name, answer) => {
    const { ann, seen } = await makeMenu(answer)
    expect(await ann.searches('what', seen, 'orders')).toEqual([])
  })

  it('that Slack itself knows is searched without asking', async () => {
    const { ann, open, received } = await makeModal()
    await open(modal([ttl]))
    expect(await ann.searches('ttl', ann.modal!, '30 MIN')).toMatchObject([{ value: '30m' }])
    expect(received).toHaveLength(1)
  })
})
