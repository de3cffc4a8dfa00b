import { accept } from '../core/result.ts'
import { approve } from './approve.ts'
import { askable, list, wouldAccept } from './ask-form.ts'
import { deny } from './deny.ts'
import { disown } from './disown.ts'
import { emergency, wouldBreakGlass } from './emergency.ts'
import { extend, extendableBy, heldBy, wouldExtend } from './extend.ts'
import { glassFor } from './glass.ts'
import { personChanged } from './leavers.ts'
import { looksWrong } from './looks-wrong.ts'
import { mine, reply } from './mine.ts'
import { nudge } from './nudge.ts'
import type { Operations } from './operations.ts'
import { pause, resume } from './pause.ts'
import type { Deps } from './ports.ts'
import { noSuchRequest, refusePress } from './refused-press.ts'
import { fileReview, reviewableBy, writeAccount } from './review.ts'
import { mayRevoke, revokeGrant, revokePerson } from './revoke.ts'
import { wouldShorten } from './shorten.ts'
import { submit } from './submit.ts'
import { unfreeze } from './unfreeze.ts'
import { hearDecider } from './voice.ts'
import { groupChanged } from './watch-groups.ts'
import { withdraw } from './withdraw.ts'

/** What can happen, with all that it needs. */
export function bindOperations(deps: Deps): Operations {
  return {
    submit: (ask) => submit(deps, ask),
    extend: (order) => extend(deps, order),
    emergency: (ask) => emergency(deps, ask),
    fileReview: (press) => fileReview(deps, press),
    writeAccount: (press) => writeAccount(deps, press),
    approve: (press) => approve(deps, press),
    deny: (press) => deny(deps, press),
    looksWrong: (press) => looksWrong(deps, press),
    disown: (press) => disown(deps, press),
    cancel: (order) => withdraw(deps, order),
    endEarly: (order) => withdraw(deps, order),
    nudge: (order) => nudge(deps, order),
    revokeGrant: (order) => revokeGrant(deps, order),
    revokePerson: (order) => revokePerson(deps, order),
    pause: (order) => pause(deps, order),
    resume: (order) => resume(deps, order),
    unfreeze: (order) => unfreeze(deps, order),
    personChanged: (id) => personChanged(deps, id),
    groupChanged: (usergroup) => groupChanged(deps, usergroup),
    mine: (said) => mine(deps, said),
    list: (said) => list(deps, said),
    askable: (by) => askable(deps, by),
    wouldAccept: (by, asked) => wouldAccept(deps, by, asked),
    glassFor: (by, wanted) => glassFor(deps, by, wanted),
    wouldBreakGlass: (by, asked) => wouldBreakGlass(deps, by, asked),
    reviewable: (by, request) => reviewableBy(deps, by, request),
    extendable: (by, request) => extendableBy(deps, by, request),
    held: (by, entitlement) => heldBy(deps, by, entitlement),
    wouldExtend: (by, more) => wouldExtend(deps, by, more),
    wouldShorten: (by, shorter) => wouldShorten(deps, by, shorter),
    mayRevoke: (by, request) => mayRevoke(deps, by, request),
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
