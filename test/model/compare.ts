import { deepStrictEqual } from 'node:assert/strict'
import { grantIdOf, type RequestId } from '../../src/core/ids.ts'
import type { Model, ModelRequest } from './model.ts'
import type { Real } from './real.ts'

const EVERY = Number.MAX_SAFE_INTEGER

/** Finds that the bot and the model say the same of everything. @throws {AssertionError} with both sides */
export async function compare(model: Model, { world }: Real): Promise<void> {
  const { store, target } = world
  const real = {
    requests: await Promise.all(model.requests.map((one) => requestIn(world.store, one))),
    others: (await store.requests({ limit: EVERY })).length - model.requests.length,
    held: [...target.held].sort(),
    frozen: [...new Set((await store.freezes()).map(({ key }) => key))].sort(),
    paused: await store.pause().then((pause) => pause?.voices.map(({ by }) => by).sort()),
  }
  deepStrictEqual(real, expected(model))
}

function expected(model: Model) {
  const live = model.requests.filter(({ grant }) => grant?.live)
  return {
    requests: model.requests.map(requestOf),
    others: 0,
    held: [...new Set(live.map(({ subject, entitlement }) => heldAs(subject, entitlement)))].sort(),
    frozen: [...model.frozen].sort(),
    paused: model.pause ? [...model.pause.voices.keys()].sort() : undefined,
  }
}

function heldAs(subject: string, entitlement: string): string {
  return `${subject.slice(0, subject.lastIndexOf('@'))} ${JSON.stringify({ role: entitlement })}`
}

function requestOf({ id, state, told, nudges, approvals, grant, review }: ModelRequest) {
  return {
    id,
    state,
    told,
    nudges,
    approvals: approvals.map(({ by, ttlMs }) => `${by} ${ttlMs ?? 'all'}`),
    grant: grant ? { live: grant.live, expiresAt: grant.expiresAt } : undefined,
    review: review ? { state: review.state, dueAt: review.dueAt, outcome: review.outcome } : undefined,
  }
}

async function requestIn(store: Real['world']['store'], { id }: ModelRequest) {
  const request = await store.request(id as RequestId)
  const grant = await store.grant(grantIdOf(id as RequestId))
  const review = await store.review(id as RequestId)
  return {
    id: request?.id,
    state: request?.state,
    told: request?.escalatedMs,
    nudges: request?.nudges,
    approvals: request?.approvals.map(({ by, ttlMs }) => `${by} ${ttlMs ?? 'all'}`),
    grant: grant ? { live: grant.state === 'active', expiresAt: grant.expiresAt } : undefined,
    review: review
      ? { state: review.state, dueAt: review.dueAt, outcome: review.state === 'filed' ? review.outcome : null }
      : undefined,
  }
}
