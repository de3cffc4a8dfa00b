import { parseSync, Visitor } from 'oxc-parser'

/** A file of `src/`, with its path from there: `core/grant.ts`. */
export interface SourceFile {
  readonly path: string
  readonly source: string
}

export interface Import {
  /** As written; `undefined` when it is computed. */
  readonly from: string | undefined
  /** Erased before the code runs. */
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

/** What the layer rules want to know of one file. */
export interface SourceFacts {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly readsClock: boolean
  readonly drawsAtRandom: boolean
}

/** The few parts of a syntax node that are looked at here. */
interface Expression {
  readonly type: string
  readonly name?: unknown
  readonly value?: unknown
  readonly property?: Expression
}

/** Parses a file. @throws {Error} when it cannot be parsed: what cannot be read has not been checked */
export function readSource({ path, source }: SourceFile): SourceFacts {
  const { program, errors } = parseSync(path, source)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const imports: Import[] = []
  const facts = { readsClock: false, drawsAtRandom: false }
  const still = (from: string, kind: string | undefined) =>
    void imports.push({ from, typeOnly: kind === 'type', dynamic: false })
  new Visitor({
    ImportDeclaration: (node) => still(node.source.value, node.importKind),
    ExportAllDeclaration: (node) => still(node.source.value, node.exportKind),
    ExportNamedDeclaration: (node) => node.source && still(node.source.value, node.exportKind),
    TSImportType: (node) => still(node.source.value, 'type'),
    ImportExpression: (node) => void imports.push({ from: literal(node.source), typeOnly: false, dynamic: true }),
    CallExpression: (node) => {
      if (isName(node.callee, 'require'))
        imports.push({ from: literal(node.arguments[0]), typeOnly: false, dynamic: true })
      if (isName(node.callee, 'Date')) facts.readsClock = true
    },
    NewExpression: (node) => {
      if (isName(node.callee, 'Date') && node.arguments.length === 0) facts.readsClock = true
    },
    MemberExpression: (node) => {
      if (isName(node.object, 'Date') && isName(node.property, 'now')) facts.readsClock = true
      if (isName(node.object, 'Math') && isName(node.property, 'random')) facts.drawsAtRandom = true
    },
  }).visit(program)
  return { path, lines: source.split('\n').length - 1, imports, ...facts }
}

/** Whether it is that name, by itself or as a member: `Date`, `globalThis.Date`, `Date['now']`. */
function isName(node: Expression | undefined, name: string): boolean {
  if (node?.type === 'MemberExpression') return isName(node.property, name)
  return node?.type === 'Identifier' ? node.name === name : literal(node) === name
}

function literal(node: Expression | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}
