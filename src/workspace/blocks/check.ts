import { z } from 'zod'
import { type Block, block } from './kinds.ts'
import { placed, wrongTogether } from './together.ts'

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home'

/** What a check says: the blocks, or Slack's complaints, each with the path of what is wrong. */
export type Checked<Value> = { readonly value: Value } | { readonly problems: readonly string[] }

/** All text of the blocks of one message, together. */
export const ALL_TEXT_LIMIT = 13_000

const MOST: Record<Surface, number> = { message: 50, modal: 100, home: 100 }
const NOT_ON: Record<Surface, ReadonlySet<string>> = {
  message: new Set(['alert']),
  modal: new Set(['table', 'markdown', 'context_actions', 'card', 'carousel', 'plan', 'task_card', 'file']),
  home: new Set(['alert', 'table', 'context_actions', 'plan', 'task_card', 'file']),
}
const blockList = z.array(block)

/** Judges blocks as Slack does. `root` begins every path in a complaint. */
export function checkBlocks(blocks: unknown, surface: Surface, root = '/blocks'): Checked<Block[]> {
  const most = MOST[surface]
  if (Array.isArray(blocks) && blocks.length > most) {
    return { problems: [`no more than ${most} items allowed [json-pointer:${root}]`] }
  }
  const parsed = blockList.safeParse(blocks)
  if (!parsed.success) return { problems: complaints(parsed.error, root) }
  const problems = placed(parsed.data, root).flatMap(({ block: { type }, path }) =>
    NOT_ON[surface].has(type) ? [`unsupported type: ${type} [json-pointer:${path}/type]`] : [],
  )
  problems.push(...wrongTogether(parsed.data, root))
  return problems.length > 0 ? { problems } : { value: parsed.data }
}

/** Says what is wrong in Slack's words. */
export function complaints(error: z.ZodError, root: string): string[] {
  return error.issues.map((issue) => `${sentence(issue)} [json-pointer:${[root, ...issue.path.map(String)].join('/')}]`)
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${issue.maximum} ${issue.origin === 'array' ? 'items allowed' : ''}`.trim()
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `no fewer than ${issue.minimum} ${issue.origin === 'array' ? 'items allowed' : ''}`.trim()
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`
    case 'invalid_union':
      return 'unsupported type'
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'missing required field' : `must be a ${issue.expected}`
    default:
      return issue.message
  }
}

/** Counts the code points of every text in blocks. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  let length = 0
  for (const [key, inner] of Object.entries(value)) {
    length += key === 'text' && typeof inner === 'string' ? [...inner].length : textLength(inner)
  }
  return length
}
