/** The environment as the process has it. */
export type Variables = Readonly<Record<string, string | undefined>>

export interface Substituted {
  readonly text: string
  /** Values that were put in, by the variable's name. */
  readonly used: ReadonlyMap<string, string>
  /** Variables that are not set, or empty. */
  readonly unset: readonly string[]
  /** A `${` that is not the start of `${NAME}`. */
  readonly malformed: boolean
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g

/** Puts variables in for `${NAME}`; `$${` is a literal `${`. What is put in is not read again. */
export function substitute(text: string, variables: Variables): Substituted {
  const used = new Map<string, string>()
  const unset: string[] = []
  let malformed = false
  const filled = text.replace(REFERENCE, (reference: string, name: string | undefined) => {
    if (reference === '$${') return '${'
    if (name === undefined) {
      malformed = true
      return reference
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (value) used.set(name, value)
    else unset.push(name)
    return value || `unset:${name}`
  })
  return { text: filled, used, unset, malformed }
}

/** The names of all variables that a text reads. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? [])
}
