import type { ActionsBlockElement } from '@slack/types'
import { expect } from 'vitest'
import type { Message } from '../../src/slack/views/blocks.ts'

/** Every text object in a message's blocks. */
function textsOf(value: unknown): { type: string; text: string; emoji?: boolean }[] {
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  const own = 'text' in value && typeof value.text === 'string' && 'type' in value ? [value as never] : []
  return [...own, ...Object.values(value).flatMap(textsOf)]
}

/** What stands in markup elements. */
export function markupOf({ blocks }: Message): string[] {
  return textsOf(blocks).flatMap(({ type, text }) => (type === 'mrkdwn' ? [text] : []))
}

/** What stands in plain-text elements of sections, which is where typed text goes. */
export function plainTexts({ blocks }: Message): string[] {
  return blocks.flatMap((block) =>
    block.type === 'section' && block.text?.type === 'plain_text' ? [block.text.text] : [],
  )
}

/** That a message is within Slack's limits for `chat.update`, and that its plain text knows no emoji. */
export function checkMessage(message: Message): void {
  const { text, blocks } = message
  expect(text.length).toBeLessThanOrEqual(4_000)
  expect(text.length).toBeGreaterThan(0)
  expect(blocks.length).toBeLessThanOrEqual(50)
  const texts = textsOf(blocks)
  expect(texts.reduce((sum, one) => sum + one.text.length, 0)).toBeLessThanOrEqual(13_000)
  for (const one of texts) {
    expect(one.text.length).toBeGreaterThan(0)
    if (one.type === 'plain_text') expect(one.emoji).toBe(false)
  }
  for (const block of blocks) checkBlock(block)
}

function checkBlock(block: Message['blocks'][number]): void {
  switch (block.type) {
    case 'header':
      expect(block.text.text.length).toBeLessThanOrEqual(150)
      break
    case 'section':
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000)
      for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000)
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10)
      break
    case 'actions':
      for (const element of block.elements) checkButton(element)
      break
    case 'context':
      expect(block.elements.length).toBeLessThanOrEqual(10)
      break
    default:
      throw new Error(`a ${block.type} is not expected`)
  }
}

function checkButton(element: ActionsBlockElement): void {
  if (element.type !== 'button') throw new Error(`a ${element.type} is not expected`)
  expect(element.text.text.length).toBeLessThanOrEqual(30)
  expect(element.value?.length ?? 0).toBeLessThanOrEqual(2_000)
  expect(element.accessibility_label?.length ?? 0).toBeLessThanOrEqual(75)
  expect(element.accessibility_label ?? element.text.text).toContain(element.text.text) // what one sees is what one says
}
