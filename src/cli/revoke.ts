import { Command } from 'commander'
import { EXIT, type Io } from './io.ts'
import type { Context } from './program.ts'
import type { RevokeProgress } from './services.ts'

/** `breakglass revoke ID|PERSON|all REASON…` */
export function revokeCommand({ io, services, user, exit }: Context): Command {
  return new Command('revoke')
    .description('take access away now: one grant, all of one person, or all that there is')
    .argument('<whom>', 'the id of a grant or request, a person (subject or Slack id), or all')
    .argument('<reason...>', 'why; kept in the audit log')
    .option('--json', 'as a JSON object', false)
    .action(async (whom: string, reason: string[], options: { json: boolean }) => {
      const asked = { whom, by: `cli:${user}`, note: reason.join(' ') }
      const progress = await services.revoke(asked, (now) => options.json || say(io, now))
      if (options.json) io.out(JSON.stringify(progress, null, 2))
      else io.out(sentenceOf(whom, progress))
      exit(isDone(progress) ? EXIT.done : EXIT.no)
    })
}

function isDone({ revoked, waiting }: RevokeProgress): boolean {
  return revoked.length > 0 && waiting.length === 0
}

function say(io: Io, { revoked, waiting }: RevokeProgress): void {
  io.err(`${revoked.length} gone, ${waiting.length} being taken away`)
}

function sentenceOf(whom: string, { by, revoked, waiting }: RevokeProgress): string {
  if (revoked.length + waiting.length === 0) return `${whom} has no access to take away.`
  const gone = revoked.length > 0 ? `Gone, as the target says: ${revoked.join(', ')} (by ${by}).` : ''
  const left = waiting.length > 0 ? `Not gone yet, and retried until it is: ${waiting.join(', ')}.` : ''
  return [gone, left].filter(Boolean).join('\n')
}
