import type { Source } from './source.ts'
import { keyOf, type Path } from './tree.ts'

/** Something wrong in the config, or worth knowing: where it stands, and a sentence that says what would be right. */
export interface Fault {
  readonly file: string
  /** From 1, as `column`. */
  readonly line: number
  readonly column: number
  /** The config key in dots, as in `rules.one-lead.quorum`; empty for the file as a whole. */
  readonly key: string
  readonly message: string
}

/** What `check` prints beside faults; never a reason not to start. */
export type Finding = Fault

/** `breakglass.yml:12:5: rules.one-lead.quorum: …` */
export function sayFault({ file, line, column, key, message }: Fault): string {
  return `${file}:${line}:${column}: ${key ? `${key}: ` : ''}${message}`
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Shorter values from the environment are no secrets, and would garble sentences. */
const SHORTEST_SECRET = 4

/** Collects all that is to be said about one source, without ever repeating a value of the environment. */
export class Report {
  readonly #source: Source
  readonly #faults: Fault[] = []
  readonly #findings: Finding[] = []
  readonly #unset: ReadonlySet<string>

  constructor(source: Source) {
    this.#source = source
    this.#unset = new Set(source.unset.map(({ path }) => keyOf(path)))
    for (const { position, message } of source.problems) {
      this.#faults.push({ file: source.file, ...position, key: '', message })
    }
  }

  /** A value with an unset variable has no other fault than that, which `sayUnset` says. */
  fault(path: Path, message: string, part: 'key' | 'value' = 'value'): void {
    if (!this.#unset.has(keyOf(path))) this.#faults.push(this.#say(path, message, part))
  }

  finding(path: Path, message: string, part: 'key' | 'value' = 'value'): void {
    this.#findings.push(this.#say(path, message, part))
  }

  /** Says which variables are not set. */
  sayUnset(as: 'fault' | 'finding'): void {
    const said = as === 'fault' ? this.#faults : this.#findings
    for (const { path, name } of this.#source.unset) {
      said.push(this.#say(path, `the environment variable ${name} is not set: set it before the bot starts`, 'value'))
    }
  }

  /** Whether anything in or under a value waits for a variable. */
  waits(path: Path): boolean {
    const under = (other: Path) => path.every((key, index) => String(key) === String(other[index]))
    return this.#source.unset.some((variable) => under(variable.path))
  }

  /** In the order in which they stand in the file; each once. */
  get faults(): readonly Fault[] {
    return inOrder(this.#faults)
  }

  get findings(): readonly Finding[] {
    return inOrder(this.#findings)
  }

  #say(path: Path, message: string, part: 'key' | 'value'): Fault {
    const { file, used } = this.#source
    const secrets = [...used].filter(([value]) => value.length >= SHORTEST_SECRET)
    const clean = secrets.reduce((text, [value, name]) => text.replaceAll(value, `\${${name}}`), message)
    const key = path.map(String).join('.')
    return { file, ...this.#source.locate(path, part), key: visible(key), message: visible(clean) }
  }
}

/** What a terminal would act on, or not show, is written out. */
function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const once = new Map(faults.map((fault) => [sayFault(fault), fault]))
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}
