import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { substitute, type Variables } from './variables.ts'

/** Keys and indexes from the root of the config down to a value. */
export type Path = readonly PropertyKey[]

/** A path as the key of a map. */
export function keyOf(path: Path): string {
  return JSON.stringify(path.map(String))
}

/** Offsets into the text. A mapping stands where its key stands. */
interface Place {
  readonly key: number
  readonly value: number
}

/** The config holds more than any honest one does. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch'
}

const MALFORMED = `write \${NAME} for an environment variable, or $\${ for a literal \${`

const MOST_NODES = 50_000
const DEEPEST = 50

/** Turns parsed YAML into plain values, and remembers where each of them stands. */
export class TreeReader {
  readonly places = new Map<string, Place>()
  readonly problems: { offset: number; message: string }[] = []
  readonly unset: { path: Path; name: string }[] = []
  readonly used = new Map<string, string>()
  readonly #document: Document
  readonly #variables: Variables
  #nodes = 0

  constructor(document: Document, variables: Variables) {
    this.#document = document
    this.#variables = variables
  }

  /** @throws {TooMuch} */
  read(node: unknown, path: Path, key: number): unknown {
    const real = this.#resolve(node)
    this.#nodes += 1
    if (this.#nodes > MOST_NODES || path.length > DEEPEST) throw new TooMuch()
    const start = isNode(real) ? (real.range?.[0] ?? key) : key
    this.places.set(keyOf(path), { key, value: isMap(real) ? key : start })
    if (isMap(real)) return this.#readMap(real, path)
    if (isSeq(real)) return real.items.map((item, index) => this.read(item, [...path, index], startOf(item)))
    return isScalar(real) ? this.#readScalar(real, path, start) : null
  }

  #readMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {}
    for (const [name, pair] of this.#pairs(map, 0)) {
      const offset = startOf(pair.key)
      if (name === '__proto__') this.problems.push({ offset, message: '“__proto__” cannot be a name: choose another' })
      else value[name] = this.read(pair.value, [...path, name], offset)
    }
    return value
  }

  /** The pairs of a mapping, with those that `<<` merges in; its own come before merged ones. */
  #pairs(map: YAMLMap, depth: number): Map<string, Pair> {
    if (depth > DEEPEST) throw new TooMuch()
    const own = new Map(map.items.map((pair) => [nameOf(pair.key), pair]))
    const merged = own.get('<<')
    if (!merged) return own
    own.delete('<<')
    const source = this.#resolve(merged.value)
    for (const node of isSeq(source) ? source.items : [source]) {
      const part = this.#resolve(node)
      if (!isMap(part)) {
        this.problems.push({ offset: startOf(merged.key), message: '<< merges mappings: write <<: *name' })
        continue
      }
      for (const [name, pair] of this.#pairs(part, depth + 1)) if (!own.has(name)) own.set(name, pair)
    }
    return own
  }

  #readScalar({ value }: Scalar, path: Path, offset: number): unknown {
    if (typeof value !== 'string') return value
    const { text, used, unset, malformed } = substitute(value, this.#variables)
    if (malformed) this.problems.push({ offset, message: MALFORMED })
    for (const [name, secret] of used) this.used.set(secret, name)
    this.unset.push(...unset.map((name) => ({ path, name })))
    return text
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node
  }
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : ''
}
