import { describe, expect, it } from 'vitest'
import { makeClient, makeClock, makeWorkspace, startBareBot } from './bot.ts'
import { failing } from './failing.ts'
import { paths, readShared } from './shape.ts'

const text = (value: string) => ({ type: 'plain_text' as const, text: value })
const reason = (more: object = {}) => ({
  type: 'input',
  block_id: 'reason',
  label: text('Reason'),
  element: { type: 'plain_text_input', action_id: 'reason', ...more },
})
const ttl = {
  type: 'input',
  block_id: 'ttl',
  label: text('For how long'),
  element: {
    type: 'static_select',
    action_id: 'ttl',
    initial_option: { text: text('15 minutes'), value: '15m' },
    options: ['15', '30'].map((minutes) => ({ text: text(`${minutes} minutes`), value: `${minutes}m` })),
  },
}
const modal = (blocks: object[] = [reason(), ttl], more: object = {}) => ({
  type: 'modal',
  callback_id: 'request',
  title: text('Ask for access'),
  submit: text('Ask'),
  blocks,
  ...more,
})

/** Ann has run the command; the bot answers submissions with `answer`. */
async function makeModal(answer: object | undefined = undefined) {
  const clock = makeClock()
  const workspace = await makeWorkspace({ now: clock.now })
  const received = await startBareBot(workspace, ({ body }, response) => {
    const says = answer !== undefined && body.includes('view_submission')
    response.setHeader('content-type', 'application/json').end(says ? JSON.stringify(answer) : '')
  })
  const ann = workspace.person('ann')
  const { delivery } = await ann.types('/breakglass')
  const trigger_id = String(delivery?.payload.trigger_id)
  const client = makeClient(workspace)
  const call = (method: string, args: object) => client.apiCall(method, { ...args })
  const open = (view: object = modal()) =>
    call('views.open', { trigger_id, view }) as Promise<{ view?: { id: string; hash: string } }>
  const payload = () => JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? '{}') as object
  return { workspace, clock, ann, trigger_id, call, open, payload, received }
}

describe('a trigger', () => {
  it('opens one modal, once', async () => {
    const { ann, open } = await makeModal()
    await open()
    expect(ann.modal).toMatchObject({ title: 'Ask for access', submit: 'Ask', callbackId: 'request' })
    expect(await failing(open())).toBe('exchanged_trigger_id')
  })

  it('works for three seconds', async () => {
    const { open, clock, ann } = await makeModal()
    clock.passes(3_000)
    expect(await failing(open())).toBe('expired_trigger_id')
    expect(ann.modal).toBeUndefined()
  })

  it('that was never issued opens nothing', async () => {
    const { call } = await makeModal()
    expect(await failing(call('views.open', { trigger_id: '1.2.3', view: modal() }))).toBe('invalid_trigger_id')
  })
})

describe('a view that is wrong', () => {
  it('is refused with the path', async () => {
    const { open } = await makeModal()
    const blocks = [{ type: 'header', text: text('x'.repeat(151)) }]
    await expect(open(modal(blocks))).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: {
          messages: ['[ERROR] must be less than 151 characters [json-pointer:/view/blocks/0/text/text]'],
        },
      },
    })
  })

  it('because it has inputs but no way to submit them is refused', async () => {
    const { open } = await makeModal()
    expect(await failing(open(modal([reason()], { submit: undefined })))).toBe('invalid_arguments')
  })

  it('because it is larger than 250 kB is refused', async () => {
    const { open } = await makeModal()
    const blocks = Array.from({ length: 100 }, () => ({ type: 'section', text: text('x'.repeat(2_999)) }))
    expect(await failing(open(modal(blocks)))).toBe('view_too_large')
  })
})

