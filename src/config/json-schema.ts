import { z } from 'zod'
import { ADAPTERS } from '../adapters/registry.ts'
import { configFile } from './schema/file.ts'
import { target } from './schema/targets.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** The JSON Schema (draft 2020-12) of `breakglass.yml`, for editors. What it cannot say, `check` does. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configFile, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      keepExamples(zodSchema, jsonSchema)
      if (zodSchema === target) splitByKind(jsonSchema)
    },
  })
}

/** Ours are as a person writes them, also where that is read into something else; zod drops those. */
function keepExamples(zodSchema: z.core.$ZodType, jsonSchema: JsonSchema): void {
  const { examples } = z.globalRegistry.get(zodSchema) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
}

/** A target is one of several: for each adapter the whole of it, with that kind and its own settings. */
function splitByKind(schema: JsonSchema): void {
  const { properties = {}, ...rest } = schema
  const { default: _none, ...settingsOfAny } = Object(properties.settings)
  for (const key of Object.keys(schema)) delete schema[key]
  schema.anyOf = [...ADAPTERS.values()].map(({ kind, settings }) => {
    const { $schema, ...own } = z.toJSONSchema(settings, { io: 'input' })
    const adapter = { ...Object(properties.adapter), const: kind, examples: [kind] }
    const required = [...(rest.required ?? []), ...(own.required ? ['settings'] : [])]
    return { ...rest, required, properties: { ...properties, adapter, settings: { ...settingsOfAny, ...own } } }
  })
}
