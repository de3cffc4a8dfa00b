import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import { looksWrong } from '../../src/operations/looks-wrong.ts'
import { unfreezeByOperator } from '../../src/operations/stop-by-operator.ts'
import { unfreeze } from '../../src/operations/unfreeze.ts'
import { makeGroup, makePerson, makePolicy } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const usual = makePolicy()
const people = { ...usual.people, security: [makeGroup('secteam', ['U0SAM', 'U0SUE', 'U0ANN'])] }
const policy = { ...usual, people }
const map = { U0ANN: 'ann@example.com', U0LEE: 'lee@example.com', U0SAM: 'sam@example.com' }
const mapped = { ...usual, people: { ...people, subject: { kind: 'map', map } as const } }

const known = (night: World, name: string, subject: string) =>
  night.people.persons.set(`U0${name.toUpperCase()}`, accept(makePerson(name, { subject })))
const lifts = ({ answerTo, deps }: World, by = 'U0SAM', whom = 'U0ANN') =>
  answerTo((inbox) => unfreeze(deps, { by, inbox, whom, reason: 'she has married, I called her' }))
const types = ({ deps }: World, whom: string, { offline = false } = {}) =>
  unfreezeByOperator(offline ? { ...deps, people: undefined } : deps, { user: 'dee', whom, reason: 'a mistake' })
const keysIn = async ({ store }: World) => (await store.freezes()).map(({ key }) => key).toSorted()
const toldOf = (night: World) =>
  night.delivered.flatMap((effect) =>
    effect.kind === 'say' && effect.person === 'C0SECURITY' ? [effect.sentence] : [],
  )

/** Ann has asked, and it looked wrong to Lee. */
async function wrong(under: typeof policy | typeof mapped = policy) {
  const night = await world({ policy: under })
  await night.asks('U0ANN')
  const id = await night.newest()
  return { night, press: () => lookWrong(night, id), id }
}

async function lookWrong(night: World, id: Parameters<World['press']>[1]) {
  const pressed = await night.press('U0LEE', id)
  return night.answerTo((inbox) => looksWrong({ ...night.deps, store: night.store }, { ...pressed, inbox }))
}

/** Ann has asked, and security was told of her next address. */
async function changed() {
  const night = await world({ policy })
  await night.asks('U0ANN')
  known(night, 'ann', 'ann2@example.com')
  await night.asks('U0ANN', 'INC-43 under my new name')
  return night
}

