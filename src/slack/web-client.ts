import { type Logger, LogLevel, WebClient, WebClientEvent, type WebClientOptions } from '@slack/web-api'
import { post, textOf } from './post.ts'

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

/** As much of `fetch` as the client uses, which posts forms; a `Response` costs as much as the rest of the client. */
const fetchByPost: NonNullable<WebClientOptions['fetch']> = async (url, { body, headers } = {}) => {
  const answer = await post(String(url), { body: String(body), headers: headers ?? {} })
  const { statusCode: status = 0, headers: fields } = answer
  const text = await textOf(answer)
  return {
    ok: status >= 200 && status <= 299,
    status,
    statusText: '',
    url: String(url),
    headers: {
      get: (name) => fields[name]?.toString() ?? null,
      entries: () => Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    },
    text: async () => text,
    json: async () => JSON.parse(text),
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  }
}

/** The one client through which the bot calls Slack. `onRateLimited` is told of each 429. */
export function webClient(token: string, apiUrl: string | undefined, onRateLimited = () => {}): WebClient {
  const client = new WebClient(token, clientOptions(apiUrl))
  client.on(WebClientEvent.RATE_LIMITED, onRateLimited)
  return client
}
