import { Command } from 'commander'
import type { Deps } from '../operations/ports.ts'
import { type Done, type Operator, pauseByOperator, resumeByOperator } from '../operations/stop-by-operator.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT } from './io.ts'
import { withStore } from './surroundings.ts'

type Act = (deps: Pick<Deps, 'clock' | 'ids' | 'store'>, operator: Operator) => ReturnType<typeof pauseByOperator>

/** `breakglass pause` */
export function pauseCommand(context: Context): Command {
  const command = new Command('pause')
    .description('give no access to anybody until two people resume; what people hold stays until its end')
    .argument('<reason...>', 'why; kept in the audit log, and told to whoever is refused')
    .option('--json', 'as a JSON object', false)
    .action(acting(context, { act: pauseByOperator, isDone: () => true }))
  return examples(
    command,
    [
      ['breakglass pause somebody is in our Slack', 'nothing is approved any more'],
      ['breakglass pause a drill && breakglass revoke all a drill', 'and what people hold goes, too'],
    ],
    'Works beside a running bot, and without one. Exit 0: paused. 1: it was paused already, and nothing was changed.',
  )
}

/** `breakglass resume` */
export function resumeCommand(context: Context): Command {
  const command = new Command('resume')
    .description('agree that access may be given again: two different people must, here or in Slack')
    .argument('<reason...>', 'why; kept in the audit log')
    .option('--json', 'as a JSON object', false)
    .action(acting(context, { act: resumeByOperator, isDone: ({ paused }) => !paused }))
  return examples(
    command,
    [['breakglass resume it was a drill', 'one of two; the other types it in Slack, or as another user here']],
    'Exit 0: access can be given again. 1: somebody else must agree too, or nothing was paused.',
  )
}

interface Acting {
  readonly act: Act
  readonly isDone: (done: Done) => boolean
}

function acting(context: Context, { act, isDone }: Acting) {
  const { io, backend, user, exit } = context
  return async (words: string[], { json }: { json: boolean }) => {
    const operator = { user, reason: words.join(' ') }
    const { came, paused } = await withStore(context, async (store) => ({
      came: await act({ store, clock: backend.clock, ids: backend.ids }, operator),
      paused: (await store.pause()) !== undefined,
    }))
    const sentence = came.ok ? came.value.sentence : came.refusal.sentence
    io.out(json ? JSON.stringify({ paused, sentence }, null, 2) : sentence)
    exit(came.ok && isDone(came.value) ? EXIT.done : EXIT.no)
  }
}
