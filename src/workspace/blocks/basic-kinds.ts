import { z } from 'zod'
import { accessory, actionElement, image, inputElement } from './elements.ts'
import { anyText, blockId, kind, plainText, upTo } from './text.ts'

const header = kind('header', {
  ...blockId,
  text: plainText(150),
  level: z.number().int().min(1).max(6).optional(),
})

const divider = kind('divider', blockId)

const section = kind('section', {
  ...blockId,
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
}).refine((value) => value.text !== undefined || value.fields !== undefined, {
  message: 'must define either `text` or `fields`',
})

const contextPiece = z.discriminatedUnion('type', [...anyText(3000).options, image])

const context = kind('context', { ...blockId, elements: z.array(contextPiece).min(1).max(10) })

const actions = kind('actions', { ...blockId, elements: z.array(actionElement).min(1).max(25) })

const input = kind('input', {
  ...blockId,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
})

const imageBlock = kind('image', {
  ...blockId,
  image_url: upTo(3000).optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: upTo(3000).optional() }).optional(),
  alt_text: upTo(2000),
  title: plainText(2000).optional(),
}).refine((value) => (value.image_url === undefined) !== (value.slack_file === undefined), {
  message: 'must define either `image_url` or `slack_file`',
})

/** What every message is made of. */
export const basicBlocks = [header, divider, section, context, actions, input, imageBlock] as const
