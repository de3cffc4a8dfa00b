import type { App } from './app.ts'
import type { ResponseUrls, Triggers } from './lifetimes.ts'
import type { Sockets } from './socket.ts'
import type { State } from './state.ts'

/** Slack's side of the wire, as its parts see it. */
export interface Slack {
  readonly app: App
  readonly now: () => number
  readonly state: State
  readonly triggers: Triggers
  readonly responseUrls: ResponseUrls
  readonly sockets: Sockets
  /** The workspace's own address, such as `http://127.0.0.1:43210`. */
  readonly address: () => string
  readonly isDown: () => boolean
}
