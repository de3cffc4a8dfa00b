import { MINUTE } from '../support/make.ts'
import { comesIn } from './asking.ts'
import type { Model } from './model.ts'
import type { Real } from './real.ts'
import type { Doing } from './step.ts'
import { type ConfigName, type Outside, SECURITY, show, type Who } from './town.ts'

/** What changes outside, which the bot sees at its next look. */
async function seesIt(real: Real, model: Model): Promise<void> {
  show(real.world, model.outside)
}

function outside(model: Model, change: Partial<Outside>): void {
  model.outside = { ...model.outside, ...change }
}

/** Time passes, and brings what it brings. */
export const pass: Doing<{ readonly minutes: number }> = {
  name: 'time passes',
  expects(model, { minutes }) {
    model.now += minutes * MINUTE
    const { expired, lapsed, escalated } = model.settle()
    return (
      [expired && 'access expires', lapsed && 'requests lapse', escalated && 'more are told']
        .filter(Boolean)
        .join(', ') || 'nothing'
    )
  },
  does: (real, { minutes }) => real.passes(minutes * MINUTE),
}

/** Somebody joins or leaves the leads, a user group. */
export const regroup: Doing<{ readonly who: Who }> = {
  name: 'the leads change',
  expects(model, { who }) {
    const { leads } = model.outside
    const isIn = leads.includes(who)
    outside(model, { leads: isIn ? leads.filter((one) => one !== who) : [...leads, who] })
    return isIn ? 'one leaves' : 'one joins'
  },
  does: (real, _args, model) => seesIt(real, model),
}

/** Somebody else is on call. */
export const rotate: Doing<{ readonly who: Who }> = {
  name: 'the rota changes',
  expects(model, { who }) {
    outside(model, { rota: [who] })
    return 'another'
  },
  does: (real, _args, model) => seesIt(real, model),
}

/** The source of the schedule stops answering, or answers again. */
export const silence: Doing<{ readonly answers: boolean }> = {
  name: 'the source of the rota',
  expects(model, { answers }) {
    outside(model, { rotaAnswers: answers })
    return answers ? 'answers' : 'fails'
  },
  does: (real, _args, model) => seesIt(real, model),
}

/** Somebody leaves the company, or comes back. */
export const leave: Doing<{ readonly who: Who }> = {
  name: 'a person',
  expects(model, { who }) {
    const gone = new Set(model.outside.gone)
    const isBack = gone.delete(who)
    if (!isBack) gone.add(who)
    outside(model, { gone })
    if (isBack) {
      noticed(model, who)
      return 'comes back'
    }
    const theirs = model.requests.filter(({ by }) => by === who)
    const asked = theirs.filter(({ state }) => state === 'pending')
    const held = theirs.filter(({ grant }) => grant?.live)
    for (const request of asked) model.decide(request, 'cancelled')
    for (const request of held) model.end(request)
    return `leaves${asked.length > 0 ? ', with requests' : ''}${held.length > 0 ? ', with access' : ''}`
  },
  does: async (real, { who }, model) => {
    await seesIt(real, model)
    await real.operations.personChanged(who)
    await real.settles()
  },
}

/** Whoever has anything to lose is looked up again when Slack says that he changed. */
function noticed(model: Model, who: Who): void {
  const hasAny = model.requests.some(({ by, state, grant }) => by === who && (state === 'pending' || grant?.live))
  if (hasAny) comesIn(model, who)
}

/** Somebody takes another e-mail address, or his old one again. */
export const rename: Doing<{ readonly who: Who }> = {
  name: 'an address changes',
  expects(model, { who }) {
    const renamed = new Set(model.outside.renamed)
    if (!renamed.delete(who)) renamed.add(who)
    outside(model, { renamed })
    return renamed.has(who) ? 'to another' : 'back'
  },
  does: (real, _args, model) => seesIt(real, model),
}

