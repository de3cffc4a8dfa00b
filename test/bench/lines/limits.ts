import { startOwn } from '../child.ts'
import { type Line, plainLine } from '../line.ts'
import { MEASURED } from '../machine.ts'
import { inWords, spreadOf } from '../spread.ts'
import { type Stage, startSmallestApp } from '../stage.ts'

/** What the machine can do at most, measured beside the rest. */
export async function limits(stage: Stage): Promise<Line[]> {
  const { rounds } = stage.scale
  const found = new Map<string, number[]>()
  const note = (what: string, perSecond: number) => found.set(what, [...(found.get(what) ?? []), perSecond])
  for (let round = 1; round <= rounds; round += 1) {
    await disk(stage, note)
    for (const concurrency of [16, 64]) {
      note(`node:http, signature check only, ${concurrency} at once`, await served(stage, 'bare', concurrency))
      note(`the smallest app, ${concurrency} at once`, await served(stage, 'app', concurrency))
    }
    stage.tell(`limits of the machine: round ${round} of ${rounds}`)
  }
  return [...found].map(([what, values]) => plainLine(what, inWords(spreadOf(values), '/s')))
}

async function disk(stage: Stage, note: (what: string, perSecond: number) => void): Promise<void> {
  for (const slow of stage.slow ? [undefined, stage.slow] : [undefined]) {
    const { child } = await startOwn('disk.ts', { cpu: MEASURED, ...(slow ? { env: slow } : {}) })
    const found = await child.ask<[string, number][]>('measure', { folder: stage.folder, ms: stage.scale.limitMs })
    for (const [what, perSecond] of found) note(slow ? `${what}, 2 ms added` : what, perSecond)
    await child.end('SIGKILL')
  }
}

async function served(stage: Stage, side: 'bare' | 'app', concurrency: number): Promise<number> {
  const { commands, warmUp } = stage.scale
  const { child, port } = await (side === 'app' ? startSmallestApp() : startOwn('bare-http.ts', { cpu: MEASURED }))
  try {
    await stage.type({ port, concurrency, from: 0, count: warmUp })
    const { startedAt, endedAt } = await stage.type({ port, concurrency, from: warmUp, count: commands })
    return (commands * 1_000) / (endedAt - startedAt)
  } finally {
    await child.end('SIGKILL')
  }
}