describe('an address that security was not told of', () => {
  it('is not confirmed: the refusal names it, and only then it can be', async () => {
    const night = await changed()
    known(night, 'ann', 'ceo@example.com')
    expect(await lifts(night)).toBe(
      'The address is now ceo@example.com, not ann2@example.com that you were told of: look again. Nothing was lifted.',
    )
    expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
    expect(await keysIn(night)).toEqual(['U0ANN', 'ann@example.com'])
    expect(await lifts(night, 'U0SUE')).toContain('ceo@example.com can be given access again.')
    expect(await night.store.pinOf('U0ANN')).toBe('ceo@example.com')
  })

  it('is told in the channel as soon as it is seen, once', async () => {
    const night = await changed()
    known(night, 'ann', 'ceo@example.com')
    await night.asks('U0ANN', 'INC-44 as the boss')
    await night.asks('U0ANN', 'INC-45 as the boss')
    await night.passes(0)
    expect(toldOf(night)).toEqual([
      expect.stringContaining('has the e-mail address ann2@example.com in Slack now'),
      expect.stringContaining('has the e-mail address ceo@example.com in Slack now'),
    ])
    expect(await keysIn(night)).toEqual(['U0ANN', 'ann@example.com'])
    known(night, 'ann', 'ann2@example.com')
    expect(await lifts(night)).toContain('The address is now ann2@example.com, not ceo@example.com')
  })

  it('is not confirmed either where somebody was frozen for something else', async () => {
    const { night, press } = await wrong()
    await press()
    known(night, 'ann', 'ceo@example.com')
    expect(await lifts(night)).toContain(
      'The address is now ceo@example.com, not ann@example.com that you were told of',
    )
    expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
  })

  it('is not confirmed at the command line either', async () => {
    const night = await changed()
    known(night, 'ann', 'ceo@example.com')
    expect(await types(night, 'U0ANN')).toMatchObject({ ok: false, refusal: { code: 'another-address' } })
    expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
  })

  it('is not confirmed because it was told of long ago', async () => {
    const night = await changed()
    known(night, 'ann', 'ann@example.com')
    await lifts(night)
    await lookWrong(night, await night.newest())
    known(night, 'ann', 'ann2@example.com')
    expect(await lifts(night)).toContain('The address is now ann2@example.com, not ann@example.com')
    expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
  })

  it('that came back to the one of before needs nobody to be told', async () => {
    const night = await changed()
    known(night, 'ann', 'ann@example.com')
    expect(await lifts(night)).toBe('ann@example.com can be given access again.')
  })

  it('and that is another member’s is told with that', async () => {
    const night = await world({ policy })
    await night.asks('U0BEN')
    await night.asks('U0ANN')
    known(night, 'ann', 'ben@example.com')
    await night.asks('U0ANN', 'INC-43 as Ben')
    await night.passes(0)
    expect(toldOf(night)).toEqual([expect.stringContaining('By THAT address I know another member already: U0BEN.')])
  })
})

describe('a freeze that comes while another is being lifted', () => {
  /** Does something between a read, or a commit, of the unfreezing and what comes after. */
  function inBetween(night: World, does: () => Promise<unknown>, when: 'read' | 'commit') {
    let waits = true
    const once = async () => {
      if (!waits) return
      waits = false
      await does()
    }
    const store = Object.assign(Object.create(night.store), {
      freezes: async (keys?: readonly string[]) => {
        const found = await night.store.freezes(keys)
        if (when === 'read' && keys?.includes('U0ANN')) await once()
        return found
      },
      commit: async (change: Parameters<World['store']['commit']>[0]) => {
        if (when === 'commit' && change.thaws?.length) await once()
        return night.store.commit(change)
      },
    })
    Object.assign(night.deps, { store })
  }

  it.each(['read', 'commit'] as const)('stays, with the one before it (after the %s)', async (when) => {
    const night = await changed()
    const id = await night.newest()
    known(night, 'ann', 'ann@example.com')
    inBetween(night, () => lookWrong(night, id), when)
    expect(await lifts(night)).toBe(
      'ann@example.com was frozen once more this very moment: look again. Nothing was lifted.',
    )
    expect((await night.store.freezes()).map(({ why }) => why).toSorted()).toEqual([
      'looks-wrong',
      'looks-wrong',
      'subject-changed',
      'subject-changed',
    ])
    expect(await lifts(night)).toContain('can be given access again')
    expect(await keysIn(night)).toEqual([])
  })

  it('stays also under a name that was free before', async () => {
    const night = await changed()
    const freeze = {
      at: night.time.now,
      by: 'system',
      why: 'disowned',
      request: null,
      key: 'ann2@example.com',
    } as const
    inBetween(night, () => night.store.commit({ freezes: [freeze] }), 'commit')
    expect(await lifts(night)).toContain('was frozen once more this very moment')
    expect(await keysIn(night)).toEqual(['U0ANN', 'ann2@example.com', 'ann@example.com'])
  })

  it('stays at the command line, too', async () => {
    const night = await changed()
    const id = await night.newest()
    known(night, 'ann', 'ann@example.com')
    inBetween(night, () => lookWrong(night, id), 'commit')
    expect(await types(night, 'U0ANN')).toMatchObject({ ok: false, refusal: { code: 'frozen-again' } })
    expect(await night.store.freezes()).toHaveLength(4)
  })

  it('the database itself lifts only as many as were seen, up to the newest of them', async () => {
    const { night, press } = await wrong()
    await press()
    const at = night.time.now
    const thaw = { key: 'U0ANN', at, by: 'U0SAM', count: 1, newestAt: at }
    for (const other of [{ count: 2 }, { newestAt: at - 1 }]) {
      await expect(night.store.commit({ thaws: [{ ...thaw, ...other }] })).rejects.toThrow('has other freezes')
    }
    await night.store.commit({ thaws: [thaw] })
    expect(await keysIn(night)).toEqual(['ann@example.com'])
  })

  it('is not lifted by somebody who is frozen at that moment himself', async () => {
    const night = await changed()
    const freeze = { at: night.time.now, by: 'system', why: 'disowned', request: null, key: 'U0SAM' } as const
    inBetween(night, () => night.store.commit({ freezes: [freeze] }), 'commit')
    expect(await lifts(night)).toContain('Your yes does not count just now')
    expect(await keysIn(night)).toContain('U0ANN')
  })
})

