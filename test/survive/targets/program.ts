import { closeSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Story } from '../story.ts'
import type { Operation, Turn } from '../turn.ts'
import type { Ground, TownTarget } from './target.ts'

const OPERATIONS = ['grant', 'revoke', 'holds'] as const satisfies readonly Operation[]
/** How often it is told anew how to behave. */
const SKY_EVERY_MS = 100
/** No call takes longer, unless nobody ended it. */
const LONGEST_CALL_MS = 1_500

/** A program with a folder: it is a process of its own, which goes on when the bot is killed. */
export async function openProgram(folder: string, { story, turn, chance }: Ground): Promise<TownTarget> {
  const path = join(folder, 'program.sh')
  await mkdir(join(folder, 'held'), { recursive: true })
  await copyFile(join(import.meta.dirname, 'program.sh'), path)
  await chmod(path, 0o755)
  await writeFile(join(folder, 'story'), '')
  const tellSky = () => {
    const lines = OPERATIONS.map((operation) => `${operation} ${wordsFor(turn(operation), chance.hits(0.3))}\n`)
    writeFileSync(join(folder, 'sky.new'), lines.join(''))
    renameSync(join(folder, 'sky.new'), join(folder, 'sky'))
  }
  tellSky()
  const timer = setInterval(tellSky, SKY_EVERY_MS)
  const reader = new StoryReader(join(folder, 'story'), story)
  return {
    kind: 'command',
    settings: { path, args: [folder], env: { PATH: '/usr/bin:/bin' } },
    present: async () => {
      reader.read()
      return readdir(join(folder, 'held'))
    },
    give: async (login, role) => writeFile(join(folder, 'held', `${login} ${role}`), ''),
    wasBusy: (withinMs) => {
      reader.read()
      return reader.wasBusy(withinMs)
    },
    complaints: () => [],
    stop: async () => clearInterval(timer),
  }
}

/** Half of what would be late anyway is handed over to a process that survives the deadline, too. */
function wordsFor({ acts, actsAfterMs, answersAfterMs, answer, sky }: Turn, handed: boolean): string {
  const over = answer === 'yes' ? actsAfterMs > answersAfterMs : handed && sky === 'slow'
  const rest = over ? answersAfterMs : Math.max(0, answersAfterMs - actsAfterMs)
  return [acts, seconds(actsAfterMs), seconds(rest), answer, over].join(' ')
}

function seconds(ms: number): string {
  return ms < 1 ? '0' : (ms / 1_000).toFixed(3)
}

/** Reads on in what the program has noted down. */
class StoryReader {
  readonly #path: string
  readonly #story: Story
  #read = 0
  #rest = ''
  /** Calls that were not answered yet, by process, and since when. */
  readonly #calls = new Map<string, number>()
  #answeredAt = 0

  constructor(path: string, story: Story) {
    this.#path = path
    this.#story = story
  }

  read(): void {
    const lines = (this.#rest + this.#more()).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#hear(line)
  }

  wasBusy(withinMs: number): boolean {
    const since = Date.now() - LONGEST_CALL_MS
    for (const [call, at] of this.#calls) if (at < since) this.#calls.delete(call)
    return this.#calls.size > 0 || Date.now() - this.#answeredAt <= withinMs
  }

  #hear(line: string): void {
    const [at, process = '', operation, grant, account, role, step, ...words] = line.split(' ')
    const pair = `${account} ${role}`
    this.#story.tell(pair, `${operation} for ${grant} ${step} ${words.join(' ')}`, Number(at))
    if (step === 'came') this.#calls.set(process, Number(at))
    if (step === 'answers') {
      this.#calls.delete(process)
      this.#answeredAt = Number(at)
    }
    if (step !== 'did' || words[0] !== 'late') return
    if (operation === 'grant') this.#story.lateGrants += 1
    else this.#story.tookLate(pair, Number(at))
  }

  #more(): string {
    const file = openSync(this.#path, 'r')
    try {
      const buffer = Buffer.alloc(65_536)
      let text = ''
      for (let length = 1; length > 0; this.#read += length) {
        length = readSync(file, buffer, 0, buffer.length, this.#read)
        text += buffer.toString('latin1', 0, length)
      }
      return text
    } finally {
      closeSync(file)
    }
  }
}
