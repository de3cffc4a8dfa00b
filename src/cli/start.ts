import { Command } from 'commander'
import { readStartEnvironment } from '../config/environment.ts'
import { loadConfig } from '../config/load.ts'
import { sayFault } from '../config/report.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT } from './io.ts'
import { usable } from './surroundings.ts'

/** `breakglass start` */
export function startCommand(context: Context): Command {
  const command = new Command('start')
    .description('run the bot until it is told to stop (SIGTERM or Ctrl-C)')
    .option('--confirm-clock', 'the clock is right although it is behind the newest record', false)
    .action((options: { confirmClock: boolean }) => runBot(context, options.confirmClock))
  return examples(command, [
    ['breakglass start', 'run the bot'],
    ['breakglass start | pino-pretty', 'with a log for people'],
  ])
}

async function runBot({ backend, env, io, exit }: Context, confirmClock: boolean): Promise<void> {
  const { environment } = usable(readStartEnvironment(env))
  const { config, findings } = usable(loadConfig(environment.configPath, env))
  for (const finding of findings) io.err(`note: ${sayFault(finding)}`)
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  const bot = await backend.startBot({ environment, config, confirmClock })
  await told // a second signal finds no listener, and ends the process at once
  await bot.stop()
  exit(EXIT.done)
}
