import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/cli/context.ts'
import { run } from '../../src/cli/program.ts'
import { makeInstruments, makeRecordGauges } from '../../src/operations/metrics/instruments.ts'

const root = join(import.meta.dirname, '../..')
const pages = ['.', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, folder, name)),
)
const named = pages.map((page) => [relative(root, page), page] as const)

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  const headings = withoutBlocks(page).matchAll(/^#+ (.*)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function withoutBlocks(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^```.*?^```/gms, '')
}

/** What a link or a picture leads to, in this repository. */
function targetsOf(page: string): string[] {
  const text = withoutBlocks(page).replaceAll(/`[^`]*`/g, '')
  const found = [...text.matchAll(/\]\(([^)]+)\)|\s(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  )
  return found.filter((target) => !/^https?:/.test(target))
}

function leadsNowhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
}

it.each(named)('%s has no link or picture that leads nowhere', (_name, page) => {
  expect(targetsOf(page).filter((target) => leadsNowhere(page, target))).toEqual([])
})

describe('docs/operations.md', () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')

  it('names every metric of ours, and none that is not there', () => {
    const written = [...page.matchAll(/breakglass_[a-z_]+/g)].map(([name]) => name)
    const there = [makeInstruments(), makeRecordGauges()].flatMap(({ registry }) => registry.getMetricsAsArray())
    expect([...new Set(written)].sort()).toEqual(there.map(({ name }) => name).sort())
  })

  it('shows only commands and options that are there', async () => {
    const shown = [...page.matchAll(/(?:`|^)(?:sudo -u breakglass )?breakglass ([^`\n#>|]+)/gm)].map(
      ([, line = '']) => line,
    )
    expect(shown.length).toBeGreaterThan(20)
    for (const words of new Set(shown.map(wordsThatCount))) {
      const [options, command] = [words.match(/--[a-z-]+/g) ?? [], words.replaceAll(/ ?--[a-z-]+/g, '')]
      const { code, out } = await helpFor(command.split(' '))
      expect({ command, code }).toEqual({ command, code: 0 })
      expect(options.filter((option) => !out.includes(option))).toEqual([])
    }
  })
})

async function helpFor(command: readonly string[]) {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const io = { out: say, err: say, style: (_format: unknown, text: string) => text }
  const given = { io, backend: { version: '1.2.3' }, env: {}, user: 'sam' } as Omit<Context, 'exit'> // help asks for no more
  const code = await run([...command, '--help'], given)
  return { code, out: said.join('\n') }
}

/** The command and its options, without what a person fills in. */
function wordsThatCount(line: string): string {
  const [first = '', second = '', ...rest] = line.trim().split(' ')
  const options = [second, ...rest].filter((word) => word.startsWith('--'))
  return [first, ...(first === 'audit' ? [second] : []), ...options].join(' ')
}
