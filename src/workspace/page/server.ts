import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Workspace } from '../workspace.ts'
import { act } from './actions.ts'
import type { Persona } from './personas.ts'
import { snapshot } from './snapshot.ts'

const MOST_BYTES = 100_000
/** Changes that come within this time are shown together. */
const TOGETHER_MS = 30

/** What the page shows and does besides Slack. */
export interface Surroundings {
  /** As JSON; shown beside what Slack shows. */
  state(): unknown
  /** Does what the page asks for, by name. @throws with a sentence for its reader */
  does(name: string, asked: unknown): Promise<unknown>
  /** Tells when `state` has changed. */
  onChange(listener: () => void): () => void
}

export interface PageOptions {
  readonly workspace: Workspace
  readonly personas: readonly Persona[]
  readonly surroundings: Surroundings
  /** 0: any free one. */
  readonly port: number
}

/** Serves the page on 127.0.0.1, to whoever has its address: it holds a secret, so that no other page can act here. */
export class PageServer {
  readonly #options: PageOptions
  readonly #server: Server
  readonly #key: string
  readonly #viewers = new Set<ServerResponse>()
  readonly #stops: (() => void)[] = []
  #soon: NodeJS.Timeout | undefined

  constructor(options: PageOptions, key: string) {
    this.#options = options
    this.#key = key
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/?key=${this.#key}`
  }

  async start(): Promise<void> {
    const { workspace, surroundings, port } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    this.#stops.push(
      workspace.state.onChange(() => this.#changed()),
      surroundings.onChange(() => this.#changed()),
    )
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    clearTimeout(this.#soon)
    for (const viewer of this.#viewers) viewer.end()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #changed(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      for (const viewer of this.#viewers) this.#show(viewer)
    }, TOGETHER_MS)
  }

  #show(viewer: ServerResponse): void {
    const { workspace, personas, surroundings } = this.#options
    viewer.write(
      `data: ${JSON.stringify({ slack: snapshot(workspace, personas), ...Object(surroundings.state()) })}\n\n`,
    )
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    try {
      if (request.method === 'GET' && url.pathname === '/events') return this.#watch(request, response, url)
      if (request.method === 'GET') return await serveFile(response, url.pathname)
      if (request.method === 'POST') return await this.#do(request, response, url.pathname)
      response.writeHead(405).end()
    } catch (error) {
      answer(response, 500, { error: error instanceof Error ? error.message : String(error) })
    }
  }

  #watch(request: IncomingMessage, response: ServerResponse, url: URL): void {
    if (url.searchParams.get('key') !== this.#key) return void response.writeHead(403).end()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    this.#viewers.add(response)
    request.on('close', () => this.#viewers.delete(response))
    this.#show(response)
  }

  async #do(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.headers['x-demo-key'] !== this.#key)
      return answer(response, 403, { error: 'Open the printed address.' })
    const asked: unknown = JSON.parse(await readBody(request))
    if (path === '/act') return answer(response, 200, await act(this.#options.personas, asked))
    answer(response, 200, await this.#options.surroundings.does(path.slice(1), asked))
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_BYTES) throw new Error('that is too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** Only files that stand in `static`, by a plain name. */
async function serveFile(response: ServerResponse, path: string): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1)
  const [, ending = ''] = /^[a-z-]+\.(html|css|js|svg)$/.exec(name) ?? []
  const type = TYPES[ending]
  const file = type && (await readFile(new URL(`static/${name}`, import.meta.url)).catch(() => undefined))
  if (!file) return void response.writeHead(404).end('not found\n')
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  response
    .writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'content-security-policy': policy })
    .end(file)
}
