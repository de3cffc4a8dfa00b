import type { KnownBlock } from '@slack/types'
import { describe, expect, it } from 'vitest'
import { checkBlocks } from '../../src/workspace/blocks/check.ts'
import { block } from '../../src/workspace/blocks/kinds.ts'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'

const text = (value: string) => ({ type: 'plain_text', text: value })
const mrkdwn = (value: string) => ({ type: 'mrkdwn', text: value })
const button = (action_id: string, more: object = {}) => ({ type: 'button', action_id, text: text(action_id), ...more })
const container = (...child_blocks: object[]) => ({ type: 'container', title: text('Deployment'), child_blocks })
const complain = (blocks: object[], surface: 'message' | 'modal' | 'home' = 'message') => {
  const checked = checkBlocks(blocks, surface)
  return 'problems' in checked ? checked.problems : []
}

/** Every kind that Slack's own types know; a new one makes this a fault of types. */
const KINDS: Record<KnownBlock['type'], true> = {
  actions: true,
  alert: true,
  card: true,
  carousel: true,
  container: true,
  context: true,
  context_actions: true,
  data_table: true,
  divider: true,
  file: true,
  header: true,
  image: true,
  input: true,
  markdown: true,
  plan: true,
  rich_text: true,
  section: true,
  table: true,
  task_card: true,
  video: true,
}

it('every kind of block that Slack’s own types know is judged, and charts', () => {
  const known = block.options.map(({ shape }) => shape.type.value)
  expect(known.toSorted()).toEqual([...Object.keys(KINDS), 'data_visualization'].toSorted())
})

describe('a container', () => {
  it('holds only the blocks that may be in one, and each of them is judged, with its path', () => {
    const child = (one: object) => complain([{ type: 'divider' }, container({ type: 'divider' }, one)])
    expect(child({ type: 'section', text: mrkdwn('fine') })).toEqual([])
    const at = '[json-pointer:/blocks/1/child_blocks/1'
    expect(child(container())).toEqual([`unsupported type ${at}/type]`])
    expect(child({ type: 'markdown', text: 'x' })).toEqual([`unsupported type ${at}/type]`])
    expect(child({ type: 'header', text: text('x'.repeat(151)) })).toEqual([
      `must be less than 151 characters ${at}/text/text]`,
    ])
  })

  it('needs a title', () => {
    expect(complain([{ type: 'container', child_blocks: [] }])).toHaveLength(1)
  })

  it('shares the ids of the message, and keeps out what its surface does not show', () => {
    const divider = { type: 'divider', block_id: 'a' }
    expect(complain([divider, container(divider)])).toEqual([
      '`block_id` a already exists [json-pointer:/blocks/1/child_blocks/0/block_id]',
    ])
    const cells = [{ type: 'raw_text', text: 'a' }]
    expect(complain([container({ type: 'table', rows: [cells] })], 'modal')).toEqual([
      'unsupported type: table [json-pointer:/blocks/0/child_blocks/0/type]',
    ])
  })

  it('is read and pressed like what stands outside', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace)
    const ann = workspace.person('ann')
    const inside = container(
      { type: 'section', text: mrkdwn('*Ready*') },
      { type: 'actions', elements: [button('go')] },
    )
    const blocks = [inside] as never
    await makeClient(workspace).chat.postMessage({ channel: ann.id, text: 'card', blocks })
    const [card] = ann.dms
    expect(card?.plain).toBe('Deployment\nReady\n[go]')
    const { delivery } = await ann.presses('go', card!)
    expect(delivery?.payload).toMatchObject({ actions: [{ action_id: 'go', block_id: card?.buttons[0]?.blockId }] })
    expect(card?.buttons[0]?.blockId).not.toBe('')
  })
})

