import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../read-body.ts'
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

/** What stands on the page. */
export interface Shown {
  readonly workspace: Workspace
  readonly personas: readonly Persona[]
  readonly surroundings: Surroundings
}

/** Serves the page on 127.0.0.1, to whoever has its address: it holds a secret, so that no other page can act here. */
export class PageServer {
  readonly #server: Server
  readonly #key: string
  readonly #viewers = new Set<ServerResponse>()
  readonly #stops: (() => void)[] = []
  #shown: Shown | undefined
  #soon: NodeJS.Timeout | undefined

  constructor(key: string) {
    this.#key = key
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/?key=${this.#key}`
  }

  /** Takes the port; 0: any free one. Until `shows` is called, the page says that it is being started. */
  start(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
  }

  shows(shown: Shown): void {
    this.#shown = shown
    const changed = () => this.#changed()
    this.#stops.push(shown.workspace.state.onChange(changed), shown.surroundings.onChange(changed))
    changed()
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
    if (!this.#shown) return
    const { workspace, personas, surroundings } = this.#shown
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
    if (!this.#shown) return answer(response, 503, { error: 'The demo is still starting.' })
    const { personas, surroundings } = this.#shown
    const asked: unknown = JSON.parse(await readBody(request, MOST_BYTES))
    if (path === '/act') return answer(response, 200, await act(personas, asked))
    const told = surroundings.does(path.slice(1), asked).catch((error: Error) => ({ error: error.message }))
    answer(response, 200, await told)
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
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
