import { z } from 'zod'
import type { Report } from './report.ts'
import { MISSING, sentence } from './sentences.ts'
import { didYouMean } from './suggest.ts'
import type { Path } from './tree.ts'

/** The parts of a JSON Schema that help to say what would be right. */
interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/** Checks what stands at a path of the config; everything wrong becomes a fault, and the answer is then `undefined`. */
export function checkAgainst<Output>(
  schema: z.ZodType<Output>,
  value: unknown,
  path: Path,
  report: Report,
): Output | undefined {
  const result = schema.safeParse(value, { error: sentence })
  if (result.success) return result.data
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode
  for (const issue of result.error.issues.flatMap(leaves)) say(issue, root, path, report)
  return undefined
}

function say(issue: z.core.$ZodIssue, root: SchemaNode, base: Path, report: Report): void {
  const path = [...base, ...issue.path]
  const nodes = nodesAt(root, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = nodes.flatMap(variants).flatMap((variant) => Object.keys(variant.properties ?? {}))
    for (const key of issue.keys) report.fault([...path, key], `unknown key${hintFor(key, known)}`, 'key')
  } else if (issue.code === 'invalid_key') {
    report.fault(path, issue.issues[0]?.message ?? issue.message, 'key')
  } else {
    report.fault(path, issue.message === MISSING ? missing(nodes[0]) : issue.message)
  }
}

function hintFor(key: string, known: readonly string[]): string {
  return didYouMean(key, known) || (known.length > 0 ? `: known here are ${known.join(', ')}` : '')
}

function missing(node: SchemaNode | undefined): string {
  return node?.description ? `${MISSING}: ${node.description}` : MISSING
}

/** The issues of the variant that was meant, if a value may have several forms. */
function leaves(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors.find((issues) => !issues.some(saysOtherForm))
  return meant ? meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(leaves) : [issue]
}

/** Of the whole, or of an item of a list: a list of names is another form than a list of parts. */
function saysOtherForm({ code, path }: z.core.$ZodIssue): boolean {
  const isWhole = path.length === 0 || (path.length === 1 && typeof path[0] === 'number')
  return isWhole && (code === 'invalid_type' || code === 'invalid_value')
}

/** What may stand there, in any of its forms. */
function nodesAt(root: SchemaNode, path: Path): readonly SchemaNode[] {
  return path.reduce<readonly SchemaNode[]>(
    (nodes, key) => nodes.flatMap(variants).flatMap((one) => member(one, key) ?? []),
    [root],
  )
}

function variants(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...(node.anyOf ?? [])]
}

function member(node: SchemaNode, key: PropertyKey): SchemaNode | undefined {
  if (typeof key === 'number') return node.items
  if (node.properties && Object.hasOwn(node.properties, key)) return node.properties[String(key)]
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
}
