import type { Policy } from '../../../src/core/policy.ts'
import { LEADS, MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule, makeTarget } from '../../support/make.ts'
import { idOf, type Load, makeLoad } from './world.ts'

/** So many grants of each person. */
const EACH = 5

/** People who all hold access that ends within one minute, every card of it posted and right. Ben may ask, too. */
export async function makeCrowd(grants: number): Promise<Load> {
  const names = Array.from({ length: Math.ceil(grants / EACH) }, (_, index) => `p${index}`)
  const load = await makeLoad(crowdPolicy([...names, 'ben']), [...names, 'ben', 'lee', 'kim'])
  load.time.limited = false
  for (let index = 0; index < grants; index++) {
    await load.asks(names[Math.floor(index / EACH)] ?? '', `e${index % EACH}`)
  }
  await load.settles()
  await approveAll(load, grants)
  load.figures.forgetCalls()
  load.time.limited = true
  return load
}

/** All within a minute, so that all of it ends within a minute. */
async function approveAll(load: Load, grants: number): Promise<void> {
  const began = load.time.now
  const waiting = await load.store.requests({ states: ['pending'], limit: grants })
  for (const [index, { id }] of waiting.entries()) {
    load.time.now = began + Math.floor((index * MINUTE) / grants)
    await load.approves(id)
  }
  await load.settles()
}

function crowdPolicy(names: readonly string[]): Policy {
  const rule = makeRule({ requesters: [makeGroup('engineers', names.map(idOf))], approvers: [LEADS] })
  const target = makeTarget({ concurrency: 16 })
  const entitlements = Array.from({ length: EACH }, (_, index) => {
    const access = { role: `r${index}` }
    return makeEntitlement({ id: `e${index}`, title: `Read table ${index}`, access, rules: [rule], target })
  })
  const policy = makePolicy({ entitlements: new Map(entitlements.map((one) => [one.id, one])) })
  return { ...policy, people: { ...policy.people, limits: { open: 50, perHour: 50 } } }
}
