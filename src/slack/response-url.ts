import { post } from './post.ts'

const HEADERS = { 'content-type': 'application/json; charset=utf-8' }

/** What came of an answer: `gone` when the URL is used up or too old. */
export type Answered = 'answered' | 'gone'

/**
 * Answers a command or a press: only the person who typed or pressed sees it. `text` is markup.
 *
 * @throws when Slack could not be reached, or asks to try again
 */
export async function answerBy(url: string, text: string, signal?: AbortSignal): Promise<Answered> {
  if (!/^https?:\/\//.test(url)) return 'gone'
  const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, text })
  const response = await post(url, { body, headers: HEADERS, signal })
  response.on('error', () => {}).resume() // the status says it all
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return 'answered'
  if (status < 400 || status === 429 || status >= 500) throw new Error(`response_url answered ${status}`)
  return 'gone'
}
