import { describe, expect, it } from 'vitest'
import { makeClient, makeClock, makeWorkspace, startBareBot } from './bot.ts'
import { failing } from './failing.ts'
import { makeModal, modal, reason, text } from './open-modal.ts'

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

describe('an open modal', () => {
  it('ends the wait of whoever waits for it', async () => {
    const { ann, open } = await makeModal()
    const waiting = ann.waitsForModal('Ask for access')
    await open()
    expect((await waiting).callbackId).toBe('request')
  })

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

  it('is not given the external id of another by a redraw, but keeps its own', async () => {
    const { ann, open, call } = await makeModal({
      response_action: 'push',
      view: modal([reason()], { external_id: 'second' }),
    })
    await open(modal([reason()], { external_id: 'mine' }))
    await ann.submits({ reason: 'lag' })
    const rename = (of: string, external_id: string) =>
      failing(call('views.update', { external_id: of, view: modal([reason()], { external_id }) }))
    expect(await rename('second', 'mine')).toBe('duplicate_external_id')
    expect(await rename('second', 'second')).toBe('ok')
    expect(await rename('second', 'third')).toBe('ok')
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
    expect(ann.modals).toHaveLength(3)
    await ann.closes()
    expect(ann.modals).toHaveLength(2)
  })

  it('is one of three at most, too, where a submission is answered with push', async () => {
    const { ann, open } = await makeModal({ response_action: 'push', view: modal([reason()]) })
    await open(modal([reason()]))
    const submit = async () => (await ann.submits({ reason: 'lag' })).error
    expect([await submit(), await submit(), await submit()]).toEqual([undefined, undefined, 'push_limit_reached'])
    expect(ann.modals).toHaveLength(3)
  })

  it('below the one on top is redrawn, and keeps what was typed for when it is on top again', async () => {
    const { ann, open, call } = await makeModal({ response_action: 'push', view: modal([{ type: 'divider' }]) })
    const { view } = await open()
    await ann.submits({ reason: 'lag' })
    await call('views.update', { view_id: view?.id, view: modal([reason()], { title: text('Again') }) })
    expect(ann.modal?.title).toBe('Ask for access')
    await ann.closes()
    expect(ann.modal).toMatchObject({ title: 'Again', fields: { reason: { value: 'lag' } } })
  })

  it('that was closed while the bot drew is not there to be redrawn', async () => {
    const { ann, open, call } = await makeModal()
    const { view } = await open()
    await ann.closes()
    expect(await failing(call('views.update', { view_id: view?.id, view: modal() }))).toBe('not_found')
  })

  it('opened by a later trigger takes the place of all that were open', async () => {
    const { ann, open, call } = await makeModal({ response_action: 'push', view: modal([reason()]) })
    await open()
    await ann.submits({ reason: 'lag' })
    const { delivery } = await ann.types('/breakglass')
    const view = modal([reason()], { title: text('Anew') })
    await call('views.open', { trigger_id: delivery?.payload.trigger_id, view })
    expect(ann.modals.map(({ title }) => title)).toEqual(['Anew'])
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

  it('that did not ask for it is closed without a word', async () => {
    const { ann, open, received } = await makeModal()
    await open()
    await ann.closes()
    expect(received).toHaveLength(1)
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
