import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { type RetryOptions, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import { manifest } from './manifest.ts'

type Options = Partial<Parameters<typeof startWorkspace>[0]>

/** A workspace for one test. */
export async function makeWorkspace(options: Options = {}): Promise<Workspace> {
  const workspace = await startWorkspace({ manifest, ...options })
  onTestFinished(() => workspace.stop())
  return workspace
}

const noRetries: RetryOptions = { retries: 0 }

/** Slack's own client, as a bot uses it: one try and no log. */
export function makeClient(workspace: Workspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: noRetries,
    rejectRateLimitedCalls: true,
    timeout: 5_000,
    logger: silence,
  })
}

/** A clock that moves only when it is told to. */
export function makeClock(at = Date.UTC(2026, 10, 22, 3)): { now: () => number; passes: (ms: number) => void } {
  let now = at
  return {
    now: () => now,
    passes: (ms) => {
      now += ms
    },
  }
}

/** How the bot is reached. */
export type Mode = 'HTTP' | 'Socket Mode'

/** A Bolt app that runs against a workspace; `stop` may be called twice. */
export interface Bot {
  stop(): Promise<void>
  /** Its Socket Mode client, if it has one. */
  readonly client: SocketModeReceiver['client'] | undefined
}

/**
 * Starts a Bolt app against the workspace; `listen` adds its listeners. Over Socket Mode it looks for a new connection
 * once Slack was silent for `pingMs`: too short, and a busy machine looks like a broken line.
 */
export async function startBot(
  workspace: Workspace,
  mode: Mode,
  listen: (app: App) => void,
  pingMs = 2_000,
): Promise<Bot> {
  const receiver = mode === 'HTTP' ? httpReceiver(workspace) : socketReceiver(workspace, pingMs)
  const app = new App({
    receiver,
    logger: silence,
    clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: noRetries },
    authorize: () => Promise.resolve({ botToken: workspace.botToken, botUserId: workspace.bot.id }),
  })
  listen(app)
  const bot = receiver instanceof HTTPReceiver ? await startHttp(workspace, receiver) : await startSocket(receiver)
  onTestFinished(() => bot.stop())
  return bot
}

async function startHttp(workspace: Workspace, receiver: HTTPReceiver): Promise<Bot> {
  const server = (await receiver.start({ port: 0, host: '127.0.0.1' })) as Server
  const { port } = server.address() as AddressInfo
  workspace.deliverTo(`http://127.0.0.1:${port}/slack/events`)
  return { client: undefined, stop: async () => void (server.listening && (await receiver.stop())) }
}

async function startSocket(receiver: SocketModeReceiver): Promise<Bot> {
  await receiver.start()
  return { client: receiver.client, stop: () => receiver.client.disconnect() }
}

function httpReceiver(workspace: Workspace): HTTPReceiver {
  return new HTTPReceiver({ signingSecret: workspace.signingSecret, logger: silence })
}

function socketReceiver(workspace: Workspace, clientPingTimeout: number): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken: workspace.appToken,
    logger: silence,
    clientPingTimeout,
    installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: noRetries } },
  })
}

/** What a bare server was sent. */
export interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A bot without Bolt: `answer` says what becomes of each delivery. */
export async function startBareBot(
  workspace: Workspace,
  answer: (received: Received, response: ServerResponse) => void = (_received, response) => void response.end(),
): Promise<Received[]> {
  const all: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const received = { headers: request.headers, body }
    all.push(received)
    answer(received, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  workspace.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return all
}

const nothing = () => {}
const silence = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
}
