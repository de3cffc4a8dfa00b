import { Command } from 'commander'
import { readStartEnvironment } from '../config/environment.ts'
import { type Config, loadConfig } from '../config/load.ts'
import type { People } from '../operations/ports.ts'
import { unfreezeByOperator } from '../operations/stop-by-operator.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT } from './io.ts'
import { environmentOf, usable, withStore } from './surroundings.ts'

interface Options {
  readonly offline: boolean
  readonly json: boolean
}

/** `breakglass unfreeze` */
export function unfreezeCommand(context: Context): Command {
  const command = new Command('unfreeze')
    .description('let somebody be given access again who was frozen, and confirm who that is')
    .argument('<person>', 'a subject, as in the security channel, or a Slack id')
    .argument('<reason...>', 'why; kept in the audit log')
    .option('--offline', 'do not ask Slack who that is now: the address of before goes on to count', false)
    .option('--json', 'as a JSON object', false)
    .action(async (whom: string, words: string[], options: Options) => {
      const { io, exit } = context
      const thawed = await thaw(context, { whom, reason: words.join(' ') }, options)
      const sentence = thawed.ok ? thawed.value : thawed.refusal.sentence
      io.out(options.json ? JSON.stringify({ unfrozen: thawed.ok, sentence }, null, 2) : sentence)
      exit(thawed.ok ? EXIT.done : EXIT.no)
    })
  return examples(
    command,
    [
      ['breakglass unfreeze ann@example.com she has married, I called her', 'her address of now counts'],
      ['breakglass unfreeze U0ANN it was a mistake --offline', 'without Slack'],
    ],
    'Works beside a running bot, and without one. Exit 0: lifted. 1: not frozen, or Slack does not say who that is.',
  )
}

async function thaw(
  context: Context,
  { whom, reason }: { readonly whom: string; readonly reason: string },
  { offline }: Options,
) {
  const { backend, env, user } = context
  const { config } = usable(loadConfig(environmentOf(context).configPath, env, { missingVariables: 'finding' }))
  const people = offline ? undefined : await peopleOf(context, config)
  return withStore(context, (store) => {
    const deps = { clock: backend.clock, policy: config.policy, store, people }
    return unfreezeByOperator(deps, { user, whom, reason })
  })
}

/** @throws {Unusable} when the tokens are missing: with `--offline` they are not needed */
async function peopleOf({ backend, env }: Context, config: Config): Promise<People> {
  const { environment } = usable(readStartEnvironment(env))
  return (await backend.lookIntoSlack(environment, config)).people
}
