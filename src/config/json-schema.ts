import { z } from 'zod'
import { ADAPTERS } from '../adapters/registry.ts'
import { configFile } from './schema/file.ts'
import { target } from './schema/targets.ts'

/** The JSON Schema (draft 2020-12) of `breakglass.yml`, for editors. What it cannot say, `check` does. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configFile, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === target) jsonSchema.allOf = settingsByKind()
    },
  })
}

/** Each adapter's own settings, where its kind is named. */
function settingsByKind() {
  return [...ADAPTERS.values()].map(({ kind, settings }) => {
    const { $schema, ...schema } = z.toJSONSchema(settings, { io: 'input' })
    return {
      if: { properties: { adapter: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { settings: schema } },
    }
  })
}
