import type { Command } from 'commander'

/** Ends the help of a command with examples, and with what is worth knowing besides. */
export function examples(
  command: Command,
  lines: readonly (readonly [typed: string, does: string])[],
  more?: string,
): Command {
  const width = Math.max(...lines.map(([typed]) => typed.length))
  const shown = lines.map(([typed, does]) => `  ${typed.padEnd(width)}  ${does}`)
  const rest = more === undefined ? [] : ['', more]
  return command.addHelpText('after', ['', 'Examples:', ...shown, ...rest].join('\n'))
}
