import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { EXIT, type Io, VERIFY_EXIT } from './io.ts'
import { positive } from './listings.ts'
import type { Context } from './program.ts'
import type { Verdict } from './services.ts'
import { printRows } from './table.ts'

/** `breakglass audit verify|show|export` */
export function auditCommand(context: Context): Command {
  return new Command('audit')
    .description('prove, read and copy the audit log')
    .addCommand(verifyCommand(context))
    .addCommand(showCommand(context))
    .addCommand(exportCommand(context))
}

function verifyCommand({ io, services, exit }: Context): Command {
  return new Command('verify')
    .description(
      'check that no event was changed, removed or added: exit 0 all well, 1 tampered, 3 bad signature, 5 usage',
    )
    .argument('[file]', 'an export to check instead of the database')
    .option('--json', 'as a JSON object', false)
    .action(async (file: string | undefined, options: { json: boolean }) => {
      const verdict = await (file === undefined ? services.verifyDatabase() : services.verifyExport(file))
      if (options.json) io.out(JSON.stringify(verdict, null, 2))
      else sayVerdict(io, verdict)
      exit(exitOf(verdict))
    })
}

function sayVerdict(io: Io, verdict: Verdict): void {
  if (verdict.ok) {
    io.out(`All well: ${verdict.events} events, the last one hashes to ${verdict.head}.`)
  } else {
    const where = verdict.sequence === null ? '' : ` at event ${verdict.sequence}`
    io.err(`NOT well${where}: ${verdict.why}`)
  }
}

function exitOf(verdict: Verdict): number {
  if (verdict.ok) return VERIFY_EXIT.well
  return verdict.code === 'tampered' ? VERIFY_EXIT.tampered : VERIFY_EXIT.badSignature
}

function showCommand({ io, services }: Context): Command {
  return new Command('show')
    .description('list audit events in order')
    .option('--request <id>', 'only of this request or grant')
    .option('--after <sequence>', 'only later ones', positive, 0)
    .option('--limit <n>', 'at most so many', positive, 1_000)
    .option('--json', 'as a JSON array', false)
    .action(async (options: { request?: string; after: number; limit: number; json: boolean }) => {
      const rows = await services.events({ after: options.after, request: options.request, limit: options.limit })
      const columns = ['sequence', 'at', 'name', 'actor', 'request', 'detail']
      printRows(io, rows, { json: options.json, columns })
    })
}

function exportCommand({ io, services, exit }: Context): Command {
  return new Command('export')
    .description('copy the whole log as lines of JSON, signed at the end')
    .option('--output <file>', 'where to; standard output otherwise')
    .action(async ({ output }: { output?: string }) => {
      if (output === undefined) {
        for await (const line of services.exportAudit()) io.out(line)
      } else {
        await writeFile(output, linesOf(services.exportAudit()), { mode: 0o600 })
      }
      exit(EXIT.done)
    })
}

async function* linesOf(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`
}
