import type { Adapter, Call, Held } from '../contract.ts'
import { bodyOf, type FreeAccess, LIST_BODY, readHeld, readList } from '../webhook/message.ts'
import type { CommandSettings } from './definition.ts'
import { expectExecutable } from './executable.ts'
import { run } from './run.ts'

/** Says what the program answers; a grant that is “not yet” and a revoke that is “still” are found by asking `holds`. */
export class CommandAdapter implements Adapter<FreeAccess> {
  readonly #settings: CommandSettings

  constructor(settings: CommandSettings) {
    this.#settings = settings
  }

  async grant(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    readHeld(await this.#tell(bodyOf('grant', call), signal))
  }

  async revoke(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    readHeld(await this.#tell(bodyOf('revoke', call), signal))
  }

  async holds(call: Call<FreeAccess>, signal: AbortSignal): Promise<boolean> {
    return readHeld(await this.#tell(bodyOf('holds', call), signal))
  }

  async list(signal: AbortSignal): Promise<Held[]> {
    return readList(await this.#tell(LIST_BODY, signal))
  }

  async #tell(body: string, signal: AbortSignal): Promise<Uint8Array> {
    await expectExecutable(this.#settings.path)
    return run(this.#settings, body, signal)
  }
}
