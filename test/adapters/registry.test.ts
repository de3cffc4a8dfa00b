import { expect, it } from 'vitest'
import { ADAPTERS, openLazily } from '../../src/adapters/registry.ts'

const setup = (kind: string, url: string) => ({ kind, settings: { reveal: () => ({ url }) } })

it('knows every kind by its name, with what approvers should be told', () => {
  for (const [kind, definition] of ADAPTERS) expect(definition.kind).toBe(kind)
  expect([...ADAPTERS.keys()]).toContain('postgres')
})

it('opens a target once, at its first use', async () => {
  const adapters = openLazily(new Map([['db', setup('postgres', 'postgres://h/d')]]))
  const adapter = await adapters.of('db')
  expect(adapter).toBeDefined()
  expect(await adapters.of('db')).toBe(adapter)
  expect(await adapters.of('elsewhere')).toBeUndefined()
})

it('tries again after a target could not be opened', async () => {
  const targets = new Map([['db', setup('postgres', 'no url')]])
  const adapters = openLazily(targets)
  await expect(adapters.of('db')).rejects.toThrow()
  targets.set('db', setup('postgres', 'postgres://h/d'))
  await expect(adapters.of('db')).resolves.toBeDefined()
})