describe('a submission', () => {
  it('reaches the bot in the shape that was recorded', async () => {
    const { ann, open, payload } = await makeModal()
    const recorded = (readShared('recorded/modals_slack.json') as { viewSubmission: object }).viewSubmission
    const close = { close: text('Cancel') }
    await open(
      modal(
        [
          { ...reason(), block_id: 'message' },
          { ...ttl, block_id: 'category' },
        ],
        close,
      ),
    )
    await ann.submits({ message: 'replica lag', category: '30m' })
    const shape = (value: object) =>
      paths(value)
        .map((path) => path.replace('.reason.', '.message.').replace('.ttl.', '.category.'))
        .filter((path) => !path.includes('view.blocks') && !path.includes('values.email'))
    expect(shape(payload()).toSorted()).toEqual(shape(recorded).toSorted())
  })

  it('carries what was filled in, and what was there from the beginning', async () => {
    const { ann, open, payload } = await makeModal()
    await open()
    await ann.submits({ reason: 'INC-42' })
    expect(payload()).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0ANN' },
      view: {
        state: {
          values: {
            reason: { reason: { type: 'plain_text_input', value: 'INC-42' } },
            ttl: { ttl: { type: 'static_select', selected_option: { value: '15m' } } },
          },
        },
      },
    })
    expect(ann.modal).toBeUndefined()
  })

  it('is not possible with a field left empty, too long, or not offered', async () => {
    const { ann, open, received } = await makeModal()
    await open(modal([reason({ max_length: 5, min_length: 2 }), ttl]))
    await expect(ann.submits()).rejects.toThrow('“Reason” must be filled in')
    await expect(ann.submits({ reason: 'x' })).rejects.toThrow('“Reason” must have 2 to 5 characters')
    await expect(ann.submits({ reason: 'xxxxxx' })).rejects.toThrow('“Reason” must have 2 to 5 characters')
    await expect(ann.submits({ reason: 'xx', ttl: '9h' })).rejects.toThrow('“9h” is not offered')
    await expect(ann.submits({ because: 'xx' })).rejects.toThrow('the modal has no field because; it has reason, ttl')
    expect(received).toHaveLength(1)
  })

  it('answered with errors leaves the modal open, shows them, and keeps what was typed', async () => {
    const { ann, open, payload } = await makeModal({
      response_action: 'errors',
      errors: { reason: 'Name the incident' },
    })
    await open()
    await ann.submits({ reason: 'lag' })
    expect(ann.modal).toMatchObject({
      errors: { reason: 'Name the incident' },
      fields: { reason: { value: 'lag' } },
    })
    await ann.submits({ ttl: '30m' })
    expect(payload()).toMatchObject({ view: { state: { values: { reason: { reason: { value: 'lag' } } } } } })
  })

  it('answered with errors at blocks that are no inputs is an error of the app', async () => {
    const { ann, open } = await makeModal({ response_action: 'errors', errors: { entitlement: 'Unknown' } })
    await open()
    expect(await ann.submits({ reason: 'lag' })).toMatchObject({ error: 'invalid_response_action' })
  })

  it('answered with update shows the other view', async () => {
    const { ann, open } = await makeModal({ response_action: 'update', view: modal([], { title: text('Done') }) })
    await open()
    expect(await ann.submits({ reason: 'lag' })).toMatchObject({ error: 'invalid_arguments' })
    const { ann: kim, open: opens } = await makeModal({
      response_action: 'update',
      view: modal([{ type: 'divider' }], { title: text('Done') }),
    })
    await opens()
    await kim.submits({ reason: 'lag' })
    expect(kim.modal?.title).toBe('Done')
  })

  it('answered with push lays a view over it, and with clear closes all', async () => {
    const second = modal([{ type: 'divider' }], { title: text('Sure?') })
    const { ann, open } = await makeModal({ response_action: 'push', view: second })
    await open()
    await ann.submits({ reason: 'lag' })
    expect(ann.modal?.title).toBe('Sure?')
    await ann.closes()
    expect(ann.modal?.title).toBe('Ask for access')

    const { ann: kim, open: opens } = await makeModal({ response_action: 'clear' })
    await opens()
    await kim.submits({ reason: 'lag' })
    expect(kim.modal).toBeUndefined()
  })

  it('that is not acknowledged leaves the modal open', async () => {
    const { workspace, ann, open } = await makeModal()
    await open()
    workspace.deliverTo(undefined)
    expect(await ann.submits({ reason: 'lag' })).toMatchObject({ acknowledged: false, error: 'dispatch_failed' })
    expect(ann.modal?.title).toBe('Ask for access')
  })
})

