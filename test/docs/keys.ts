import { stringify } from 'yaml'

/** The parts of a JSON Schema that say what a person may write. */
export interface SchemaNode {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/** A key of the config, as `rules.NAME.ttl.max`. */
export interface Key {
  readonly path: string
  readonly node: SchemaNode
  readonly required: boolean
  /** It belongs to one of several forms that its parent may have. */
  readonly inOneForm?: boolean
}

/** Every key under a node, in the order of the schema. What stands for a name is upper-case; `[]` is each item. */
export function keysOf(node: SchemaNode, path: string): Key[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = { path: path === '' ? name : `${path}.${name}`, node: child, required: isRequired(node, name) }
    return [key, ...keysOf(child, key.path)]
  })
  const { items, anyOf = [], additionalProperties: entry } = node
  return [
    ...own,
    ...anyOf.flatMap((variant) => keysOf(variant, path).map((key) => ({ ...key, inOneForm: true }))),
    ...(items ? keysOf(items, `${path}[]`) : []),
    ...(typeof entry === 'object' ? keysOf(entry, `${path}.${path === 'entitlements' ? 'ID' : 'NAME'}`) : []),
  ]
}

function isRequired({ required = [] }: SchemaNode, name: string): boolean {
  return required.includes(name)
}

/** Whether other keys stand under it. */
export function isSection({ properties, items, anyOf, additionalProperties }: SchemaNode): boolean {
  const inside = [items, ...(anyOf ?? []), typeof additionalProperties === 'object' ? additionalProperties : undefined]
  return properties !== undefined || inside.some((child) => child !== undefined && isSection(child))
}

/** What may stand there, in words. */
export function kindOf(node: SchemaNode): string {
  const { title, type, items, anyOf, properties, additionalProperties: entry } = node
  if (title !== undefined) return title
  if (node.enum) return node.enum.map(written).join(' or ')
  if (anyOf) return anyOf.map(kindOf).join(' or ')
  if (items) return items.properties ? `list of mappings: ${named(items)}` : `list: ${kindOf(items)}`
  if (properties) return `mapping: ${named(node)}`
  if (type === 'integer') return `whole number ${range(node)}`
  if (type === 'boolean') return '`true` or `false`'
  if (type === 'object')
    return typeof entry === 'object' && entry.type ? `mapping: name to ${kindOf(entry)}` : 'mapping'
  return 'text'
}

function named({ properties = {} }: SchemaNode): string {
  return Object.keys(properties)
    .map((name) => `\`${name}\``)
    .join(', ')
}

function range({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): string {
  return maximum < Number.MAX_SAFE_INTEGER ? `from ${minimum} to ${maximum}` : `from ${minimum}`
}

const WITHOUT = / Without it, (.*)\.$/s

/** What the key means, without the sentence about its absence. */
export function meaningOf({ description = '' }: SchemaNode): string {
  return description.replace(WITHOUT, '').replace(/ Required\.$/, '')
}

/** What counts when the key is left out; `undefined` if the schema does not say so. */
export function absenceOf({ node, required, inOneForm }: Key): string | undefined {
  if (required) return inOneForm ? '*required* in this form' : '*required*'
  if (node.default === undefined) return WITHOUT.exec(node.description ?? '')?.[1]
  const ofKeys = JSON.stringify(node.default) === '{}' && isSection(node)
  return ofKeys ? 'the defaults of its keys' : written(node.default)
}

/** A value as it stands in the file. */
export function written(value: unknown): string {
  const yaml = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  return `\`${yaml.replaceAll('[ ', '[').replaceAll(' ]', ']')}\``
}
