import { z } from 'zod'
import { id, kind, upTo } from './text.ts'

const flag = z.boolean().optional()
const style = z
  .strictObject({
    bold: flag,
    italic: flag,
    strike: flag,
    underline: flag,
    code: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  })
  .optional()

/** A piece of a rich text section. Its text is never interpreted. */
const richTextPiece = z.discriminatedUnion('type', [
  kind('text', { text: upTo(12_000), style }),
  kind('link', { url: upTo(3000), text: z.string().optional(), unsafe: flag, style }),
  kind('emoji', { name: upTo(255), unicode: z.string().optional(), url: z.string().optional(), style }),
  kind('user', { user_id: upTo(255), style }),
  kind('usergroup', { usergroup_id: upTo(255), style }),
  kind('channel', { channel_id: upTo(255), style }),
  kind('team', { team_id: upTo(255), style }),
  kind('broadcast', { range: z.enum(['here', 'channel', 'everyone']), style }),
  kind('color', { value: upTo(255), style }),
  kind('date', {
    timestamp: z.number().int(),
    format: upTo(255),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style,
  }),
])

const pieces = z.array(richTextPiece)
const border = z.number().int().optional()
const section = kind('rich_text_section', { elements: pieces })

/** One paragraph, list, quotation or code block of a rich text block. */
const richTextPart = z.discriminatedUnion('type', [
  section,
  kind('rich_text_quote', { elements: pieces, border }),
  kind('rich_text_preformatted', { elements: pieces, border, language: z.string().optional() }),
  kind('rich_text_list', {
    style: z.enum(['bullet', 'ordered']),
    elements: z.array(section),
    indent: z.number().int().min(0).max(8).optional(),
    offset: z.number().int().min(0).optional(),
    border,
  }),
])

/** A `rich_text` block. */
export const richText = kind('rich_text', { block_id: id.optional(), elements: z.array(richTextPart) })

/** A rich text block that passed the check. */
export type RichText = z.infer<typeof richText>
