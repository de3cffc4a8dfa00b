import { Command } from 'commander'
import { configJsonSchema } from '../config/json-schema.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'

/** `breakglass schema` */
export function schemaCommand({ io }: Context): Command {
  const command = new Command('schema')
    .description('print the JSON Schema of the config, for editors')
    .action(() => io.out(JSON.stringify(configJsonSchema(), null, 2)))
  return examples(command, [['breakglass schema > breakglass.schema.json', 'let your editor know it']])
}

/** `breakglass manifest` */
export function manifestCommand({ io, backend }: Context): Command {
  const command = new Command('manifest')
    .description('print the Slack app manifest, ready to paste')
    .action(() => io.out(backend.manifest().trimEnd()))
  return examples(command, [['breakglass manifest', 'paste it under Create New App → From a manifest']])
}
