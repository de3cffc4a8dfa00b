/** What a process of the bench is asked by its parent. */
export type Questions = Readonly<Record<string, (given: never) => unknown>>

/** Answers the parent's questions, and ends with it. */
export function serve(questions: Questions): void {
  process.on('disconnect', () => process.exit())
  process.on('message', async ({ question, given }: { question: string; given: unknown }) => {
    try {
      process.send?.({ answer: await questions[question]?.(given as never) })
    } catch (error) {
      process.send?.({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}
