/** How long one answer may take. */
const ANSWER_TIMEOUT_MS = 10_000

/** What came of an answer: `gone` when the URL is used up or too old. */
export type Answered = 'answered' | 'gone'

/**
 * Answers a command or a press: only the person who typed or pressed sees it. `text` is markup.
 *
 * @throws when Slack could not be reached, or asks to try again
 */
export async function answerBy(url: string, text: string, signal?: AbortSignal): Promise<Answered> {
  if (!/^https?:\/\//.test(url)) return 'gone'
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  })
  await response.body?.cancel()
  if (response.ok) return 'answered'
  if (response.status === 429 || response.status >= 500) throw new Error(`response_url answered ${response.status}`)
  return 'gone'
}
