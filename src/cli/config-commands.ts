import { Command } from 'commander'
import { configJsonSchema } from '../config/json-schema.ts'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import { sayFault } from '../config/report.ts'
import type { Context } from './context.ts'
import { EXIT } from './io.ts'

/** `breakglass check` */
export function checkCommand({ io, env, exit }: Context): Command {
  return new Command('check')
    .description('check the config: every fault with its place, and what would be right')
    .argument('[file]', 'the config; BREAKGLASS_CONFIG or breakglass.yml otherwise')
    .option('--json', 'as a JSON array of faults and findings', false)
    .action((file: string | undefined, options: { json: boolean }) => {
      const path = file ?? env.BREAKGLASS_CONFIG ?? 'breakglass.yml'
      const loaded = loadConfig(path, env, { missingVariables: 'finding' })
      for (const line of options.json ? [jsonOf(loaded)] : linesOf(loaded, path)) io.out(line)
      exit(loaded.ok ? EXIT.done : EXIT.usage)
    })
}

function linesOf(loaded: LoadedConfig, path: string): string[] {
  if (!loaded.ok) return [...loaded.faults.map(sayFault), `${loaded.faults.length} to mend: the bot would not start.`]
  const { entitlements, rules, targets } = loaded.config.policy
  const counts = `${entitlements.size} entitlements, ${rules.size} rules, ${targets.size} targets`
  const unset = loaded.findings.some(({ message }) => message.includes('environment variable'))
  const end = unset ? `${path} is good once the variables above are set: ${counts}.` : `${path} is good: ${counts}.`
  return [...loaded.findings.map((finding) => `note: ${sayFault(finding)}`), end]
}

function jsonOf(loaded: LoadedConfig): string {
  const rows = loaded.ok
    ? loaded.findings.map((finding) => ({ kind: 'finding', ...finding }))
    : loaded.faults.map((fault) => ({ kind: 'fault', ...fault }))
  return JSON.stringify(rows, null, 2)
}

/** `breakglass schema` */
export function schemaCommand({ io }: Context): Command {
  return new Command('schema')
    .description('print the JSON Schema of the config, for editors')
    .action(() => io.out(JSON.stringify(configJsonSchema(), null, 2)))
}
