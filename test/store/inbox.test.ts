import { describe, expect, it } from 'vitest'
import { StaleState } from '../../src/core/store.ts'
import { openStore, reopen } from './database.ts'
import { makeEvent, makeInboxRow, T0 } from './make.ts'

const answers = { inbox: 'envelope-1', at: T0 + 1, sentence: 'You asked for it.' }

describe('what Slack sent', () => {
  it('is kept as it came', async () => {
    const { store, path } = await openStore()
    expect(await store.receive(makeInboxRow())).toEqual({ fresh: true, row: makeInboxRow() })
    expect(await (await reopen(path)).inboxRow('envelope-1')).toEqual(makeInboxRow())
    expect(await store.inboxRow('envelope-2')).toBeUndefined()
  })

  it('a second time is the row that is there already, with its answer', async () => {
    const { store } = await openStore()
    await store.receive(makeInboxRow())
    const twin = makeInboxRow({ body: 'other', receivedAt: T0 + 5 })
    expect(await store.receive(twin)).toEqual({ fresh: false, row: makeInboxRow() })
    await store.commit({ answers })
    const answered = makeInboxRow({ doneAt: answers.at, answer: answers.sentence })
    expect(await store.receive(twin)).toEqual({ fresh: false, row: answered })
  })

  it('a thousand times at once is fresh once', async () => {
    const { store } = await openStore()
    const all = await Promise.all(Array.from({ length: 1_000 }, () => store.receive(makeInboxRow())))
    expect(all.filter(({ fresh }) => fresh)).toHaveLength(1)
  })

  it('is answered once, together with what came of it', async () => {
    const { store } = await openStore()
    await store.receive(makeInboxRow())
    await store.commit({ answers, events: [makeEvent()] })
    await expect(store.commit({ answers, events: [makeEvent()] })).rejects.toThrow(StaleState)
    expect(await store.events({ limit: 9 })).toHaveLength(1)
    expect(await store.claim('answer', 9, T0 + 1)).toMatchObject([
      { effect: { kind: 'answer', inbox: 'envelope-1', dueAt: answers.at } },
    ])
  })

  it('cannot be answered when it was never received', async () => {
    const { store } = await openStore()
    await expect(store.commit({ answers })).rejects.toThrow(StaleState)
  })

  it('waits, oldest first, until it is answered, and is forgotten only then', async () => {
    const { store } = await openStore()
    for (const [index, id] of ['c', 'a', 'b'].entries()) {
      await store.receive(makeInboxRow({ id, receivedAt: T0 - index }))
    }
    await store.commit({ answers: { ...answers, inbox: 'a' } })
    expect((await store.unanswered()).map(({ id }) => id)).toEqual(['b', 'c'])
    await store.forgetInbox(T0 - 1)
    expect(await store.inboxRow('a')).toBeDefined()
    await store.forgetInbox(T0 + 1)
    expect(await store.inboxRow('a')).toBeUndefined()
    expect(await store.unanswered()).toHaveLength(2)
  })
})
