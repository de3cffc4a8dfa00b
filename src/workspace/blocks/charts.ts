import { z } from 'zod'
import { blockId, kind, upTo } from './text.ts'

const label = upTo(20)
const axisLabel = upTo(50).optional()

const pie = kind('pie', {
  segments: z
    .array(z.strictObject({ label, value: z.number().positive() }))
    .min(1)
    .max(12),
})

const series = z.strictObject({
  name: label,
  data: z
    .array(z.strictObject({ label, value: z.number() }))
    .min(1)
    .max(20),
})

const axes = {
  series: z.array(series).min(1).max(12),
  axis_config: z.strictObject({
    categories: z.array(label).min(1).max(20),
    x_label: axisLabel,
    y_label: axisLabel,
  }),
}

const chart = z.discriminatedUnion('type', [pie, kind('bar', axes), kind('area', axes), kind('line', axes)])

/** Whether no two series share a name. */
function namesDiffer(drawn: z.infer<typeof chart>): boolean {
  return drawn.type === 'pie' || new Set(drawn.series.map(({ name }) => name)).size === drawn.series.length
}

/** Whether each series has exactly one point for each category. */
function pointsFit(drawn: z.infer<typeof chart>): boolean {
  if (drawn.type === 'pie') return true
  const wanted = drawn.axis_config.categories.toSorted().join('\n')
  return drawn.series.every(
    ({ data }) =>
      data
        .map((point) => point.label)
        .toSorted()
        .join('\n') === wanted,
  )
}

/** A chart: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export const dataVisualization = kind('data_visualization', {
  ...blockId,
  title: upTo(50),
  chart: chart
    .refine(namesDiffer, { message: 'each series must have a name of its own' })
    .refine(pointsFit, { message: 'each series must have one point for each category' }),
})
