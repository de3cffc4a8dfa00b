import { describe, expect, it } from 'vitest'
import { itWithShared, readShared } from '../support/shared.ts'
import { makeModal, modal, reason, text, ttl } from './open-modal.ts'
import { paths } from './shape.ts'

describe('a submission', () => {
  itWithShared('reaches the bot in the shape that was recorded', async () => {
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
