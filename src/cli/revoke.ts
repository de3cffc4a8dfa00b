import { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { deliverHere, type OperatorDeps, type Standing, waitForBot } from '../operations/deliver-here.ts'
import type { Grant } from '../operations/listing.ts'
import { grantsMeant, revokeByOperator } from '../operations/revoke-by-operator.ts'
import { revokeUnwritten } from '../operations/revoke-unwritten.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT, type Io, Unusable } from './io.ts'
import { environmentOf, usable, withStore } from './surroundings.ts'

/** How long the command waits for access to be gone. */
const PATIENCE_MS = 60_000

interface Asked {
  readonly whom: string
  readonly note: string
  readonly tell: (standing: Standing) => void
}

/** `breakglass revoke` */
export function revokeCommand(context: Context): Command {
  const command = new Command('revoke')
    .description('take access away now: one grant, all of one person, or all that there is')
    .argument('<whom>', 'the id of a grant or request, a person (subject or Slack id), or all')
    .argument('<reason...>', 'why; kept in the audit log')
    .option('--json', 'as a JSON object', false)
    .action(async (whom: string, reason: string[], { json }: { json: boolean }) => {
      const { io, exit } = context
      const tell = (standing: Standing) => json || say(io, standing)
      const standing = await revokeNow(context, { whom, note: reason.join(' '), tell })
      io.out(json ? JSON.stringify(standing, null, 2) : sentenceOf(whom, standing))
      exit(standing.revoked.length > 0 && standing.waiting.length === 0 ? EXIT.done : EXIT.no)
    })
  return examples(
    command,
    [
      ['breakglass revoke G-7KQ2M4 stolen laptop', 'one grant'],
      ['breakglass revoke ann@example.com left the company', 'all that one person has'],
      ['breakglass revoke all a drill', 'everything'],
    ],
    'Works through the running bot, or by itself when none runs. Exit 0: gone, as the target says. 1: nothing to take away, or not gone yet.',
  )
}

/** While nothing can be written the targets are told all the same. @throws always: with what came of it, or the error */
async function atTargetsOnly(
  { io }: Context,
  deps: OperatorDeps & { readonly meant: readonly Grant[] },
  error: unknown,
): Promise<never> {
  const cannotWrite =
    error instanceof Error && 'code' in error && /^SQLITE_(FULL|IOERR|READONLY)/.test(String(error.code))
  if (!cannotWrite) throw error
  const log = { info() {}, warn() {}, error: (_facts: object, message: string) => io.err(message) }
  const takeAway = revokeUnwritten({ ...deps, log })
  const gone: string[] = []
  for (const grant of deps.meant) {
    await takeAway(grant).then(
      () => gone.push(grant.id),
      (failure: Error) => io.err(`${grant.id}: ${failure.message}`),
    )
  }
  throw new Unusable(
    `The database cannot be written (${error.message}), so nothing is on record yet. The targets were told directly for: ${gone.join(', ') || 'none'}. Make room, then run this again.`,
  )
}

/** Through the running bot; if none runs, under the lock and here. */
async function revokeNow(context: Context, { whom, note, tell }: Asked): Promise<Standing> {
  const { backend, env, user } = context
  const { configPath, database } = environmentOf(context)
  const { config } = usable(loadConfig(configPath, env))
  const lock = backend.takeLock(database.path)
  try {
    return await withStore(context, async (store) => {
      const deps = await backend.operate(config, store)
      const meant = await grantsMeant(deps, whom)
      await revokeByOperator(deps, meant, { by: `cli:${user}`, note }).catch((error) =>
        atTargetsOnly(context, { ...deps, meant }, error),
      )
      const ids = meant.map(({ id }) => id)
      const waiting = { ids, patienceMs: PATIENCE_MS, tell }
      return lock ? deliverHere(deps, waiting) : waitForBot(deps, waiting)
    })
  } finally {
    lock?.release()
  }
}

function say(io: Io, { revoked, waiting }: Standing): void {
  if (revoked.length + waiting.length > 0) io.err(`${revoked.length} gone, ${waiting.length} being taken away`)
}

function sentenceOf(whom: string, { revoked, waiting }: Standing): string {
  if (revoked.length + waiting.length === 0) return `${whom} has no access to take away.`
  const gone = revoked.length > 0 ? [`Gone, as the target says: ${revoked.join(', ')}.`] : []
  const left = waiting.length > 0 ? [`Not gone yet; a running bot goes on trying: ${waiting.join(', ')}.`] : []
  return [...gone, ...left].join('\n')
}