/** The process dies and another one starts, perhaps with another config. */
export const restart: Doing<{ readonly config: ConfigName | undefined }> = {
  name: 'restart',
  expects(model, { config }) {
    if (config === undefined || config === model.config) return 'as it was'
    model.config = config
    const waiting = model.requests.filter(({ state, entitlement }) => state === 'pending' && entitlement === 'vault')
    const changed = waiting.filter((request) => request.config !== config)
    for (const request of changed) model.decide(request, 'lapsed')
    return changed.length > 0 ? 'other terms, requests lapse' : 'other terms'
  },
  does: (real, _args, model) => real.restart(model.config, model.outside),
}

export interface Button {
  readonly by: Who
}

/** Somebody stops all new access. */
export const pause: Doing<Button> = {
  name: 'pause',
  expects(model, { by }) {
    if (model.is(by).gone) return 'gone'
    if (!SECURITY.includes(by)) return 'not security'
    if (model.pause?.voices.size === 0) return 'paused already'
    if (model.pause) {
      model.pause.voices.clear()
      return 'paused again'
    }
    model.pause = { voices: new Map() }
    return 'paused'
  },
  does: (real, { by }) =>
    real.says((inbox, operations) => operations.pause({ by, inbox, reason: 'something is wrong' })),
}

/** Somebody agrees that access may be given again. */
export const resume: Doing<Button> = {
  name: 'resume',
  expects(model, { by }) {
    if (model.is(by).gone) return 'gone'
    if (!SECURITY.includes(by)) return 'not security'
    const identity = comesIn(model, by)
    if (identity !== 'well') return identity
    if (model.isFrozen(by, model.is(by).subject)) return 'frozen'
    if (!model.pause) return 'not paused'
    const gone = [...model.pause.voices].filter(([who, subject]) => !countsStill(model, who, subject))
    if ([...model.pause.voices.keys()].some((who) => who === by && !gone.some(([other]) => other === who)))
      return 'agreed already'
    for (const [who] of gone) model.pause.voices.delete(who)
    model.pause.voices.set(by, model.is(by).subject)
    model.pin(by)
    if (model.pause.voices.size < 2) return 'one of two'
    model.pause = null
    return 'resumed'
  },
  does: (real, { by }) => real.says((inbox, operations) => operations.resume({ by, inbox, reason: 'it was nothing' })),
}

/** Whether a voice of before would count if it were given now. */
function countsStill(model: Model, who: Who, subject: string): boolean {
  if (model.isFrozen(who, subject)) return false
  return (
    comesIn(model, who) === 'well' && !model.isFrozen(who, model.is(who).subject) && model.is(who).subject === subject
  )
}

export interface Thaw {
  readonly by: Who
  readonly whom: Who
}

/** Security lifts the freezes of somebody, and with that confirms who he is now. */
export const unfreeze: Doing<Thaw> = {
  name: 'unfreeze',
  expects(model, { by, whom }) {
    if (model.is(by).gone) return 'gone'
    if (!SECURITY.includes(by)) return 'not security'
    const identity = comesIn(model, by)
    if (identity !== 'well') return identity
    if (model.isFrozen(by, model.is(by).subject)) return 'frozen'
    const { subject, gone } = model.is(whom)
    const subjects = [...new Set([...(gone ? [] : [subject]), model.pins.get(whom)])]
    if (by === whom || subjects.includes(model.is(by).subject)) return 'himself'
    if (gone) return 'who is gone'
    const keys = [whom, ...subjects].filter((key) => key !== undefined && model.frozen.has(key))
    if (keys.length === 0) return 'not frozen'
    if (!model.changed.has(whom) && comesIn(model, whom) === 'changed') return 'an address that nobody was told of'
    for (const key of keys) model.frozen.delete(String(key))
    model.changed.delete(whom)
    model.pins.set(whom, subject)
    model.pin(by)
    return 'lifted'
  },
  does: (real, { by, whom }) =>
    real.says((inbox, operations) => operations.unfreeze({ by, inbox, whom, reason: 'it was him' })),
}
