import { accept } from '../core/result.ts'
import { approve } from './approve.ts'
import { askable, list, wouldAccept } from './ask-form.ts'
import { deny } from './deny.ts'
import { extend, extendableBy, heldBy, wouldExtend } from './extend.ts'
import { mine, reply } from './mine.ts'
import type { Operations } from './operations.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest, refusePress } from './refused-press.ts'
import { revokeGrant, revokePerson } from './revoke.ts'
import { submit } from './submit.ts'
import { hearDecider } from './voice.ts'
import { withdraw } from './withdraw.ts'

/** What can happen, with all that it needs. */
export function bindOperations(deps: Deps): Operations {
  return {
    submit: (ask) => submit(deps, ask),
    extend: (order) => extend(deps, order),
    approve: (press) => approve(deps, press),
    deny: (press) => deny(deps, press),
    cancel: (order) => withdraw(deps, order),
    endEarly: (order) => withdraw(deps, order),
    revokeGrant: (order) => revokeGrant(deps, order),
    revokePerson: (order) => revokePerson(deps, order),
    mine: (said) => mine(deps, said),
    list: (said) => list(deps, said),
    askable: (by) => askable(deps, by),
    wouldAccept: (by, asked) => wouldAccept(deps, by, asked),
    extendable: (by, request) => extendableBy(deps, by, request),
    held: (by, entitlement) => heldBy(deps, by, entitlement),
    wouldExtend: (by, more) => wouldExtend(deps, by, more),
    refusePress: (said, refusal) => refusePress(deps, said, refusal),
    reply: (answer) => reply(deps, answer),
    mayDecide: async (by, id) => {
      const request = await deps.store.request(id)
      if (!request) return noSuchRequest()
      const heard = await hearDecider(deps, by, request, 'lately', deps.clock.now())
      return heard.ok ? accept(true) : heard
    },
  }
}
