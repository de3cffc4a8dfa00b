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
      if (zodSchema === target) splitByKind(jsonSchema)
    },
  })
}

/** A target is one of several: for each adapter the whole of it, with that kind and its own settings. */
function splitByKind(schema: JsonSchema): void {
  const { properties = {}, ...rest } = schema
  const { default: _none, ...settingsOfAny } = Object(properties.settings)
  for (const key of Object.keys(schema)) delete schema[key]
  schema.anyOf = [...ADAPTERS.values()].map(({ kind, settings }) => {
    const { $schema, ...own } = z.toJSONSchema(settings, { io: 'input' })
    const adapter = { ...Object(properties.adapter), const: kind }
    return { ...rest, properties: { ...properties, adapter, settings: { ...settingsOfAny, ...own } } }
  })
}
