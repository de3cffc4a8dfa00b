import { describe, expect, it } from 'vitest'
import { accept, refuse } from '../../src/core/result.ts'
import { pause, resume } from '../../src/operations/pause.ts'
import { resumeByOperator } from '../../src/operations/stop-by-operator.ts'
import { makeGroup, makePerson, makePolicy, makeUsergroup } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const usual = makePolicy()
const SECURITY = makeGroup('secteam', ['U0SAM', 'U0SUE', 'U0SID'])
const policy = { ...usual, people: { ...usual.people, security: [SECURITY] } }

const pauses = ({ answerTo, deps }: World, by = 'U0SAM', reason = 'somebody is in our Slack') =>
  answerTo((inbox) => pause(deps, { by, inbox, reason }))
const resumes = ({ answerTo, deps }: World, by: string, reason = 'it was a drill') =>
  answerTo((inbox) => resume(deps, { by, inbox, reason }))

const DUTY = makeUsergroup('duty', 'S0SEC')

const frozenSam = ({ store, time }: World) =>
  store.commit({
    freezes: [{ key: 'U0SAM', at: time.now, by: 'system', why: 'disowned', request: null }],
  })
const hasAnother = ({ people }: World) =>
  people.persons.set('U0SAM', accept(makePerson('sam', { subject: 'boss@example.com' })))

