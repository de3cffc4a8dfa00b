import { lastWords, main } from './app.ts'

/** As for wrong usage: a crash is no answer of yes or no. */
const CRASHED = 2

// Whoever reads our output may stop reading, as `head` does: then nothing more is said, and the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
process.on('uncaughtException', (error) => {
  process.stderr.write(`${lastWords(error)}\n`)
  process.exit(CRASHED)
})
process.exitCode = await main(process.argv.slice(2))
