import { describe, expect, it } from 'vitest'
import { checkBlocks } from '../../src/workspace/blocks/check.ts'
import { describeWithShared, itWithShared, listShared, readShared } from '../support/shared.ts'
import { makeClient, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'
import { asBlock, invalidExamples, invalidViews, sound } from './invalid-examples.ts'

const FIXTURES = 'blockkit/spec/fixtures'
const validFixtures = (folder: string) => listShared(`${FIXTURES}/valid/${folder}`)
const { cases = [] } = readShared(`${FIXTURES}/invalid/manifest.json`) as { cases?: { id: string }[] }
const ids = cases.map(({ id }) => id)

async function validate(argument: object): Promise<string | undefined> {
  return failing(makeClient(await makeWorkspace()).apiCall('blocks.validate', { ...argument }))
}

describeWithShared('blocks that Slack accepts', () => {
  it.each(validFixtures('blocks'))('%s', async (file) => {
    const block = readShared(file)
    // An alert is shown in modals only.
    expect(checkBlocks([block], file.includes('alert') ? 'modal' : 'message')).toHaveProperty('value')
  })

  it.each([...validFixtures('elements'), ...validFixtures('rich_text')])('%s', (file) => {
    const { blocks, surface } = asBlock(readShared(file) as { type: string })
    expect(checkBlocks(blocks, surface)).toHaveProperty('value')
  })

  it.each(validFixtures('views'))('%s', async (file) => {
    expect(await validate({ view: readShared(file) })).toBe('ok')
  })
})

describe('blocks that Slack refuses', () => {
  it.each(Object.entries(invalidExamples))('%s', (id, blocks) => {
    expect(checkBlocks(blocks, id.startsWith('alert') ? 'modal' : 'message')).toHaveProperty('problems')
  })

  it.each(Object.entries(sound))('would be accepted without the one change: %s', (_name, blocks) => {
    expect(checkBlocks(blocks, 'message')).toHaveProperty('value')
  })

  it.each(Object.entries(invalidViews))('%s', async (_id, view) => {
    expect(await validate({ view })).toBe('invalid_view')
  })

  itWithShared('are all those of the specification', () => {
    const covered = [...Object.keys(invalidExamples), ...Object.keys(invalidViews)]
    expect(covered.toSorted()).toEqual(ids.toSorted())
  })
})

describe('complaints', () => {
  const complain = (blocks: unknown, surface: 'message' | 'modal' = 'message') => {
    const checked = checkBlocks(blocks, surface)
    return 'problems' in checked ? checked.problems : []
  }

  it('name the path of what is too long, unknown or missing', () => {
    expect(complain([{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }])).toEqual([
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ])
    expect(complain([{ type: 'divider' }, { type: 'blink' }])).toEqual([
      'unsupported type [json-pointer:/blocks/1/type]',
    ])
    expect(complain([{ type: 'divider', color: 'red' }])).toEqual([
      'invalid additional property: color [json-pointer:/blocks/0]',
    ])
    expect(complain([{ type: 'header' }])).toEqual(['missing required field [json-pointer:/blocks/0/text]'])
    expect(complain([{ type: 'header', text: { type: 'plain_text', text: '' } }])).toEqual([
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ])
  })

  it('name a block_id that is given twice, and an action_id given twice in one block', () => {
    const divider = { type: 'divider', block_id: 'a' }
    expect(complain([divider, divider])).toEqual(['`block_id` a already exists [json-pointer:/blocks/1/block_id]'])
    const button = { type: 'button', action_id: 'yes', text: { type: 'plain_text', text: 'Yes' } }
    expect(complain([{ type: 'actions', elements: [button, button] }])).toEqual([
      '`action_id` yes already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ])
  })

  it('count code points, so that an emoji is one', () => {
    const header = (text: string) => [{ type: 'header', text: { type: 'plain_text', text } }]
    expect(complain(header('🔑'.repeat(150)))).toEqual([])
    expect(complain(header('🔑'.repeat(151)))).toHaveLength(1)
  })

  it('allow 50 blocks in a message and 100 in a modal', () => {
    const dividers = (count: number) => Array.from({ length: count }, () => ({ type: 'divider' }))
    expect(complain(dividers(50))).toEqual([])
    expect(complain(dividers(51))).toEqual(['no more than 50 items allowed [json-pointer:/blocks]'])
    expect(complain(dividers(100), 'modal')).toEqual([])
    expect(complain(dividers(101), 'modal')).toEqual(['no more than 100 items allowed [json-pointer:/blocks]'])
  })

  itWithShared.each(['table_block', 'markdown_block_basic', 'context_actions_icon_button', 'card_block', 'plan_block'])(
    'keep %s out of modals',
    (name) => {
      const block = readShared(`${FIXTURES}/valid/blocks/${name}.json`)
      expect(complain([block], 'modal')).toEqual([expect.stringContaining('unsupported type')])
    },
  )

  itWithShared('keep alerts out of messages', () => {
    const block = readShared(`${FIXTURES}/valid/blocks/alert_block.json`)
    expect(complain([block])).toEqual(['unsupported type: alert [json-pointer:/blocks/0/type]'])
  })
})

describe('a message with too much text in its blocks', () => {
  const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3000) } }

  it('is refused though each block is fine', async () => {
    const workspace = await makeWorkspace()
    const { id: channel } = workspace.channel('requests')
    const { chat } = makeClient(workspace)
    const { ts = '' } = await chat.postMessage({ channel, text: 'hi', blocks: Array(4).fill(section) })
    const blocks = Array(5).fill(section)
    expect(await failing(chat.postMessage({ channel, text: 'hi', blocks }))).toBe('msg_blocks_too_long')
    expect(await failing(chat.update({ channel, ts, text: 'hi', blocks }))).toBe('msg_too_long')
  })
})

