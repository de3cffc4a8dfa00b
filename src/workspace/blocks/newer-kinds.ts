import { z } from 'zod'
import { button, contextAction, image } from './elements.ts'
import { richText } from './rich-text.ts'
import { anyText, blockId, kind, plainText, upTo } from './text.ts'

const card = kind('card', {
  ...blockId,
  title: anyText(150).optional(),
  subtitle: anyText(150).optional(),
  body: anyText(200).optional(),
  subtext: anyText(200).optional(),
  hero_image: image.optional(),
  icon: image.optional(),
  slack_icon: kind('icon', { name: z.string() }).optional(),
  actions: z.array(button).max(3).optional(),
}).refine((value) => value.hero_image || value.title || value.body || value.actions?.length, {
  message: 'must define one of `hero_image`, `title`, `body` or `actions`',
})

const source = kind('url', { url: upTo(3000), text: z.string().optional() })
const task = {
  task_id: z.string(),
  title: z.string(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']).optional(),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(source).optional(),
}

const cell = z.discriminatedUnion('type', [
  kind('raw_text', { text: upTo(20_000) }),
  kind('raw_number', { value: z.number(), text: upTo(20_000).optional() }),
  richText,
])
const textOf = (one: z.infer<typeof cell>) => ('text' in one ? (one.text ?? '') : '')
const fitsInTable = (rows: readonly (readonly z.infer<typeof cell>[])[]) =>
  rows.flat().reduce((sum, one) => sum + textOf(one).length, 0) <= 20_000
const even = (rows: readonly (readonly unknown[])[]) => rows.every((row) => row.length === rows[0]?.length)

/** A file from elsewhere, which Slack shows and an app cannot post. */
export const file = kind('file', { ...blockId, external_id: z.string(), source: z.string() })

const columnSettings = z.strictObject({
  align: z.enum(['left', 'center', 'right']).optional(),
  is_wrapped: z.boolean().optional(),
})

/** A table of up to 100 rows and 20 columns. */
export const table = kind('table', {
  ...blockId,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z.array(columnSettings.nullable()).max(20).optional(),
}).refine(({ rows, column_settings: settings }) => even(rows) && (!settings || settings.length === rows[0]?.length), {
  message: 'rows and column settings must have as many columns as the first row',
})

/** A video that plays in Slack. */
export const video = kind('video', {
  ...blockId,
  alt_text: upTo(200),
  title: plainText(200),
  title_url: upTo(3000).optional(),
  description: plainText(200).optional(),
  thumbnail_url: upTo(3000),
  video_url: upTo(3000),
  author_name: upTo(50).optional(),
  provider_name: upTo(50).optional(),
  provider_icon_url: upTo(3000).optional(),
})

/** The kinds that a card of this bot seldom needs. */
export const newerBlocks = [
  kind('alert', {
    ...blockId,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  card,
  kind('carousel', { ...blockId, elements: z.array(card).min(1).max(10) }),
  kind('context_actions', { ...blockId, elements: z.array(contextAction).min(1).max(5) }),
  kind('data_table', {
    ...blockId,
    rows: z.array(z.array(cell).min(1).max(20)).min(2).max(201),
    page_size: z.number().int().min(1).max(100).optional(),
    caption: z.string(),
    row_header_column_index: z.number().int().min(0).optional(),
  }).refine(({ rows }) => fitsInTable(rows), { message: 'all cells together must have at most 20000 characters' }),
  file,
  kind('plan', { ...blockId, title: z.string(), tasks: z.array(z.strictObject(task)).optional() }),
  table,
  kind('task_card', { ...blockId, ...task }),
  video,
] as const
