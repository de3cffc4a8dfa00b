import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { configJsonSchema } from '../../src/config/json-schema.ts'

interface Node {
  readonly description?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: Node | boolean
  readonly anyOf?: readonly Node[]
  readonly items?: Node
}

const schema = configJsonSchema() as Node

function* nodes(node: Node, path: string): Generator<readonly [string, Node]> {
  yield [path, node]
  for (const [key, child] of Object.entries(node.properties ?? {})) yield* nodes(child, `${path}.${key}`)
  if (typeof node.additionalProperties === 'object') yield* nodes(node.additionalProperties, `${path}.*`)
  for (const child of node.anyOf ?? []) yield* nodes(child, path)
  if (node.items) yield* nodes(node.items, `${path}[]`)
}

it('describes every key', () => {
  const keys = [...nodes(schema, '')].flatMap(([path, node]) =>
    Object.entries(node.properties ?? {}).map(([key, child]) => [`${path}.${key}`, child] as const),
  )
  expect(keys.length).toBeGreaterThan(50)
  expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([])
})

it('takes no unknown key anywhere', () => {
  const open = [...nodes(schema, '')].filter(([, node]) => node.properties && node.additionalProperties !== false)
  expect(open.map(([path]) => path)).toEqual([])
})

it('says what is needed and what the defaults are', () => {
  expect(schema).toMatchObject({ required: ['slack', 'people', 'groups', 'targets', 'rules', 'entitlements'] })
  const rule = schema.properties?.rules?.additionalProperties as Node
  expect(rule).toMatchObject({
    required: ['requesters'],
    properties: { lapse: { default: '15m' }, approval: { default: 'people' } },
  })
})

it('knows the settings of each adapter', () => {
  const target = schema.properties?.targets?.additionalProperties as Node
  const postgres = { properties: { adapter: { const: 'postgres' }, settings: { required: ['url'] } } }
  expect(target.anyOf?.[0]).toMatchObject(postgres)
  expect(target.anyOf).toHaveLength(3)
})

it('is one that other programs can read, and the example passes it', () => {
  const read = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0])
  expect(read.safeParse(parse(readFileSync('breakglass.example.yml', 'utf8'))).error?.issues ?? []).toEqual([])
})
