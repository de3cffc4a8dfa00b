import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { breaches } from './support/layers.ts'
import { readSource, type SourceFile } from './support/read-source.ts'

function readTree(root: string): SourceFile[] {
  return globSync('**/*.ts', { cwd: root }).map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))
}

/** What is said of one file when it stands alone. */
function breachesIn(path: string, source: string): string[] {
  return breaches([{ path, source }])
}

describe('the tree', () => {
  const files = readTree(join(import.meta.dirname, '../src'))

  it('keeps every layer rule', () => {
    expect(breaches(files)).toEqual([])
  })

  it('was really read', () => {
    const imports = files.flatMap((file) => readSource(file).imports)
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(files.length)
    expect(imports.map(({ from }) => from)).toContain('better-sqlite3')
  })

  it('is read from the disk, folders in folders too', () => {
    const root = mkdtempSync(join(tmpdir(), 'layers-'))
    onTestFinished(() => rmSync(root, { recursive: true }))
    const planted = join(root, 'core/deep/in/it.ts')
    mkdirSync(dirname(planted), { recursive: true })
    writeFileSync(planted, "import '../../../store/row.ts'\n")
    expect(breaches(readTree(root))).toEqual(['core/deep/in/it.ts: may not import ../../../store/row.ts'])
  })
})

describe('an import', () => {
  const forbidden: readonly [path: string, source: string][] = [
    ['core/grant.ts', "import { open } from '../store/row.ts'"],
    ['core/grant.ts', "import { hash } from 'node:crypto'"],
    ['core/grant.ts', "import { z } from 'zod'"],
    ['core/grant.ts', "import type { ZodType } from 'zod'"],
    ['operations/deny.ts', "import { row } from '../store/row.ts'"],
    ['operations/deny.ts', "import { AdapterError } from '../adapters/contract.ts'"],
    ['operations/deny.ts', "import { type Adapter } from '../adapters/contract.ts'"],
    ['operations/deny.ts', "import type { Registry } from '../adapters/registry.ts'"],
    ['operations/deny.ts', "import type { Button } from '../slack/ids.ts'"],
    ['store/row.ts', "import { deny } from '../operations/deny.ts'"],
    ['audit/seal.ts', "import { row } from '../store/row.ts'"],
    ['adapters/webhook.ts', "import { deny } from '../operations/deny.ts'"],
    ['slack/home.ts', "import { row } from '../store/row.ts'"],
    ['slack/home.ts', "import { startClock } from '../scheduler/clock.ts'"],
    ['scheduler/due.ts', "import { row } from '../store/row.ts'"],
    ['config/load.ts', "import { PostgresAdapter } from '../adapters/postgres/adapter.ts'"],
    ['config/load.ts', "import { deny } from '../operations/deny.ts'"],
    ['cli/revoke.ts', "import { row } from '../store/row.ts'"],
    ['cli/revoke.ts', "import { demo } from '../demo.ts'"],
    ['workspace/slack.ts', "import type { Grant } from '../core/grant.ts'"],
    ['main.ts', "import { start } from './cli/start.ts'"],
    ['demo.ts', "import type { Grant } from './core/grant.ts'"],
    ['store/row.ts', "import pkg from '../../package.json' with { type: 'json' }"],
    ['operations/deny.ts', "import { WebClient } from '@slack/web-api'"],
    ['app.ts', "import type { Block } from '@slack/types'"],
    ['workspace/slack.ts', "import type { Block } from '@slack/types'"],
    ['audit/seal.ts', "import Database from 'better-sqlite3'"],
    ['config/load.ts', "import pg from 'pg'"],
  ]

  it.each(forbidden)('in %s is refused: %s', (path, source) => {
    expect(breachesIn(path, source)).toHaveLength(1)
  })

  it.each([
    "export { row } from '../store/row.ts'",
    "export * from '../store/row.ts'",
    "export type { Row } from '../store/row.ts'",
    "import '../store/row.ts'",
    "import type { Row } from '../store/row.ts'",
    "type Row = import('../store/row.ts').Row",
    "const row = await import('../store/row.ts')",
    "const row = require('../store/row.ts')",
    'const row = await import(where)',
  ])('is seen in whatever form: %s', (source) => {
    expect(breachesIn('slack/home.ts', source)).toHaveLength(1)
  })

  it.each([
    ['operations/deny.ts', "import type { Adapter } from '../adapters/contract.ts'"],
    ['operations/deny.ts', "import { createHash } from 'node:crypto'"],
    ['store/row.ts', "import { seal } from '../audit/seal.ts'"],
    ['store/sqlite.ts', "import Database from 'better-sqlite3'"],
    ['adapters/postgres/adapter.ts', "import pg from 'pg'"],
    ['adapters/registry.ts', 'const kind = await import(name)'],
    ['slack/home.ts', "import { WebClient } from '@slack/web-api'"],
    ['slack/views/home.ts', "import { deny } from '../../operations/deny.ts'"],
    ['config/load.ts', "import { registry } from '../adapters/registry.ts'"],
    ['config/load.ts', "import { definition } from '../adapters/postgres/definition.ts'"],
    ['cli/demo.ts', "const demo = await import('../demo.ts')"],
    ['app.ts', "import { row } from './store/row.ts'"],
    ['main.ts', "import { run } from './app.ts'"],
    ['core/grant.ts', "/* import '../store/row.ts' */ const text = \"import '../store/row.ts'\""],
  ])('in %s is allowed: %s', (path, source) => {
    expect(breachesIn(path, source)).toEqual([])
  })
})

describe('time and chance', () => {
  it.each(['Date.now()', 'new Date()', 'Date()', 'globalThis.Date.now()', "Date['now']()", 'f(Date.now)'])(
    'are arguments: %s stands in the clock and the workspace only',
    (source) => {
      expect(breachesIn('operations/deny.ts', source)).toEqual([
        'operations/deny.ts: only scheduler/clock.ts reads the clock',
      ])
      expect(breachesIn('scheduler/clock.ts', source)).toEqual([])
      expect(breachesIn('workspace/slack.ts', source)).toEqual([])
    },
  )

  it('may be written down: a date made of an instant is no clock', () => {
    expect(breachesIn('slack/home.ts', 'new Date(at).toISOString()')).toEqual([])
  })

  it('do not come from Math.random, but in the workspace', () => {
    expect(breachesIn('core/ids.ts', 'Math.random()')).toHaveLength(1)
    expect(breachesIn('workspace/slack.ts', 'Math.random()')).toEqual([])
  })
})

describe('a file', () => {
  it.each(['core/requestCard.ts', 'core/Request.ts', 'core/request_card.ts', 'Core/request.ts'])(
    'is named in kebab-case: %s is refused',
    (path) => {
      expect(breachesIn(path, '')).toHaveLength(1)
    },
  )

  it.each(['utils', 'helpers', 'common', 'types'])('is named for what is in it, not %s', (name) => {
    expect(breachesIn(`slack/${name}.ts`, '')).toHaveLength(1)
    expect(breachesIn(`${name}/slack.ts`, '')).toHaveLength(1)
  })

  it('has at most 300 lines', () => {
    expect(breachesIn('core/grant.ts', '//\n'.repeat(300))).toEqual([])
    expect(breachesIn('core/grant.ts', '//\n'.repeat(301))).toHaveLength(1)
  })

  it('that cannot be read is not called well', () => {
    expect(() => breachesIn('core/grant.ts', 'import {')).toThrow('core/grant.ts')
  })
})
