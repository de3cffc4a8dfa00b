import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseDocument } from 'yaml'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { loadConfig, readConfig } from '../../src/config/load.ts'
import { sayFault } from '../../src/config/report.ts'
import { COMPLETE, configPage, schemaText, tables } from './config-page.ts'
import { absenceOf, isSection, type Key, keysOf, meaningOf, type SchemaNode } from './keys.ts'

const root = join(import.meta.dirname, '../..')
const keys = tables().flatMap((table) => table.keys.map((key) => [key.path, key, table.heading] as const))
type Place = readonly string[]
const CONFIG: {
  readonly targets: Readonly<Record<string, { readonly adapter: string }>>
  readonly entitlements: Readonly<Record<string, { readonly target: string }>>
} = parse(COMPLETE)
const VARIABLES = {
  ORDERS_DB_ADMIN_URL: 'postgres://breakglass@db.example.com/orders',
  DEPLOY_HOOK_SECRET: '0123456789abcdef',
  ALARM_SECRET: '0123456789abcdef',
  PD_TOKEN: '0123456789abcdef',
  OPSGENIE_KEY: '0123456789abcdef',
  ONCALL_TOKEN: '0123456789abcdef',
}

/** Where a key stands in the complete example. One of several forms may not be there: then its parent. */
function placeOf(key: Key, heading: string): Place | undefined {
  return placeAt(key.path, heading) ?? (key.inOneForm ? placeAt(parentOf(key.path), heading) : undefined)
}

function parentOf(path: string): string {
  return path.split('.').slice(0, -1).join('.')
}

function placeAt(path: string, heading: string): Place | undefined {
  const steps = path.replaceAll('[]', '.[]').split('.')
  const kind = /adapter: (\w+)/.exec(heading)?.[1]
  const places = placesIn(CONFIG, steps)
  return places.find((place) => kind === undefined || kindAt(place) === kind)
}

function placesIn(value: unknown, [step, ...rest]: readonly string[]): Place[] {
  if (step === undefined) return [[]]
  const inside: Readonly<Record<string, unknown>> = Object(value)
  const names = ['NAME', 'ID', '[]'].includes(step) ? Object.keys(inside) : [step]
  return names
    .filter((name) => Object.hasOwn(inside, name))
    .flatMap((name) => placesIn(inside[name], rest).map((place): Place => [name, ...place]))
}

function kindAt([section, name = '']: Place): unknown {
  const { targets, entitlements } = CONFIG
  return targets[section === 'targets' ? name : (entitlements[name]?.target ?? '')]?.adapter
}

/** What is wrong at the place of a key, once that holds a value. */
function faultsWith(key: Key, heading: string, value: unknown): string[] {
  const place = placeOf(key, heading) ?? []
  const document = parseDocument(COMPLETE)
  document.setIn(place, document.createNode(placeAt(key.path, heading) ? value : { map: value }))
  const read = readConfig(document.toString(), 'complete', VARIABLES)
  const faults = read.ok ? [] : read.faults.filter((fault) => `${fault.key}.`.startsWith(`${place.join('.')}.`))
  return faults.map(sayFault)
}

describe('docs/config.md and docs/breakglass.schema.json', () => {
  it('are what `npm run docs` makes of the schema now', () => {
    expect(readFileSync(join(root, 'docs/config.md'), 'utf8')).toBe(configPage())
    expect(readFileSync(join(root, 'docs/breakglass.schema.json'), 'utf8')).toBe(schemaText())
  })

  it('are reached from the example by its first line', () => {
    const [line = ''] = readFileSync(join(root, 'breakglass.example.yml'), 'utf8').split('\n')
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(line) ?? []
    expect(readFileSync(join(root, path), 'utf8')).toBe(schemaText())
  })
})

describe('each key of the config', () => {
  it('is on the page', () => {
    const all = keysOf(configJsonSchema() as SchemaNode, '').map(({ path }) => path)
    const sections = [...configPage().matchAll(/^## `(\w+)`$/gm)].map((match) => match[1])
    expect([...sections, ...keys.map(([path]) => path)]).toEqual(expect.arrayContaining(all))
    expect(all.length).toBeGreaterThan(70)
  })

  it.each(keys)('%s has a meaning, an example, and says what counts without it', (_path, key) => {
    expect(meaningOf(key.node)).not.toBe('')
    expect(absenceOf(key)).toMatch(/\S/)
    if (!isSection(key.node)) expect(key.node.examples).not.toBe(undefined)
  })

  it.each(keys)('%s takes each of its examples, and not just anything', (_path, key, heading) => {
    for (const example of key.node.examples ?? []) expect(faultsWith(key, heading, example)).toEqual([])
    expect(faultsWith(key, heading, -1.5)).not.toEqual([])
  })
})

describe('the complete example', () => {
  it('has no fault', () => {
    const read = loadConfig(join(root, 'docs/breakglass.complete.yml'), VARIABLES)
    expect(read.ok ? [] : read.faults.map(sayFault)).toEqual([])
  })

  it('has every key', () => {
    const missing = keys.filter(([, key, heading]) => !placeOf(key, heading))
    expect(missing.map(([path]) => path)).toEqual([])
  })
})