describe('resume', () => {
  it('needs two different security people; the one who paused may be one of them', async () => {
    const night = await world({ policy })
    await pauses(night)
    expect(await resumes(night, 'U0SAM')).toBe(
      '1 of 2: another of the security people must agree. Until then no access is given.',
    )
    expect(await night.store.pause()).toBeDefined()
    expect(await resumes(night, 'U0SAM', 'and again')).toContain('You agreed to resume already')
    expect(await night.store.pause()).toBeDefined()
    expect(await resumes(night, 'U0SUE', 'agreed')).toBe('Resumed: access can be given again.')
    expect(await night.store.pause()).toBeUndefined()
    const events = (await night.store.events({ limit: 9 })).filter(({ name }) => name.startsWith('bot.'))
    expect(events).toMatchObject([
      { name: 'bot.paused', actor: 'U0SAM' },
      { name: 'bot.paused', actor: 'U0SAM', detail: { resume: '1 of 2 agree to resume' }, text: 'it was a drill' },
      { name: 'bot.resumed', actor: 'U0SUE', detail: { agreed: ['U0SAM', 'U0SUE'] }, text: 'agreed' },
    ])
  })

  it('does not take one human with two accounts for two people', async () => {
    const night = await world({ policy })
    night.people.persons.set('U0SID', accept(makePerson('sid', { subject: 'sam@example.com' })))
    await pauses(night)
    await resumes(night, 'U0SAM')
    expect(await resumes(night, 'U0SID')).toContain('You agreed to resume already')
    expect(await night.store.pause()).toBeDefined()
  })

  it('is for the security people only, says so when nothing is paused, and gives access back', async () => {
    const night = await world({ policy })
    expect(await resumes(night, 'U0SUE')).toBe('Nothing is paused: access can be given.')
    await night.asks('U0ANN')
    const id = await night.newest()
    await pauses(night)
    expect(await resumes(night, 'U0LEE')).toContain('Only the security people')
    await resumes(night, 'U0SAM')
    await resumes(night, 'U0SUE')
    expect(await night.approves('U0LEE', id)).toContain('Approved')
  })

  it.each([
    ['is frozen since', frozenSam, 'sam@example.com'],
    ['has left since', (night: World) => night.people.persons.set('U0SAM', refuse('deactivated', 'No.')), 'sam'],
    ['has another address since', hasAnother, 'sam@example.com'],
  ])('does not count a voice that %s, and says so', async (_, changes, named) => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    await changes(night)
    expect(await resumes(night, 'U0SUE')).toMatch(new RegExp(`^1 of 2: .* What ${named}.* said before counts no more`))
    expect((await night.store.pause())?.voices).toMatchObject([{ by: 'U0SUE' }])
    const [, , event] = (await night.store.events({ limit: 9 })).filter(({ name }) => name === 'bot.paused')
    expect(event).toMatchObject({ actor: 'U0SUE', detail: { resume: '1 of 2 agree to resume', void: ['U0SAM'] } })
    expect(await resumes(night, 'U0SID')).toContain('Resumed')
    expect(await night.store.pause()).toBeUndefined()
  })

  it('does not count a voice of somebody who is of security no more', async () => {
    const night = await world({ policy: { ...policy, people: { ...policy.people, security: [DUTY] } } })
    const onDuty = (...ids: string[]) => night.people.usergroups.set('S0SEC', accept(ids))
    onDuty('U0SAM', 'U0SUE', 'U0SID')
    await pauses(night)
    await resumes(night, 'U0SAM')
    night.people.usergroups.set('S0SEC', refuse('look-up-failed', 'Slack is down.'))
    expect(await resumes(night, 'U0SUE')).toBe('Slack is down.')
    onDuty('U0SUE', 'U0SID')
    expect(await resumes(night, 'U0SUE')).toContain('1 of 2')
    expect(await night.store.pause()).toBeDefined()
  })

  it('leaves things as they are when nobody can tell whether the first voice still counts', async () => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    night.people.persons.set('U0SAM', refuse('look-up-failed', 'Slack could not tell.'))
    expect(await resumes(night, 'U0SUE')).toBe('Slack could not tell.')
    expect((await night.store.pause())?.voices).toMatchObject([{ by: 'U0SAM' }])
  })

  it('at the command line does not count a frozen voice either', async () => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    await frozenSam(night)
    const said = await resumeByOperator(night.deps, { user: 'sue', reason: 'it was a drill' })
    expect(said).toMatchObject({ ok: true, value: { paused: true } })
    expect(await night.store.pause()).toBeDefined()
  })

  it('counts no voice that is frozen while it is stored', async () => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    const { commit } = night.store
    let once = true
    const store = Object.assign(Object.create(night.store), {
      commit: async (change: Parameters<typeof commit>[0]) => {
        if (once && change.pauses?.length) {
          once = false
          await frozenSam(night)
        }
        return night.store.commit(change)
      },
    })
    Object.assign(night.deps, { store })
    expect(await resumes(night, 'U0SUE')).toContain('1 of 2')
    expect(await night.store.pause()).toBeDefined()
  })

  it('begins anew when somebody pauses again meanwhile, and that is on record', async () => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    expect(await pauses(night, 'U0SID', 'he is back')).toMatch(
      /^It stays paused by sam .* sam@example\.com had agreed to resume: that counts no more, two must agree again\.$/,
    )
    const last = (await night.store.events({ limit: 9 })).at(-1)
    expect(last).toMatchObject({
      name: 'bot.paused',
      actor: 'U0SID',
      text: 'he is back',
      detail: { again: ['U0SAM'] },
    })
    expect(await resumes(night, 'U0SUE')).toContain('1 of 2')
    expect(await night.store.pause()).toBeDefined()
    expect(await resumes(night, 'U0SAM')).toContain('Resumed')
  })

  it('pins those who agree, so that a changed address is found out', async () => {
    const night = await world({ policy })
    await pauses(night)
    await resumes(night, 'U0SAM')
    expect(await night.store.pinOf('U0SAM')).toBe('sam@example.com')
  })

  it('of two at the same moment counts both', async () => {
    const night = await world({ policy })
    await pauses(night)
    const answers = await Promise.all([resumes(night, 'U0SAM'), resumes(night, 'U0SUE')])
    expect(answers.toSorted()).toEqual([expect.stringContaining('1 of 2'), expect.stringContaining('Resumed')])
  })

  it('the database itself keeps a pause that fewer than two agreed to end', async () => {
    const night = await world({ policy })
    await pauses(night)
    const lasting = await night.store.pause()
    if (!lasting) throw new Error('not paused')
    const voices = [{ subject: 'sam@example.com', by: 'U0SAM', at: night.time.now }]
    const forced = night.store.commit({ pauses: [{ ...lasting, voices, endedAt: night.time.now }] })
    await expect(forced).rejects.toThrow('two different people must agree')
    expect(await night.store.pause()).toBeDefined()
  })
})
