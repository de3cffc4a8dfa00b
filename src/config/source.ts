import { LineCounter, parseDocument } from 'yaml'
import { keyOf, type Path, TooMuch, TreeReader } from './tree.ts'
import type { Variables } from './variables.ts'

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A config file as plain values, with the place of each. */
export interface Source {
  readonly file: string
  /** `undefined` if the file is no YAML at all. */
  readonly value: unknown
  readonly problems: readonly { readonly position: Position; readonly message: string }[]
  /** Variables that are not set, with the value that wants them. */
  readonly unset: readonly { readonly path: Path; readonly name: string }[]
  /** What came from the environment, by value: never to be printed. */
  readonly used: ReadonlyMap<string, string>
  /** Where a value stands, or its key; for one that is missing, the key of the mapping that should hold it. */
  locate(path: Path, part: 'key' | 'value'): Position
}

/** More text than any honest config has. */
const MOST_CHARACTERS = 1_000_000

/** Reads YAML 1.2 with anchors and merge keys, and puts the variables in. Never throws: what is wrong is a problem. */
export function readSource(file: string, text: string, variables: Variables): Source {
  if (text.length > MOST_CHARACTERS) return unreadable(file, 'the file is too large: a config has less than 1 MB')
  try {
    return parse(file, text, variables)
  } catch (error) {
    if (error instanceof TooMuch || error instanceof RangeError) {
      return unreadable(file, 'the file holds too much: too deep, or too many aliases')
    }
    throw error
  }
}

/** A source that holds nothing but the reason why. */
export function unreadable(file: string, message: string): Source {
  const start = { line: 1, column: 1 }
  const problems = [{ position: start, message }]
  return { file, value: undefined, problems, unset: [], used: new Map(), locate: () => start }
}

function parse(file: string, text: string, variables: Variables): Source {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, logLevel: 'silent' })
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const syntax = [...document.errors, ...document.warnings]
  const reader = new TreeReader(document, variables)
  const broken = syntax.some((error) => error.code !== 'DUPLICATE_KEY')
  const value = broken ? undefined : reader.read(document.contents, [], 0)
  const problems = [
    ...syntax.map(({ code, pos, message }) => ({ offset: pos[0], message: syntaxSentence(code, message) })),
    ...reader.problems,
  ]
  return {
    file,
    value,
    problems: problems.map(({ offset, message }) => ({ position: position(offset), message })),
    unset: reader.unset,
    used: reader.used,
    locate: (path, part) => position(offsetOf(reader, path, part)),
  }
}

function syntaxSentence(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands here twice: keep one of them'
  return `this is not YAML: ${message}`
}

function offsetOf(reader: TreeReader, path: Path, part: 'key' | 'value'): number {
  const place = reader.places.get(keyOf(path))
  if (place) return place[part]
  return path.length > 0 ? offsetOf(reader, path.slice(0, -1), 'key') : 0
}
