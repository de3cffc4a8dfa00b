import { describe, expect, it } from 'vitest'
import type { Group } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { askable, list } from '../../src/operations/ask-form.ts'
import { remembering } from '../../src/operations/from-memory.ts'
import type { Deps } from '../../src/operations/ports.ts'
import { makeEntitlement, makePolicy, makeRule, makeSchedule, makeUsergroup } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const ENGINEERS = makeUsergroup('engineers', 'S0ENG')
const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const DOWN = refuse('look-up-failed', 'Slack is down.')

function entitled(id: string, requesters: readonly Group[]) {
  const rule = makeRule({ name: `rule-of-${id}`, requesters })
  return [id, makeEntitlement({ id, rules: [rule] })] as const
}

/** Engineers may read; whoever is on call may write and drop; the schedule is silent. */
async function makeTown() {
  const entitlements = new Map([
    entitled('orders-read', [ENGINEERS]),
    entitled('orders-write', [ONCALL]),
    entitled('orders-drop', [ONCALL]),
  ])
  const made = await world({ policy: makePolicy({ entitlements }) })
  made.people.usergroups.set('S0ENG', accept(['U0ANN']))
  made.people.usergroups.set('pagerduty PX12345', DOWN)
  return made
}

/** The same, where it is noted which groups are asked about. */
function asking({ deps, people }: World) {
  const asked: string[] = []
  const members: Deps['people']['members'] = (group) => {
    asked.push(group.name)
    return people.members(group)
  }
  const noted = { lookUp: (id: string) => people.lookUp(id), reaches: people.reaches.bind(people), members }
  return { asked, deps: { ...deps, people: noted } }
}

const idsOf = (found: Awaited<ReturnType<typeof askable>>) =>
  found.ok ? found.value.map(({ entitlement }) => entitlement) : found.refusal.code

describe('a schedule that does not answer', () => {
  it('takes the form away from nobody who may ask for something else', async () => {
    const { deps } = await makeTown()
    expect(idsOf(await askable(deps, 'U0ANN'))).toEqual(['orders-read'])
  })

  it('is why nothing is offered, where nothing else is', async () => {
    const { deps } = await makeTown()
    expect(idsOf(await askable(deps, 'U0DEE'))).toBe('look-up-failed')
  })

  it('is asked once, however many rules name it', async () => {
    const { asked, deps } = asking(await makeTown())
    await askable(deps, 'U0ANN')
    expect(asked.toSorted()).toEqual(['engineers', 'oncall'])
  })

  it('the list names what could not be looked up', async () => {
    const made = await makeTown()
    const said = await made.answerTo((inbox) => list(made.deps, { by: 'U0ANN', inbox }))
    expect(said).toMatch(/^orders-read: .*\nI cannot tell just now whether you may ask for orders-write, orders-drop: /)
  })

  it('Home does not wait for it, nor for one that answers: it shows what is remembered', async () => {
    const made = await makeTown()
    const asked: string[] = []
    const people = remembering({
      lookUp: (id) => made.people.lookUp(id),
      reaches: async () => true,
      members: async (group, freshness) => {
        if (freshness === 'remembered') return refuse('not-remembered', 'x')
        asked.push(group.name)
        return accept(['U0ANN'])
      },
    })
    expect(idsOf(await askable({ ...made.deps, people }, 'U0ANN'))).toEqual(['orders-read'])
    expect(asked).toEqual(['engineers'])
  })
})
