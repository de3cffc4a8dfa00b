import type { Findings } from './report.ts'

/** Smallest share of the kills at which a grant is granting or revoking. */
const CHANGING_SHARE = 0.5
/** With fewer kills, or on a busy machine then, chance decides what comes, so that nothing of it is demanded. */
const KILLS_FOR_ALL = 300

/** What a run must have covered to prove anything; said in words, if it has not. */
export function missingIn(findings: Findings): string[] {
  const { kills, wanted, watch } = findings
  return [
    ...(kills.length < wanted ? [`${kills.length} of ${wanted} kills`] : []),
    ...(watch.ends.length === 0 ? ['no end of access judged'] : []),
    ...(wanted < KILLS_FOR_ALL
      ? []
      : [...missingKills(findings), ...missingEnds(findings), ...missingWeather(findings)]),
  ]
}

function missingKills({ kills, plan }: Findings): string[] {
  const rare = [...plan.hits].filter(([, hits]) => hits < plan.demand).map(([label, hits]) => `${label} (${hits})`)
  const changing = kills.filter((kill) => kill.changing > 0).length
  return [
    ...(rare.length > 0 ? [`labels hit less than ${plan.demand} times: ${rare.join(', ')}`] : []),
    ...(changing < CHANGING_SHARE * kills.length
      ? [`only ${changing} of ${kills.length} kills while a grant was granting or revoking`]
      : []),
    ...(kills.some(({ extending }) => extending > 0) ? [] : ['no kill while somebody was given more time']),
  ]
}

function missingEnds({ wanted, watch, town, ledger }: Findings): string[] {
  return [
    ...(watch.ends.length < wanted / 2 ? [`only ${watch.ends.length} ends judged`] : []),
    ...town.asked
      .filter(({ name }) => !watch.ends.some(({ adapter }) => adapter === name))
      .map(({ name }) => `no end of access judged on ${name}`),
    ...(ledger.grants().some(({ cause }) => cause === 'extended') ? [] : ['no grant was extended']),
  ]
}

function missingWeather({ kills, town }: Findings): string[] {
  const lacking = town.weather.kinds.flatMap((kind) =>
    town.asked
      .filter(({ name }) => !kills.some(({ weather }) => weather[name] === kind))
      .map(({ name }) => `no kill while ${name} was ${kind}`),
  )
  return [...town.weather.neverCame().map((kind) => `it was never ${kind}`), ...lacking]
}
