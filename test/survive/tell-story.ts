import type { Ledger } from './ledger.ts'
import type { Town } from './town.ts'

const LINES = 40
/** Grants on one access that are told of, the latest. */
const GRANTS = 4

/** What happened to one access, at its target and in the bot's books, in order of time. */
export function tellStory(pair: string, { story, weather, placeOf }: Town, ledger: Ledger): string[] {
  const [login = '', role = ''] = pair.split(' ')
  const { name } = placeOf(pair)
  const grants = ledger
    .grantsOn(login, role)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .slice(-GRANTS)
  const booked = grants.flatMap(({ id }) =>
    ledger.eventsAbout(id).map((event) => ({
      at: Date.parse(event.at),
      words: `bot: ${event.name} ${id} ${event.detail ?? ''}`,
    })),
  )
  return [...story.of(pair), ...booked]
    .toSorted((a, b) => a.at - b.at)
    .slice(-LINES)
    .map(({ at, words }) => `${new Date(at).toISOString().slice(11, 23)} ${weather.at(name, at)}: ${words}`)
}
