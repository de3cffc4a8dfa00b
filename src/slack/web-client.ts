import { type Logger, LogLevel, WebClient, WebClientEvent, type WebClientOptions } from '@slack/web-api'

/** How long one call may take. */
const CALL_TIMEOUT_MS = 10_000

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
    timeout: CALL_TIMEOUT_MS,
    maxRequestConcurrency: 50,
    logger: silentLogger,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  }
}

/** The one client through which the bot calls Slack. `onRateLimited` is told of each 429. */
export function webClient(token: string, apiUrl: string | undefined, onRateLimited = () => {}): WebClient {
  const client = new WebClient(token, clientOptions(apiUrl))
  client.on(WebClientEvent.RATE_LIMITED, onRateLimited)
  return client
}
