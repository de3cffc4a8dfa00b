import { z } from 'zod'
import type { Person, Saw } from '../person.ts'
import type { Persona } from './personas.ts'

const message = z.object({ channel: z.string(), ts: z.string() })
const where = z.union([message, z.object({ view: z.string() })])
const pressed = { actionId: z.string(), blockId: z.string().optional(), on: where }

/** What somebody does on the page. */
const action = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('types'), as: z.string(), line: z.string(), in: z.string() }),
  z.object({
    verb: z.literal('presses'),
    as: z.string(),
    ...pressed,
    option: z.unknown().optional(),
    confirm: z.boolean().optional(),
  }),
  z.object({ verb: z.literal('searches'), as: z.string(), ...pressed, query: z.string() }),
  z.object({ verb: z.literal('submits'), as: z.string(), values: z.record(z.string(), z.unknown()) }),
  z.object({ verb: z.literal('closes'), as: z.string() }),
  z.object({ verb: z.literal('opens home'), as: z.string() }),
  z.object({ verb: z.literal('picks'), as: z.string(), callbackId: z.string(), on: message }),
])

type Action = z.infer<typeof action>

/** What the page is told: what Slack itself said of it, or options that were searched for. */
export interface Told {
  readonly error?: string | undefined
  readonly options?: readonly unknown[]
}

/** Does for a persona what the page asks for. What Slack would not let him do comes back as an error in words. */
export async function act(personas: readonly Persona[], asked: unknown): Promise<Told> {
  const read = action.safeParse(asked)
  if (!read.success) return { error: z.prettifyError(read.error) }
  const person = personas.find((persona) => persona.person.id === read.data.as)?.person
  if (!person) return { error: `nobody on this page is ${read.data.as}` }
  try {
    return await doFor(person, read.data)
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

async function doFor(person: Person, asked: Action): Promise<Told> {
  switch (asked.verb) {
    case 'types':
      if (asked.line.startsWith('/')) return told(await person.types(asked.line, { in: asked.in }))
      person.says(asked.line, { in: asked.in })
      return {}
    case 'presses': {
      const { option, confirm, blockId } = asked
      const options = {
        ...(blockId === undefined ? {} : { blockId }),
        ...(option === undefined ? {} : { option }),
        ...(confirm === undefined ? {} : { confirm }),
      }
      return told(await person.presses(asked.actionId, seenAt(person, asked.on), options))
    }
    case 'searches':
      return { options: await person.searches(asked.actionId, seenAt(person, asked.on), asked.query) }
    case 'submits':
      return told(await person.submits(asked.values))
    case 'closes':
      await person.closes()
      return {}
    case 'opens home':
      await person.opensHome()
      return {}
    case 'picks':
      return told(await person.picks(asked.callbackId, messageAt(person, asked.on)))
  }
}

function told({ error }: Saw): Told {
  return { error }
}

/** The message, modal or Home that is meant, as the person sees it now. */
function seenAt(person: Person, on: z.infer<typeof where>) {
  if ('view' in on) {
    const view = [person.modal, person.home].find((one) => one?.id === on.view)
    if (!view) throw new Error('that view is not open any more')
    return view
  }
  return messageAt(person, on)
}

function messageAt(person: Person, on: z.infer<typeof message>) {
  const found = person.sees(on.channel).find(({ ts }) => ts === on.ts)
  if (!found) throw new Error('that message is not there any more')
  return found
}
