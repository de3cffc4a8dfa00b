import { text } from 'node:stream/consumers'
import { type Logger, LogLevel, WebClient, WebClientEvent, type WebClientOptions } from '@slack/web-api'
import { post } from './post.ts'

/** Slack's libraries log payloads; what fails is logged by us, where it is handled. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

/** One attempt and no queue that a single 429 holds up: the outbox tries again. */
export function clientOptions(apiUrl: string | undefined): WebClientOptions {
  return {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: fetchByPost,
    maxRequestConcurrency: 50,
    logger: silentLogger,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  }
}

/** As much of `fetch` as the client uses, which posts forms. */
const fetchByPost: NonNullable<WebClientOptions['fetch']> = async (url, { body, headers } = {}) => {
  const answer = await post(String(url), { body: String(body), headers: headers as Record<string, string> })
  const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
  return new Response(await text(answer), { status: answer.statusCode ?? 0, headers: fields })
}

/** The one client through which the bot calls Slack. `onRateLimited` is told of each 429. */
export function webClient(token: string, apiUrl: string | undefined, onRateLimited = () => {}): WebClient {
  const client = new WebClient(token, clientOptions(apiUrl))
  client.on(WebClientEvent.RATE_LIMITED, onRateLimited)
  return client
}
