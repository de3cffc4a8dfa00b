import { z } from 'zod'
import { type Checked, checkBlocks, complaints } from './check.ts'
import type { Block } from './kinds.ts'
import { plainText, upTo } from './text.ts'
import { inputsIn } from './together.ts'

const shared = {
  blocks: z.array(z.unknown()).min(1),
  private_metadata: upTo(3000, 0).optional(),
  callback_id: upTo(255, 0).optional(),
  external_id: upTo(255, 0).optional(),
  // The blocks are judged apart, because their complaints need their own paths.
}

const viewShape = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
    ...shared,
  }),
  z.strictObject({ type: z.literal('home'), ...shared }),
])

/** A view as an app sends it, checked. */
export type ViewDraft = WithBlocks<z.infer<typeof viewShape>>

type WithBlocks<Shape> = Shape extends unknown ? Omit<Shape, 'blocks'> & { readonly blocks: readonly Block[] } : never

/** Judges a modal or a Home view as Slack does. */
export function checkView(view: unknown, root = '/view'): Checked<ViewDraft> {
  const parsed = viewShape.safeParse(view)
  if (!parsed.success) return { problems: complaints(parsed.error, root) }
  const blocks = checkBlocks(parsed.data.blocks, parsed.data.type, `${root}/blocks`)
  if ('problems' in blocks) return blocks
  const needsSubmit = parsed.data.type === 'modal' && parsed.data.submit === undefined
  if (needsSubmit && inputsIn(blocks.value).length > 0) {
    return { problems: [`must define \`submit\` to use an \`input\` block in modals [json-pointer:${root}]`] }
  }
  return { value: { ...parsed.data, blocks: blocks.value } }
}
