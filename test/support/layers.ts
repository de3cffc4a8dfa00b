import { dirname, join } from 'node:path/posix'
import { type Import, readSource, type SourceFacts, type SourceFile } from './read-source.ts'

/** Which other layers a layer may import. A layer that is not named here imports nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  operations: ['core'],
  store: ['core', 'audit'],
  audit: ['core'],
  adapters: ['core'],
  schedules: ['core'],
  slack: ['core', 'operations'],
  scheduler: ['core', 'operations'],
  config: ['core'],
  cli: ['operations', 'config'],
  demo: ['workspace'],
  'log.ts': ['core', 'operations'],
  'main.ts': ['app.ts'],
}
const CONTRACT = 'adapters/contract.ts'
/** What config may know of adapters: their definitions, not their code. */
const DEFINITION = /^adapters\/(contract|registry|([a-z0-9-]+\/)?([a-z0-9-]+-)?definition)\.ts$/
/** Packages that appear in these layers only. */
const PACKAGES: readonly { readonly named: RegExp; readonly only: readonly string[] }[] = [
  { named: /^@slack\//, only: ['slack'] },
  { named: /^better-sqlite3$/, only: ['store'] },
  { named: /^pg(\/|$)/, only: ['store', 'adapters', 'demo'] },
]
/** Layers that may import what a config or a command names: packages of adapters, the demo. */
const COMPUTED = ['app.ts', 'adapters']
const FORBIDDEN_NAMES = ['utils', 'helpers', 'common', 'types']
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/
const MOST_LINES = 300

/** Every breach of the layer rules of `design.md` §3 and of the habits of `style.md`, as `path: what is wrong`. */
export function breaches(files: readonly SourceFile[]): string[] {
  return files.map(readSource).flatMap((facts) => {
    const wrong = [...namingFaults(facts), ...habitFaults(facts), ...importFaults(facts)]
    return wrong.map((what) => `${facts.path}: ${what}`)
  })
}

function namingFaults({ path }: SourceFacts): string[] {
  return path
    .replace(/(\.d)?\.ts$/, '')
    .split('/')
    .flatMap((name) => {
      if (FORBIDDEN_NAMES.includes(name)) return [`“${name}” says nothing about what is in it`]
      return KEBAB.test(name) ? [] : [`“${name}” is not kebab-case`]
    })
}

function habitFaults({ path, lines, readsClock, drawsAtRandom }: SourceFacts): string[] {
  const exempt = layerOf(path) === 'workspace'
  return [
    ...(lines > MOST_LINES ? [`${lines} lines are more than ${MOST_LINES}`] : []),
    ...(readsClock && !exempt && path !== 'scheduler/clock.ts' ? ['only scheduler/clock.ts reads the clock'] : []),
    ...(drawsAtRandom && !exempt ? ['Math.random is not for secrets or ids'] : []),
  ]
}

function importFaults({ path, imports }: SourceFacts): string[] {
  return imports.flatMap((one) => {
    if (one.from === undefined) return COMPUTED.includes(layerOf(path)) ? [] : ['imports something computed']
    const allowed = one.from.startsWith('.') ? mayImport(path, one) : mayUse(layerOf(path), one.from)
    return allowed ? [] : [`may not import ${one.from}`]
  })
}

/** The first folder, or the file itself where it stands in no folder. */
function layerOf(path: string): string {
  return path.split('/', 1)[0] ?? path
}

function mayImport(path: string, { from = '', typeOnly, dynamic }: Import): boolean {
  const layer = layerOf(path)
  const target = join(dirname(path), from)
  if (target.startsWith('..')) return false
  if (layer === 'app.ts' || layer === layerOf(target)) return true
  if (layer === 'operations' && target === CONTRACT) return typeOnly
  if (layer === 'config' && DEFINITION.test(target)) return true
  if (layer === 'cli' && layerOf(target).startsWith('demo')) return dynamic
  return MAY_IMPORT[layer]?.includes(layerOf(target)) ?? false
}

function mayUse(layer: string, name: string): boolean {
  return layer !== 'core' && PACKAGES.every(({ named, only }) => !named.test(name) || only.includes(layer))
}
