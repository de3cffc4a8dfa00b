import { Command, CommanderError } from 'commander'
import { auditCommand } from './audit.ts'
import { checkCommand, schemaCommand } from './config-commands.ts'
import type { Context } from './context.ts'
import { EXIT, Unusable, VERIFY_EXIT } from './io.ts'
import { grantsCommand, requestsCommand } from './listings.ts'
import { revokeCommand } from './revoke.ts'
import { startCommand } from './start.ts'

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

function failure(error: unknown, args: readonly string[], { io }: Context): number {
  const usage = args[0] === 'audit' && args[1] === 'verify' ? VERIFY_EXIT.usage : EXIT.usage
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : usage
  if (error instanceof Unusable) io.err(error.message)
  else io.err(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return usage
}

function program(context: Context): Command {
  const { io, backend } = context
  const top = new Command('breakglass')
    .description(
      'Break-glass access from Slack: asked for in one line, approved in one click, taken away on time, on the record.',
    )
    .version(backend.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('(add --help for help)')
  top.addCommand(startCommand(context))
  top.addCommand(checkCommand(context))
  top.addCommand(requestsCommand(context))
  top.addCommand(grantsCommand(context))
  top.addCommand(revokeCommand(context))
  top.addCommand(auditCommand(context))
  top.addCommand(schemaCommand(context))
  top.addCommand(manifestCommand(context))
  inherit(top, top)
  return top
}

/** Commander hands settings down only to commands that it makes itself. */
function inherit(from: Command, to: Command): void {
  for (const command of to.commands) {
    command.copyInheritedSettings(from)
    inherit(from, command)
  }
}

function manifestCommand({ io, backend }: Context): Command {
  return new Command('manifest')
    .description('print the Slack app manifest, ready to paste')
    .action(() => io.out(backend.manifest().trimEnd()))
}
