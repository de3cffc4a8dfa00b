import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import { unfreeze } from '../../src/operations/unfreeze.ts'
import { makeGroup, makePerson, makePolicy, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const usual = makePolicy()
const SECURITY = makeGroup('secteam', ['U0SAM', 'U0SUE', 'U0ANN'])
const policy = { ...usual, people: { ...usual.people, security: [SECURITY] } }

const known = ({ people }: World, name: string, subject: string) =>
  people.persons.set(`U0${name.toUpperCase()}`, accept(makePerson(name, { subject })))
const lifts = ({ answerTo, deps }: World, by: string, whom: string, reason = 'she has married, I called her') =>
  answerTo((inbox) => unfreeze(deps, { by, inbox, whom, reason }))
const keysIn = async ({ store }: World) => (await store.freezes()).map(({ key }) => key)

/** Ann has asked, and has another address since then. */
async function changed() {
  const night = await world({ policy })
  await night.asks('U0ANN')
  known(night, 'ann', 'boss@example.com')
  return { night, id: await night.newest() }
}

describe('a subject', () => {
  it('is pinned with the first request, and with the first approval, in the same Change', async () => {
    const night = await world({ policy })
    const commits: number[] = []
    const { commit } = night.store
    const store = Object.assign(Object.create(night.store), {
      commit: (change: Parameters<typeof commit>[0]) => {
        commits.push(change.pins?.length ?? 0)
        return commit(change)
      },
    })
    Object.assign(night.deps, { store })
    await night.asks('U0ANN')
    expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
    expect(await night.store.pinOf('U0LEE')).toBeUndefined()
    await night.approves('U0LEE', await night.newest())
    expect(await night.store.pinOf('U0LEE')).toBe('lee@example.com')
    expect(commits.slice(0, 2)).toEqual([1, 1])
  })

  it('that is refused leaves no pin', async () => {
    const night = await world({ policy })
    expect(await night.asks('U0ANN', 'x')).not.toMatch(/^R-/)
    expect(await night.store.pinOf('U0ANN')).toBeUndefined()
  })

  it('that the config gives is not pinned: nobody can change it in Slack', async () => {
    const map = { U0ANN: 'ann@example.com', U0LEE: 'lee@example.com' }
    const night = await world({ policy: { ...policy, people: { ...policy.people, subject: { kind: 'map', map } } } })
    await night.asks('U0ANN')
    expect(await night.store.pinOf('U0ANN')).toBeUndefined()
  })
})

describe('a requester who changes his address', () => {
  it('cannot ask as somebody else: refused, frozen, and told to security once, by name', async () => {
    const { night } = await changed()
    const calls = () => night.delivered.filter((effect) => effect.kind === 'say' && effect.person === 'C0SECURITY')
    expect(await night.asks('U0ANN', 'INC-43 as the boss')).toContain('another one than I know you by')
    expect(await night.asks('U0ANN', 'INC-44 as the boss')).toContain('another one than I know you by')
    expect((await night.store.requests({ limit: 9 })).map(({ terms }) => terms.subject)).toEqual(['ann@example.com'])
    expect((await keysIn(night)).toSorted()).toEqual(['U0ANN', 'ann@example.com'])
    const events = (await night.store.events({ limit: 99 })).filter(({ name }) => name.startsWith('person.'))
    expect(events).toMatchObject([
      {
        name: 'person.subject-changed',
        subject: 'ann@example.com',
        detail: { member: ['U0ANN'], now: 'boss@example.com' },
      },
      { name: 'person.frozen', subject: 'ann@example.com', detail: { why: 'subject-changed' } },
    ])
    await night.passes(0)
    expect(calls()).toMatchObject([
      {
        sentence: expect.stringMatching(/^ann \(U0ANN\) was ann@example\.com and has the e-mail address boss@example/),
        calls: ['U0SAM', 'U0SUE', 'U0ANN'],
      },
    ])
  })

  it('is told once, also when several press at the same moment', async () => {
    const { night, id } = await changed()
    await Promise.all(['U0LEE', 'U0KIM', 'U0LEE'].map((by) => night.approves(by, id)))
    expect((await night.events()).filter((name) => name === 'person.subject-changed')).toHaveLength(1)
    expect(await keysIn(night)).toHaveLength(2)
  })

  it('is found out at the decision: nothing is given, and the approver need do nothing', async () => {
    const { night, id } = await changed()
    expect(await night.approves('U0LEE', id)).toContain('Security was told; you need do nothing.')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending' })
    expect(await keysIn(night)).toContain('U0ANN')
  })

  it('and changes it back stays frozen, also for what waits already', async () => {
    const { night, id } = await changed()
    await night.approves('U0LEE', id)
    known(night, 'ann', 'ann@example.com')
    expect(await night.approves('U0LEE', id)).toContain('The requester cannot be given access just now')
    expect(await night.asks('U0ANN', 'INC-45 it is me again')).toContain('You cannot be given access just now')
    expect(await night.store.grants({ limit: 9 })).toEqual([])
  })

  it('is frozen under his other account, too; whoever owns the new address is not', async () => {
    const { night } = await changed()
    known(night, 'ben', 'ann@example.com')
    known(night, 'lee', 'boss@example.com')
    await night.asks('U0ANN', 'INC-43 as the boss')
    expect(await night.asks('U0BEN')).toContain('You cannot be given access just now')
    expect(await night.asks('U0LEE')).toMatch(/^R-/)
  })

  it('can still give back what he holds, and take back what he asked', async () => {
    const { night, id } = await changed()
    await night.asks('U0ANN', 'INC-43 as the boss')
    expect(await night.withdraws('U0ANN', id)).toBe(`Cancelled ${id}.`)
  })
})

describe('an approver who changes his address', () => {
  it('is refused and frozen, and his yes does not count when he changes it back', async () => {
    const night = await world({ policy })
    await night.asks('U0ANN')
    await night.approves('U0LEE', await night.newest())
    known(night, 'lee', 'kim@example.com')
    await night.asks('U0BEN')
    const id = await night.newest()
    expect(await night.approves('U0LEE', id)).toContain('another one than I know you by')
    known(night, 'lee', 'lee@example.com')
    expect(await night.approves('U0LEE', id)).toContain('Your yes does not count just now')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending', approvals: [] })
    expect(await night.denies('U0LEE', id)).toContain('Denied')
  })
})

describe('two Slack members with one subject', () => {
  it('are one person: no approval of one’s own', async () => {
    const night = await world({ policy })
    known(night, 'lee', 'ann@example.com')
    await night.asks('U0ANN')
    expect(await night.approves('U0LEE', await night.newest())).toContain('You asked for this yourself')
  })

  it('are one of a quorum', async () => {
    const rule = makeRule({ quorum: 2, approvers: [makeGroup('leads', ['U0LEE', 'U0KIM', 'U0DEE'])] })
    const entitlement = { ...usual.entitlements.get('orders-read')!, rules: [rule] }
    const night = await world({
      policy: makePolicy({ entitlements: new Map([['orders-read', entitlement]]), people: policy.people }),
    })
    known(night, 'kim', 'lee@example.com')
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    expect(await night.approves('U0KIM', id)).toContain('You approved this already')
    expect(await night.store.request(id)).toMatchObject({ state: 'pending' })
    await night.approves('U0DEE', id)
    expect(await night.store.request(id)).toMatchObject({ state: 'approved' })
  })

  it('share limits, and have one live grant of an entitlement', async () => {
    const limits = { open: 1, perHour: 20 }
    const night = await world({ policy: { ...policy, people: { ...policy.people, limits } } })
    known(night, 'ben', 'ann@example.com')
    await night.asks('U0ANN')
    expect(await night.asks('U0BEN', 'INC-43 another')).toContain('You have 1 open requests')
    await night.approves('U0LEE', await night.newest())
    expect(await night.asks('U0BEN', 'INC-43 another')).toContain('You have this already')
  })
})

describe('unfreeze', () => {
  it('is for another of the security people, never for oneself under any name', async () => {
    const { night } = await changed()
    await night.asks('U0ANN', 'INC-43 as the boss')
    expect(await lifts(night, 'U0LEE', 'U0ANN')).toContain('Only the security people')
    expect(await lifts(night, 'U0ANN', 'U0ANN')).toContain('another one than I know you by')
    known(night, 'ann', 'ann@example.com')
    expect(await lifts(night, 'U0ANN', 'U0ANN')).toContain('Your yes does not count just now')
    known(night, 'sue', 'ann@example.com')
    expect(await lifts(night, 'U0SUE', 'U0ANN')).toContain('Your yes does not count just now')
    expect(await keysIn(night)).toHaveLength(2)
  })

  it('not by a second account with the new address either', async () => {
    const { night } = await changed()
    await night.asks('U0ANN', 'INC-43 as the boss')
    known(night, 'sue', 'boss@example.com')
    expect(await lifts(night, 'U0SUE', 'U0ANN')).toContain('You cannot lift a freeze of your own')
    expect(await keysIn(night)).toHaveLength(2)
  })

  it('lifts every freeze of the person, and takes the address of now for the right one', async () => {
    const { night, id } = await changed()
    await night.approves('U0LEE', id)
    expect(await lifts(night, 'U0SAM', 'U0ANN')).toBe(
      'boss@example.com can be given access again. This is the address that counts from now on; it was ann@example.com. What was asked for under that one must be asked again.',
    )
    expect(await keysIn(night)).toEqual([])
    expect(await night.store.pinOf('U0ANN')).toBe('boss@example.com')
    const events = await night.store.events({ limit: 99 })
    expect(events.find(({ name }) => name === 'person.unfrozen')).toMatchObject({
      actor: 'U0SAM',
      subject: 'boss@example.com',
      text: 'she has married, I called her',
    })
    expect(await night.approves('U0LEE', id)).toContain('He must ask again: deny this one.')
    expect(await night.asks('U0ANN', 'INC-43 under my new name')).toMatch(/^R-/)
  })

  it('needs a reason, and a look-up that works; says so when nobody is frozen', async () => {
    const { night } = await changed()
    await night.asks('U0ANN', 'INC-43 as the boss')
    expect(await lifts(night, 'U0SAM', 'U0ANN', ' ')).toContain('Say why')
    night.people.persons.set('U0ANN', refuse('look-up-failed', 'Slack could not tell.'))
    expect(await lifts(night, 'U0SAM', 'U0ANN')).toContain('nothing was changed')
    expect(await keysIn(night)).toHaveLength(2)
    expect(await lifts(night, 'U0SAM', 'U0BEN')).toBe('ben@example.com is not frozen. Nothing was changed.')
  })

  it('draws the cards of what waits again, as freezing does', async () => {
    const { night, id } = await changed()
    const drawn = () => night.delivered.filter(({ kind }) => kind === 'draw').length
    await night.passes(0)
    const before = drawn()
    await night.asks('U0ANN', 'INC-43 as the boss')
    await night.passes(0)
    const frozen = drawn()
    await lifts(night, 'U0SAM', 'U0ANN')
    await night.passes(0)
    expect([frozen > before, drawn() > frozen]).toEqual([true, true])
    expect(await night.store.request(id)).toMatchObject({ state: 'pending' })
  })
})
