import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { listEvents, parseId } from '../operations/listing.ts'
import type { Verdict } from './backend.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { type Io, Unusable, VERIFY_EXIT } from './io.ts'
import { positive } from './listings.ts'
import { environmentOf, withStore } from './surroundings.ts'
import { printRows } from './table.ts'

/** `breakglass audit verify|show|export` */
export function auditCommand(context: Context): Command {
  const command = new Command('audit')
    .description('prove, read and copy the audit log')
    .addCommand(verifyCommand(context))
    .addCommand(showCommand(context))
    .addCommand(exportCommand(context))
  return examples(command, [['breakglass audit verify && breakglass audit show', 'prove it, then read it']])
}

function verifyCommand(context: Context): Command {
  const command = new Command('verify')
    .description(
      'check that no event was changed, removed or added: exit 0 all well, 1 tampered, 3 bad signature, 5 usage',
    )
    .argument('[file]', 'an export to check instead of the database')
    .option('--json', 'as a JSON object', false)
    .action(async (file: string | undefined, options: { json: boolean }) => {
      const { io, backend, exit } = context
      const { database, auditKeyPath } = environmentOf(context)
      const verdict = await (file === undefined
        ? backend.proveDatabase(database.path)
        : backend.proveExport(file, auditKeyPath))
      if (options.json) io.out(JSON.stringify(verdict, null, 2))
      else sayVerdict(io, verdict)
      exit(exitOf(verdict))
    })
  return examples(command, [
    ['breakglass audit verify', 'the database'],
    ['breakglass audit verify audit.jsonl', 'an export'],
  ])
}

function sayVerdict(io: Io, verdict: Verdict): void {
  if (verdict.ok) {
    io.out(`All well: ${verdict.events} events, the last one hashes to ${verdict.head}.`)
    if (verdict.publicKey) io.out(`Signed by the key ${verdict.publicKey}`)
  } else {
    const where = verdict.sequence === null ? '' : ` at event ${verdict.sequence}`
    io.err(`NOT well${where}: ${verdict.why}`)
  }
}

function exitOf(verdict: Verdict): number {
  if (verdict.ok) return VERIFY_EXIT.well
  return verdict.code === 'tampered' ? VERIFY_EXIT.tampered : VERIFY_EXIT.badSignature
}

function showCommand(context: Context): Command {
  const command = new Command('show')
    .description('list audit events in order')
    .option('--request <id>', 'only of this request or grant')
    .option('--after <sequence>', 'only later ones', positive, 0)
    .option('--limit <n>', 'at most so many', positive, 1_000)
    .option('--json', 'as a JSON array', false)
    .action(async (options: { request?: string; after: number; limit: number; json: boolean }) => {
      const filter = { ...options, request: requestNamed(options.request) }
      const rows = await withStore(context, (store) => listEvents({ store }, filter))
      const columns = ['sequence', 'at', 'name', 'actor', 'request', 'detail']
      printRows(context.io, rows, { json: options.json, columns })
    })
  return examples(command, [
    ['breakglass audit show --request G-7KQ2M4', 'the story of one request'],
    ['breakglass audit show --after 1200 --json', 'what came later, for a program'],
  ])
}

function requestNamed(typed: string | undefined) {
  if (typed === undefined) return undefined
  const id = parseId(typed)
  if (!id) throw new Unusable(`“${typed}” is no id: it looks like R-7KQ2M4 or G-7KQ2M4.`)
  return id
}

function exportCommand(context: Context): Command {
  const command = new Command('export')
    .description('copy the whole log as lines of JSON, signed at the end')
    .option('--output <file>', 'where to; standard output otherwise')
    .action(async ({ output }: { output?: string }) => {
      const { database, auditKeyPath } = environmentOf(context)
      const lines = context.backend.exportAudit(database.path, auditKeyPath)
      if (output !== undefined) return writeFile(output, linesOf(lines), { mode: 0o600 }).catch(unwritable)
      for await (const line of lines) context.io.out(line)
    })
  return examples(command, [['breakglass audit export --output audit.jsonl', 'keep it somewhere else']])
}

/** @throws always */
function unwritable(error: Error): never {
  throw 'syscall' in error ? new Unusable(`The export could not be written: ${error.message}`) : error
}

async function* linesOf(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`
}
