import { inspect } from 'node:util'
import { Command, CommanderError, Help, type Option } from 'commander'
import { auditCommand } from './audit.ts'
import { checkCommand } from './check.ts'
import type { Context } from './context.ts'
import { demoCommand } from './demo.ts'
import { examples } from './examples.ts'
import { explainCommand } from './explain.ts'
import { EXIT, Unusable, VERIFY_EXIT } from './io.ts'
import { grantsCommand, requestsCommand } from './listings.ts'
import { pauseCommand, resumeCommand } from './pause.ts'
import { revokeCommand } from './revoke.ts'
import { manifestCommand, schemaCommand } from './schema.ts'
import { startCommand } from './start.ts'
import { stuckCommand } from './stuck.ts'
import { unfreezeCommand } from './unfreeze.ts'

/** Runs one command line and gives its exit code. Never throws: what is wrong is said on standard error. */
export async function run(args: readonly string[], given: Omit<Context, 'exit'>): Promise<number> {
  let code: number = EXIT.done
  const exit = (next: number) => {
    code = next
  }
  const context: Context = { ...given, exit }
  try {
    await program(context).parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return failure(error, args, context)
  }
}

function failure(error: unknown, args: readonly string[], { io, withoutSecrets }: Context): number {
  const usage = args[0] === 'audit' && args[1] === 'verify' ? VERIFY_EXIT.usage : EXIT.usage
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : usage
  io.err(withoutSecrets(error instanceof Unusable ? error.message : inFull(error)))
  return usage
}

/** What is said of an error that nobody expected; `Error.cause` and all. */
export function inFull(error: unknown): string {
  return error instanceof Error ? inspect(error) : String(error)
}

function program(context: Context): Command {
  const { io, backend, withoutSecrets } = context
  const top = new Command('breakglass')
    .description(
      'Break-glass access from Slack: asked for in one line, approved in one click, taken away on time, on the record.',
    )
    .version(backend.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(withoutSecrets(text.trimEnd())),
    })
    .configureHelp({ optionDescription })
    .showHelpAfterError('(add --help for help)')
  top.addCommand(startCommand(context))
  top.addCommand(demoCommand(context))
  top.addCommand(checkCommand(context))
  top.addCommand(explainCommand(context))
  top.addCommand(requestsCommand(context))
  top.addCommand(grantsCommand(context))
  top.addCommand(stuckCommand(context))
  top.addCommand(revokeCommand(context))
  top.addCommand(pauseCommand(context))
  top.addCommand(resumeCommand(context))
  top.addCommand(unfreezeCommand(context))
  top.addCommand(auditCommand(context))
  top.addCommand(schemaCommand(context))
  top.addCommand(manifestCommand(context))
  inherit(top, top)
  return examples(top, [
    ['breakglass check', 'before the first start'],
    ['breakglass explain ann@example.com orders-read', 'may Ann ask for it?'],
    ['breakglass revoke all REASON', 'when it burns'],
  ])
}

/** That a switch is off unless it is given goes without saying. */
function optionDescription(option: Option): string {
  const says = typeof option.defaultValue === 'string' || typeof option.defaultValue === 'number'
  return says ? new Help().optionDescription(option) : option.description
}

/** Commander hands settings down only to commands that it makes itself. */
function inherit(from: Command, to: Command): void {
  for (const command of to.commands) {
    command.copyInheritedSettings(from)
    inherit(from, command)
  }
}
