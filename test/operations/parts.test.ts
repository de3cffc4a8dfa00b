import { describe, expect, it } from 'vitest'
import { list } from '../../src/operations/ask-form.ts'
import { explain } from '../../src/operations/explain.ts'
import { makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds } from '../support/world.ts'

const world = useWorlds()

const leads = makeGroup('leads', ['U0LEE', 'U0KIM'])
const security = makeGroup('security', ['U0SAM', 'U0KIM'])
const needs = [leads, security].map((from) => ({ from, atLeast: 1 }))
const entitlement = makeEntitlement({ rules: [makeRule({ approvers: [leads, security], quorum: 2, needs })] })
const policy = makePolicy({ entitlements: new Map([['orders-read', entitlement]]) })

describe('a rule that needs somebody of each of two groups', () => {
  it('is told to whoever asks, lists, or wants it explained', async () => {
    const town = await world({ policy })
    expect(await town.asks('U0ANN')).toContain('1 of leads and 1 of security must agree; I tell you')
    const listed = await town.answerTo((inbox) => list(town.deps, { by: 'U0BEN', inbox }))
    expect(listed).toContain('1 of leads and 1 of security must agree')
    const question = { by: 'U0BEN', entitlement, purpose: undefined, ttlMs: undefined, reason: undefined }
    expect(await explain(town.deps, question)).toMatchObject({
      answer: 'yes',
      sentence: expect.stringContaining('1 of leads and 1 of security must agree, and 3 people could.'),
      rules: [
        {
          needs: [
            { from: 'leads', at_least: 1 },
            { from: 'security', at_least: 1 },
          ],
        },
      ],
    })
  })

  it('gives access to one of each, in either order, and says for whom it waits', async () => {
    for (const [first, second, missing] of [
      ['U0LEE', 'U0SAM', 'security'],
      ['U0SAM', 'U0LEE', 'leads'],
      ['U0KIM', 'U0SAM', 'leads or security'],
    ] as const) {
      const town = await world({ policy })
      await town.asks('U0ANN')
      const id = await town.newest()
      expect(await town.approves(first, id)).toBe(`Recorded: 1 of 2 approvals under one-lead, waiting for ${missing}.`)
      expect(await town.approves(second, id)).toMatch(/^Approved/)
    }
  })

  it('is refused to somebody whose others could not agree to both', async () => {
    const alone = [makeGroup('leads', ['U0KIM', 'U0ANN']), makeGroup('security', ['U0KIM'])]
    const rule = makeRule({ approvers: alone, quorum: 2, needs: alone.map((from) => ({ from, atLeast: 1 })) })
    const one = makeEntitlement({ rules: [rule] })
    const town = await world({ policy: makePolicy({ entitlements: new Map([['orders-read', one]]) }) })
    expect(await town.asks('U0ANN')).toContain('Too few others could approve this: 1 of leads and 1 of security must.')
  })
})