describe('an open modal', () => {
  it('is redrawn by its id, and keeps what stays in it', async () => {
    const { ann, open, call } = await makeModal({ response_action: 'errors', errors: { reason: 'Longer' } })
    const { view } = await open()
    await ann.submits({ reason: 'lag' })
    await call('views.update', { view_id: view?.id, view: modal([reason()], { title: text('Again') }) })
    expect(ann.modal).toMatchObject({ title: 'Again', errors: {}, fields: { reason: { value: 'lag' } } })
    expect(ann.modal?.fields).not.toHaveProperty('ttl')
  })

  it('is not redrawn with a hash of an earlier look', async () => {
    const { open, call } = await makeModal()
    const { view } = await open()
    const update = (hash?: string) => call('views.update', { view_id: view?.id, hash, view: modal() })
    expect(await failing(update(view?.hash))).toBe('ok')
    expect(await failing(update(view?.hash))).toBe('hash_conflict')
    expect(await failing(update())).toBe('ok')
  })

  it('is found by its external id, which nobody else may use', async () => {
    const { open, call } = await makeModal()
    await open(modal([reason()], { external_id: 'mine' }))
    expect(await failing(call('views.update', { external_id: 'mine', view: modal() }))).toBe('ok')
    expect(await failing(call('views.update', { external_id: 'other', view: modal() }))).toBe('not_found')
  })

  it('is one of three at most', async () => {
    const { ann, open, call, payload } = await makeModal()
    const button = { type: 'button', action_id: 'more', text: text('More') }
    const view = modal([{ type: 'actions', elements: [button] }])
    await open(view)
    const push = async () => {
      await ann.presses('more', ann.modal!)
      return failing(call('views.push', { trigger_id: (payload() as { trigger_id: string }).trigger_id, view }))
    }
    expect([await push(), await push(), await push()]).toEqual(['ok', 'ok', 'push_limit_reached'])
  })

  it('closes with all that lie below it, if it says so', async () => {
    const view = modal([reason()], { notify_on_close: true, clear_on_close: true })
    const { ann, open, payload } = await makeModal({ response_action: 'push', view })
    await open()
    await ann.submits({ reason: 'lag' })
    await ann.closes()
    expect(ann.modal).toBeUndefined()
    expect(payload()).toMatchObject({ type: 'view_closed', is_cleared: true })
  })

  it('tells the bot that it was closed, if it asked for that', async () => {
    const { ann, open, payload, received } = await makeModal()
    await open(modal([reason()], { notify_on_close: true }))
    await ann.closes()
    expect(payload()).toMatchObject({ type: 'view_closed', is_cleared: false, view: { callback_id: 'request' } })
    expect(payload()).not.toHaveProperty('trigger_id')
    expect(received).toHaveLength(2)
    await expect(ann.closes()).rejects.toThrow('no modal is open')
  })

  it('has buttons that can be pressed while it is open', async () => {
    const { ann, open, payload } = await makeModal()
    await open(
      modal([{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: text('Go') }] }, reason()]),
    )
    const seen = ann.modal!
    expect(seen.plain).toBe('[Go]\nReason')
    await ann.presses('go', seen)
    expect(payload()).toMatchObject({
      type: 'block_actions',
      container: { type: 'view', view_id: seen.id },
      view: { id: seen.id, state: { values: { reason: { reason: { value: null } } } } },
    })
    expect(payload()).not.toHaveProperty('channel')
    expect(payload()).not.toHaveProperty('response_url')
    await ann.closes()
    await expect(ann.presses('go', seen)).rejects.toThrow('that view is not open any more')
  })

  it('asks the bot for the options of an external menu', async () => {
    const clock = makeClock()
    const workspace = await makeWorkspace({ now: clock.now })
    const options = [{ text: text('Orders'), value: 'orders-read' }]
    const received = await startBareBot(workspace, ({ body }, response) => {
      const asked = body.includes('block_suggestion')
      response.setHeader('content-type', 'application/json').end(asked ? JSON.stringify({ options }) : '')
    })
    const ann = workspace.person('ann')
    const { delivery } = await ann.types('/breakglass')
    const menu = {
      type: 'input',
      block_id: 'entitlement',
      label: text('What'),
      element: { type: 'external_select', action_id: 'entitlement' },
    }
    const trigger_id = String(delivery?.payload.trigger_id)
    await makeClient(workspace).apiCall('views.open', { trigger_id, view: modal([menu]) })
    await expect(ann.submits({ entitlement: 'orders-write' })).rejects.toThrow('offered are: orders-read')
    await ann.submits({ entitlement: 'orders-read' })
    const payloads = received
      .slice(-2)
      .map(({ body }) => JSON.parse(new URLSearchParams(body).get('payload')!) as object)
    expect(payloads).toMatchObject([
      { type: 'block_suggestion', action_id: 'entitlement', block_id: 'entitlement', value: 'orders-read' },
      { view: { state: { values: { entitlement: { entitlement: { selected_option: options[0] } } } } } },
    ])
  })
})

describe('Home', () => {
  it('is asked for by an event, published, and pressed', async () => {
    const { ann, call, payload, received } = await makeModal()
    await ann.opensHome()
    const event: unknown = JSON.parse(received.at(-1)?.body ?? '')
    expect(event).toMatchObject({ event: { type: 'app_home_opened', user: 'U0ANN', tab: 'home', channel: 'D0ANN' } })
    const button = { type: 'button', action_id: 'open_request', text: text('Ask') }
    const view = { type: 'home', blocks: [{ type: 'actions', elements: [button] }] }
    await call('views.publish', { user_id: ann.id, view })
    expect(ann.home?.plain).toBe('[Ask]')
    await ann.presses('open_request', ann.home!)
    expect(payload()).toMatchObject({ type: 'block_actions', view: { type: 'home' }, user: { id: 'U0ANN' } })
  })
})
