import { Command } from 'commander'
import { listStuck } from '../operations/stuck.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT } from './io.ts'
import { withStore } from './surroundings.ts'
import { printRows } from './table.ts'

/** `breakglass stuck` */
export function stuckCommand(context: Context): Command {
  const command = new Command('stuck')
    .description('list access that should be gone and is not: why, and what to do')
    .option('--json', 'as a JSON array', false)
    .action(async ({ json }: { json: boolean }) => {
      const { io, backend, exit } = context
      const rows = await withStore(context, (store) => listStuck({ store, clock: backend.clock }))
      const columns = ['id', 'subject', 'entitlement', 'target', 'since', 'attempts', 'why', 'toDo']
      printRows(io, rows, { json, columns })
      exit(rows.length > 0 ? EXIT.no : EXIT.done)
    })
  return examples(
    command,
    [
      ['breakglass stuck', 'look at it'],
      ['breakglass stuck --json || page-somebody', 'from a monitoring script'],
    ],
    'Exit 0: none. 1: there is some. “attempts” is as last recorded: the first failure is, and every tenth after it.',
  )
}
