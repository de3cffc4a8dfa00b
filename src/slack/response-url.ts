import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

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
  const status = await post(url, JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }), signal)
  if (status < 300) return 'answered'
  if (status < 400 || status === 429 || status >= 500) throw new Error(`response_url answered ${status}`)
  return 'gone'
}

/** Resolves with the status. Of which there is one for every command and press: `fetch` costs more than storing one. */
function post(url: string, body: string, signal?: AbortSignal): Promise<number> {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) }
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const posted = request(url, { method: 'POST', headers, ...(signal ? { signal } : {}) }, (response) => {
      response.resume()
      response.once('error', () => {}) // the status is all that matters
      resolve(response.statusCode ?? 0)
    })
    const late = setTimeout(() => posted.destroy(new Error('response_url did not answer in time')), ANSWER_TIMEOUT_MS)
    posted.once('error', reject)
    posted.once('close', () => clearTimeout(late))
    posted.end(body)
  })
}
