import type { Report } from './bench.ts'
import type { Line } from './line.ts'

/** A table in Markdown. */
export function table(lines: readonly Line[]): string {
  const isJudged = lines.some(({ reach }) => reach !== undefined)
  const head = isJudged ? ['what', 'to reach', 'measured', ''] : ['what', 'measured']
  const rows = lines.map(({ what, reach, measured, reached }) => {
    return isJudged ? [what, reach ?? '', measured, verdict(reached)] : [what, measured]
  })
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function verdict(reached: boolean | undefined): string {
  return reached === undefined ? '' : reached ? 'reached' : '**not reached**'
}

/** `docs/benchmarks.md`. */
export function page({ machine, rounds, lines, limits, profile }: Report): string {
  return `# Benchmarks
Written by \`npm run bench -- --write\`; every figure below is of one run, and of one machine: ${machine}. A figure in brackets is
the least and the most of the rounds (${rounds}; fewer where one takes minutes), in which the sides took turns; the one before it is
the median. Compare ratios, not machines.

${table(lines)}

## How it is measured
- **The smallest app** is Slack's own framework, Bolt, as it comes, with one command and one action that only acknowledge, and with
  an \`authorize\` function, so that it calls nobody. It stores nothing. Both sides get the same signed bytes from the same process.
- **The bot** is started by its ordinary command, in HTTP mode, with an empty database in each round. Slack and the target are played by
  a lean process without Slack's rates. People are unknown to the bot when a round begins, each asks five times (the limit of open
  requests), for different entitlements; so each fifth request looks a person up. Cards, answers and the security feed go out meanwhile.
- **Durable** means found in the database at the end: the clock stops when everything that was received is answered, and the
  requests that are there then are counted. A press has ended when another process can read its approval in the database, at
  most a millisecond after the commit; only then the next one is pressed. Groups stand in the config there: a Slack user group may be
  read once in three seconds, which would be what is measured.
- **2 ms for each fsync** are added by a preloaded library to \`fsync\` and \`fdatasync\`, on both sides.
- **Ends**: the target notes when it is first told to revoke. All grants are written by the store's own commits before the start, with
  posted cards, which are redrawn meanwhile.
- **Notices** go to the embedded workspace with Slack's rates on: 1,000 grants end at the same instant.

## What the machine can do
${table(limits)}

## Where the time goes
Of the processor time of the bot while it takes one-line requests, 64 at once, by where it was spent itself:

${table(profile)}
`
}
