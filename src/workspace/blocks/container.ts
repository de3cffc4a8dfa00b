import { z } from 'zod'
import { basicBlocks } from './basic-kinds.ts'
import { image } from './elements.ts'
import { file, table, video } from './newer-kinds.ts'
import { richText } from './rich-text.ts'
import { anyText, blockId, kind, plainText } from './text.ts'

const childBlock = z.discriminatedUnion('type', [...basicBlocks, richText, file, table, video])
const flag = z.boolean().optional()

/**
 * Blocks in a frame of their own. What it may hold is what Slack documents, and no other container:
 * https://docs.slack.dev/reference/block-kit/blocks/container-block
 */
export const container = kind('container', {
  ...blockId,
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z.array(childBlock).max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: image.optional(),
  is_collapsible: flag,
  default_collapsed: flag,
  has_header_divider: flag,
}).refine(({ title, rich_text_title: rich }) => title !== undefined || rich !== undefined, {
  message: 'must define either `title` or `rich_text_title`',
})
