import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configPage, schemaText } from './config-page.ts'

const docs = join(import.meta.dirname, '../../docs')
writeFileSync(join(docs, 'config.md'), configPage())
writeFileSync(join(docs, 'breakglass.schema.json'), schemaText())