describe('at the command line', () => {
  it.each([
    ['a subject', 'ann@example.com', false],
    ['a subject, without Slack', 'Ann@Example.com', true],
    ['a Slack id', 'U0ANN', false],
    ['a Slack id, without Slack', 'u0ann', true],
  ])('%s of the config’s map is enough to lift what it stands for', async (_, whom, offline) => {
    const { night, press } = await wrong(mapped)
    await press()
    expect(await keysIn(night)).toEqual(['U0ANN', 'ann@example.com'])
    expect(await types(night, whom, { offline })).toEqual(accept('ann@example.com can be given access again.'))
    expect(await keysIn(night)).toEqual([])
    expect(await night.asks('U0ANN', 'INC-43 again')).toMatch(/^R-/)
  })

  it('lifts both names that were frozen together, also when the map has changed since', async () => {
    const { night, press } = await wrong(mapped)
    await press()
    const deps = {
      ...night.deps,
      policy: { ...mapped, people: { ...people, subject: { kind: 'map', map: {} } as const } },
    }
    const thaw = { user: 'dee', whom: 'U0ANN', reason: 'a mistake' }
    expect(await unfreezeByOperator({ ...deps, people: undefined }, thaw)).toMatchObject({ ok: true })
    expect(await keysIn(night)).toEqual([])
  })

  it('leaves alone what another was frozen for', async () => {
    const { night, press } = await wrong(mapped)
    await press()
    const freeze = { at: night.time.now, by: 'U0LEE', why: 'looks-wrong', request: null, key: 'U0BEN' } as const
    await night.store.commit({ freezes: [freeze] })
    await types(night, 'ann@example.com')
    expect(await keysIn(night)).toEqual(['U0BEN'])
  })

  it('the case of a Slack id does not matter', async () => {
    const { night, press } = await wrong()
    await press()
    expect(await types(night, 'u0ann')).toMatchObject({ ok: true })
    expect(await keysIn(night)).toEqual([])
  })

  it('an account that is gone keeps nobody else of the same address frozen', async () => {
    const { night, press } = await wrong()
    known(night, 'ben', 'ann@example.com')
    await night.asks('U0BEN', 'INC-77 another', 20 * 60_000)
    await press()
    night.people.persons.set('U0BEN', refuse('deactivated', 'That Slack account is deactivated.'))
    expect(await types(night, 'ann@example.com')).toMatchObject({ ok: true })
    expect(await keysIn(night)).toEqual([])
    night.people.persons.set('U0ANN', refuse('look-up-failed', 'Slack could not tell.'))
    expect(await types(night, 'ann@example.com')).toMatchObject({ ok: false, refusal: { code: 'look-up-failed' } })
  })
})

it('pins whoever lifts a freeze', async () => {
  const night = await changed()
  await lifts(night)
  expect(await night.store.pinOf('U0SAM')).toBe('sam@example.com')
})
