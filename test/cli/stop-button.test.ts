import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { accept } from '../../src/core/result.ts'
import { resume } from '../../src/operations/pause.ts'
import { makePerson } from '../support/make.ts'
import { breakglass } from '../support/process.ts'
import { makeWorld } from '../support/world.ts'
import { configOf, startTown, until } from '../threats/town.ts'

/** A night whose database the command line finds. */
async function begin() {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-stop-'))
  const path = join(folder, 'test.db')
  const config = join(folder, 'breakglass.yml')
  await writeFile(config, configOf())
  const night = await makeWorld({ path, now: Date.now() })
  onTestFinished(async () => {
    await night.close()
    await rm(folder, { recursive: true, force: true })
  })
  const variables = { BREAKGLASS_DATABASE: `sqlite:${path}`, BREAKGLASS_CONFIG: config }
  return { night, types: (...words: string[]) => breakglass(words, variables) }
}

const me = userInfo().username

it('pause and resume: beside a running bot, which gives no access meanwhile, as the system’s user', async () => {
  const { night, types } = await begin()
  await night.asks('U0ANN')
  const id = await night.newest()
  const paused = await types('pause', 'somebody', 'is in', 'our Slack')
  expect(paused).toMatchObject({ code: 0, err: '' })
  expect(paused.out).toContain('Paused: no access is given until two of the security people resume.')
  expect(await night.approves('U0LEE', id)).toContain(`paused by operator ${me} at`)
  const again = await types('pause', 'me too', '--json')
  expect(again.code).toBe(1)
  expect(JSON.parse(again.out)).toEqual({
    paused: true,
    sentence: expect.stringContaining(`it is paused by operator ${me}`),
  })

  const first = await types('resume', 'a drill', '--json')
  expect(first.code).toBe(1)
  expect(JSON.parse(first.out)).toEqual({ paused: true, sentence: expect.stringMatching(/^1 of 2: another/) })
  expect((await types('resume', 'really')).out).toContain('You agreed to resume already')
  expect(await night.approves('U0LEE', id)).toContain('No access is given just now')
  expect(await night.answerTo((inbox) => resume(night.deps, { by: 'U0SAM', inbox, reason: 'yes' }))).toContain(
    'Resumed',
  )
  expect(await night.approves('U0LEE', id)).toContain('Approved')
  const events = (await night.store.events({ limit: 99 })).filter(({ name }) => name.startsWith('bot.'))
  expect(events.map(({ actor, text }) => [actor, text])).toEqual([
    [`cli:${me}`, 'somebody is in our Slack'],
    [`cli:${me}`, 'a drill'],
    ['U0SAM', 'yes'],
  ])
})

it('resume is 0 for the second of two, and 1 when nothing is paused', async () => {
  const { night, types } = await begin()
  expect(await types('resume', 'why not')).toMatchObject({ code: 1, out: 'Nothing is paused: access can be given.\n' })
  await types('pause', 'a drill')
  await night.answerTo((inbox) => resume(night.deps, { by: 'U0SAM', inbox, reason: 'yes' }))
  expect(await types('resume', 'yes')).toMatchObject({ code: 0, out: 'Resumed: access can be given again.\n' })
  expect(await types('pause', ' ')).toMatchObject({ code: 1, out: 'Say why, too. Nothing was changed.\n' })
})

it('unfreeze: under any name, and without Slack the address of before goes on to count', async () => {
  const { night, types } = await begin()
  await night.asks('U0ANN')
  const has = (subject: string) => night.people.persons.set('U0ANN', accept(makePerson('ann', { subject })))
  for (const name of ['Ann@Example.com', 'U0ANN']) {
    has('boss@example.com')
    await night.asks('U0ANN', 'INC-43 as the boss')
    expect(await night.store.freezes()).toHaveLength(2)
    const { code, out } = await types('unfreeze', name, 'a slip of hers', '--offline', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ unfrozen: true, sentence: 'ann@example.com can be given access again.' })
    expect(await night.store.freezes()).toEqual([])
  }
  expect(await night.store.pinOf('U0ANN')).toBe('ann@example.com')
  has('ann@example.com')
  expect(await night.asks('U0ANN', 'INC-44 as myself again')).toMatch(/^R-/)
  const last = (await night.store.events({ limit: 99 })).findLast(({ name }) => name === 'person.unfrozen')
  expect(last).toMatchObject({ actor: `cli:${me}`, subject: 'ann@example.com', text: 'a slip of hers' })
  expect(await types('unfreeze', 'ben@example.com', 'why not', '--offline')).toMatchObject({ code: 1 })
  const tokens = await types('unfreeze', 'U0ANN', 'without a token')
  expect(tokens).toMatchObject({ code: 2, err: expect.stringContaining('SLACK_BOT_TOKEN') })
})

it('unfreeze asks Slack who that is now, beside the running bot', async () => {
  const town = await startTown()
  await town.asks(town.ann)
  await town.workspace.admin.changesEmail(town.ann, 'ann.lee@example.com')
  await until(async () => (await town.events()).includes('person.frozen'))
  const { code, out } = await breakglass(['unfreeze', 'ann@example.com', 'she has married'], town.variables)
  expect(out).toContain('ann.lee@example.com can be given access again. This is the address that counts from now on')
  expect(code).toBe(0)
  await town.sam.waitsFor('person unfrozen', { in: town.security })
  await town.ann.types('/breakglass orders-read INC-43 under my new name')
  await town.ann.waitsFor(/R-\w{6}: asked for orders-read/)
  await town.workspace.admin.deactivates(town.ann)
  const gone = await breakglass(['unfreeze', 'U0ANN', 'once more'], town.variables)
  expect(gone).toMatchObject({ code: 1, out: expect.stringContaining('Slack does not say who that is now') })
})
