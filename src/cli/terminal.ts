import { clearLine, cursorTo } from 'node:readline'
import { styleText } from 'node:util'
import type { Io } from './io.ts'

/** Standard output and standard error. Colours follow the terminal, NO_COLOR and FORCE_COLOR. */
export function terminal(): Io {
  const { stdout, stderr } = process
  let inProgress = false
  const wipe = () => {
    if (!inProgress) return
    inProgress = false
    clearLine(stderr, 0)
    cursorTo(stderr, 0)
  }
  const say = (stream: NodeJS.WriteStream) => (text: string) => {
    wipe()
    stream.write(`${text}\n`)
  }
  return {
    out: say(stdout),
    err: say(stderr),
    progress: (text) => {
      if (!stderr.isTTY) return
      wipe()
      inProgress = true
      stderr.write(text.slice(0, stderr.columns - 1))
    },
    style: (format, text) => styleText(format, text, { stream: stdout }),
    width: stdout.isTTY ? stdout.columns : undefined,
  }
}
