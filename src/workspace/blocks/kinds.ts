import { z } from 'zod'
import { basicBlocks } from './basic-kinds.ts'
import { dataVisualization } from './charts.ts'
import { container } from './container.ts'
import { newerBlocks } from './newer-kinds.ts'
import { richText } from './rich-text.ts'
import { blockId, kind, upTo } from './text.ts'

/** Every kind of block, each with Slack's limits; a kind or field that is not here is refused. */
export const block = z.discriminatedUnion('type', [
  ...basicBlocks,
  richText,
  kind('markdown', { ...blockId, text: upTo(12_000) }),
  container,
  dataVisualization,
  ...newerBlocks,
])

/** A block that passed the check. */
export type Block = z.infer<typeof block>