describe('blocks.validate', () => {
  it('judges blocks, messages and views', async () => {
    const divider = { type: 'divider' }
    const wrong = { type: 'blink' }
    expect(await validate({ blocks: [divider] })).toBe('ok')
    expect(await validate({ blocks: [wrong] })).toBe('invalid_blocks')
    expect(await validate({ message: { blocks: [divider] } })).toBe('ok')
    expect(await validate({ message: { blocks: [wrong] } })).toBe('invalid_message')
  })

  it('points to each fault', async () => {
    const client = makeClient(await makeWorkspace())
    const wrong = [{ type: 'divider' }, { type: 'header', text: { type: 'plain_text', text: '' } }]
    const told = (args: object) => client.apiCall('blocks.validate', { ...args }).catch(({ data }) => data as object)
    const fault = { code: 'failed_constraint', message: 'must be more than 0 characters' }
    expect(await told({ blocks: wrong })).toMatchObject({ errors: [{ ...fault, pointer: '/1/text/text' }] })
    const message = { blocks: wrong }
    expect(await told({ message })).toMatchObject({ errors: [{ ...fault, pointer: '/blocks/1/text/text' }] })
    expect(await told({ view: { type: 'modal', title: { type: 'plain_text', text: '' }, blocks: [] } })).toMatchObject({
      errors: [{ pointer: '/title/text' }, { pointer: '/blocks' }],
    })
  })

  it('judges one thing at a time', async () => {
    const divider = [{ type: 'divider' }]
    expect(await validate({})).toBe('invalid_arguments')
    expect(await validate({ blocks: divider, message: { blocks: divider } })).toBe('invalid_arguments')
  })

  it('refuses blocks that are no list', async () => {
    const workspace = await makeWorkspace()
    const { id: channel } = workspace.channel('requests')
    const post = makeClient(workspace).apiCall('chat.postMessage', { channel, blocks: 'no' })
    expect(await failing(post)).toBe('invalid_blocks_format')
  })
})
