/** So many different people of one group. */
export interface Places {
  readonly from: string
  readonly atLeast: number
}

/** The groups by which somebody may take a place; `anywhere`: any place. */
export type Seat = readonly string[] | 'anywhere'

/** What is still to be taken once as many places as possible are. */
export interface Left {
  readonly count: number
  /** Each group of which one more person would bring it further. */
  readonly from: readonly string[]
}

/** Sits everybody down so that as many places as possible are taken; one person takes one place, whatever his groups. */
export function placesLeft(needs: readonly Places[], people: readonly Seat[]): Left {
  const places = needs.flatMap(({ from, atLeast }) => Array.from({ length: atLeast }, () => from))
  const left = (all: readonly Seat[]) => places.length - mostTaken(places, all)
  const count = left(people)
  const helps = ({ from }: Places) => left([...people, [from]]) < count
  return { count, from: count === 0 ? [] : needs.filter(helps).map(({ from }) => from) }
}

/** How many places different people can take (augmenting paths). */
function mostTaken(places: readonly string[], people: readonly Seat[]): number {
  const takenBy = new Map<number, number>()
  const fits = (person: number, place: string) => people[person] === 'anywhere' || people[person]?.includes(place)
  const seat = (person: number, tried: Set<number>): boolean =>
    places.some((name, place) => {
      if (tried.has(place) || !fits(person, name)) return false
      tried.add(place)
      const other = takenBy.get(place)
      if (other !== undefined && !seat(other, tried)) return false
      takenBy.set(place, person)
      return true
    })
  for (const person of people.keys()) if (takenBy.size < places.length) seat(person, new Set())
  return takenBy.size
}

/** `1 of leads and 2 of security`. */
export function placesInWords(needs: readonly Places[]): string {
  return needs.map(({ from, atLeast }) => `${atLeast} of ${from}`).join(' and ')
}
