import { z } from 'zod'
import { button, image } from './elements.ts'
import { richText } from './rich-text.ts'
import { anyText, id, kind, plainText, upTo } from './text.ts'

const blockId = { block_id: id.optional() }
const flag = z.boolean().optional()
const loose = z.record(z.string(), z.unknown())

const card = kind('card', {
  ...blockId,
  title: anyText(150).optional(),
  subtitle: anyText(150).optional(),
  body: anyText(200).optional(),
  subtext: anyText(200).optional(),
  hero_image: image.optional(),
  icon: image.optional(),
  slack_icon: loose.optional(),
  actions: z.array(button).max(3).optional(),
})

const feedback = z.strictObject({
  text: plainText(75),
  value: upTo(2000),
  accessibility_label: upTo(75).optional(),
})
const contextAction = z.discriminatedUnion('type', [
  kind('feedback_buttons', { action_id: id.optional(), positive_button: feedback, negative_button: feedback }),
  kind('icon_button', {
    action_id: id.optional(),
    icon: z.string(),
    text: plainText(75),
    value: upTo(2000).optional(),
    accessibility_label: upTo(75).optional(),
    visible_to_user_ids: z.array(z.string()).max(10).optional(),
    confirm: loose.optional(),
  }),
])

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

/**
 * The kinds that a card of this bot seldom needs: newer layouts, tables, video. What their data may be inside charts
 * is left open.
 */
export const newerBlocks = [
  kind('alert', {
    ...blockId,
    text: anyText(200),
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  card,
  kind('carousel', { ...blockId, elements: z.array(card).min(1).max(10) }),
  kind('container', {
    ...blockId,
    title: anyText(150).optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z.array(loose).max(10),
    width: z.string().optional(),
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
    icon: loose.optional(),
  }),
  kind('context_actions', { ...blockId, elements: z.array(contextAction).min(1).max(5) }),
  kind('data_table', {
    ...blockId,
    rows: z.array(z.array(cell).min(1).max(20)).min(2).max(201),
    page_size: z.number().int().min(1).max(100).optional(),
    caption: z.string().optional(),
    row_header_column_index: z.number().int().optional(),
  }).refine(({ rows }) => fitsInTable(rows), { message: 'all cells together must have at most 20000 characters' }),
  kind('data_visualization', { ...blockId, title: upTo(50).optional(), chart: loose }),
  kind('file', { ...blockId, external_id: z.string(), source: z.string() }),
  kind('plan', { ...blockId, title: z.string(), tasks: z.array(z.strictObject(task)).optional() }),
  kind('table', {
    ...blockId,
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z.array(loose.nullable()).max(20).optional(),
  }).refine(({ rows, column_settings: settings }) => even(rows) && (!settings || settings.length === rows[0]?.length), {
    message: 'rows and column settings must have as many columns as the first row',
  }),
  kind('task_card', { ...blockId, ...task }),
  kind('video', {
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
  }),
] as const