describe('buttons of the newer kinds', () => {
  async function makeAnswer() {
    const workspace = await makeWorkspace()
    await startBareBot(workspace)
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const { id: channel } = workspace.channel('requests', { members: [ann, lee] })
    const opinion = (value: string) => ({ text: text(value), value })
    const elements = [
      {
        type: 'feedback_buttons',
        action_id: 'rate',
        positive_button: opinion('good'),
        negative_button: opinion('bad'),
      },
      { type: 'icon_button', action_id: 'remove', icon: 'trash', text: text('Remove'), visible_to_user_ids: [lee.id] },
    ]
    const card = { type: 'card', title: text('Card'), actions: [button('open')] }
    const blocks = [
      { type: 'context_actions', elements },
      { type: 'carousel', elements: [card] },
    ] as never
    await makeClient(workspace).chat.postMessage({ channel, text: 'answer', blocks })
    return { ann, lee, seen: ann.sees(channel)[0]! }
  }

  it('are pressed, and say which of two was meant', async () => {
    const { ann, seen } = await makeAnswer()
    const pressed = async (id: string, options = {}) => (await ann.presses(id, seen, options)).delivery?.payload
    expect(await pressed('rate', { option: 'bad' })).toMatchObject({
      actions: [{ type: 'feedback_buttons', action_id: 'rate', value: 'bad', text: { text: 'bad' } }],
    })
    await expect(ann.presses('rate', seen)).rejects.toThrow('say which option')
    expect(await pressed('open')).toMatchObject({ actions: [{ type: 'button', action_id: 'open' }] })
  })

  it('are pressed only by those to whom they are shown', async () => {
    const { ann, lee, seen } = await makeAnswer()
    await expect(ann.presses('remove', seen)).rejects.toThrow('ann cannot press “remove”')
    expect(await lee.presses('remove', seen)).toMatchObject({ acknowledged: true })
  })
})

describe('blocks together', () => {
  it('have at most one element with the cursor, one table, and 12,000 characters of markdown', () => {
    const field = (block_id: string) => ({
      type: 'input',
      block_id,
      label: text('a'),
      element: { type: 'plain_text_input', focus_on_load: true },
    })
    expect(complain([field('a')], 'modal')).toEqual([])
    expect(complain([field('a'), field('b')], 'modal')).toHaveLength(1)
    const boxes = ['a', 'b'].map((action_id) => ({ type: 'datetimepicker', action_id, focus_on_load: true }))
    expect(complain([{ type: 'actions', elements: boxes }])).toHaveLength(1)
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }
    expect(complain([table])).toEqual([])
    expect(complain([table, table])).toHaveLength(1)
    const markdown = { type: 'markdown', text: 'x'.repeat(6_000) }
    expect(complain([markdown, markdown])).toEqual([])
    expect(complain([markdown, markdown, { type: 'markdown', text: 'x' }])).toHaveLength(1)
  })

  it('give charts a point for each category and a name to each series', () => {
    const series = (name: string, ...labels: string[]) => ({ name, data: labels.map((label) => ({ label, value: 1 })) })
    const bars = (...all: object[]) =>
      complain([
        {
          type: 'data_visualization',
          title: 'Revokes',
          chart: { type: 'bar', series: all, axis_config: { categories: ['Mon', 'Tue'] } },
        },
      ])
    expect(bars(series('on time', 'Mon', 'Tue'), series('late', 'Mon', 'Tue'))).toEqual([])
    expect(bars(series('on time', 'Mon'))).toHaveLength(1)
    expect(bars(series('same', 'Mon', 'Tue'), series('same', 'Mon', 'Tue'))).toHaveLength(1)
  })
})

describe('elements stand only where Slack has them', () => {
  const accessory = (element: object) => complain([{ type: 'section', text: mrkdwn('a'), accessory: element }])
  const inActions = (element: object) => complain([{ type: 'actions', elements: [element] }])

  it('a date with time beside no section, a field in no row of buttons but that for rich text', () => {
    expect(inActions({ type: 'datetimepicker' })).toEqual([])
    expect(accessory({ type: 'datetimepicker' })).toHaveLength(1)
    expect(inActions({ type: 'rich_text_input' })).toEqual([])
    expect(inActions({ type: 'plain_text_input' })).toHaveLength(1)
  })

  it('and nothing that is typed asks for confirmation, no button takes the cursor', () => {
    const confirm = { title: text('Sure?'), text: text('a'), confirm: text('Yes'), deny: text('No') }
    const input = (element: object) => complain([{ type: 'input', label: text('a'), element }], 'modal')
    expect(input({ type: 'static_select', options: [{ text: text('a'), value: 'a' }], confirm })).toEqual([])
    expect(input({ type: 'plain_text_input', confirm })).toHaveLength(1)
    expect(inActions(button('go', { confirm }))).toEqual([])
    expect(inActions(button('go', { focus_on_load: true }))).toHaveLength(1)
  })
})
