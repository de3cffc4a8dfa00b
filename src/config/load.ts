import { readFileSync } from 'node:fs'
import { ADAPTERS } from '../adapters/registry.ts'
import type { Policy } from '../core/policy.ts'
import { checkAccounts } from './checks/accounts.ts'
import { type Checked, checkAdapters, type Definitions } from './checks/adapters.ts'
import { checkChannels } from './checks/channels.ts'
import { checkGlass } from './checks/glass.ts'
import { checkQuorum } from './checks/quorum.ts'
import { checkReferences } from './checks/references.ts'
import { checkRules } from './checks/rules.ts'
import { draftOf } from './draft.ts'
import { frozen } from './frozen.ts'
import { policyOf } from './policy.ts'
import { type Fault, type Finding, Report } from './report.ts'
import { credentialsIn, type ScheduleSetup, schedulesOf } from './schedules.ts'
import { type ConfigFile, configFile } from './schema/file.ts'
import { checkAgainst } from './schema-check.ts'
import { Secret } from './secret.ts'
import { secretsIn } from './secret-values.ts'
import { readSource, type Source, unreadable } from './source.ts'
import type { Variables } from './variables.ts'

/** How to reach a target: for `open` of the adapter definition of that kind. */
export interface TargetSetup {
  readonly kind: string
  readonly settings: Secret<unknown>
}

/** A checked config, frozen. */
export interface Config {
  readonly policy: Policy
  readonly targets: ReadonlyMap<string, TargetSetup>
  /** How to ask the on-call schedules, by the name of the group. */
  readonly schedules: ReadonlyMap<string, Secret<ScheduleSetup>>
  /** The whole file as checked, defaults filled in, for features that the policy does not hold yet. */
  readonly file: Secret<ConfigFile>
  /** What must never be seen: what came from the environment, passwords and keys. */
  readonly secrets: Secret<readonly string[]>
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly findings: readonly Finding[] }

export interface LoadOptions {
  /**
   * What a `${NAME}` is that the environment does not have. A `finding` lets `check` run without secrets; it is a fault
   * all the same where the rest of the file cannot be checked without the value.
   */
  readonly missingVariables?: 'fault' | 'finding'
  /** The kinds of target, by name; those that come with the bot unless given. */
  readonly adapters?: Definitions
}

/** Reads and checks a config file whole: either every fault with its place, or a frozen config. Never throws. */
export function loadConfig(path: string, variables: Variables, options: LoadOptions = {}): LoadedConfig {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    return check(unreadable(path, whyUnreadable(error)), options)
  }
  return readConfig(text, path, variables, options)
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT')
    return 'there is no such file: write one (breakglass.example.yml is a start), or set BREAKGLASS_CONFIG'
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8 text' : `cannot be read (${code})`
}

/** As `loadConfig`, for text that is at hand; `file` is what faults call it. */
export function readConfig(text: string, file: string, variables: Variables, options: LoadOptions = {}): LoadedConfig {
  return check(readSource(file, text, variables), options)
}

function check(source: Source, { missingVariables = 'fault', adapters = ADAPTERS }: LoadOptions): LoadedConfig {
  const report = new Report(source)
  if (source.value === undefined) return refused(report)
  const file = checkAgainst(configFile, source.value, [], report)
  const draft = draftOf(source.value)
  for (const examine of [checkReferences, checkRules, checkQuorum, checkGlass, checkChannels, checkAccounts])
    examine(draft, report)
  const checked = checkAdapters(draft, adapters, report)
  const blocked = !file && report.faults.length === 0 // nothing is wrong but what a variable should have filled
  report.sayUnset(blocked ? 'fault' : missingVariables)
  if (!file || report.faults.length > 0) return refused(report)
  return { ok: true, config: configOf(file, checked, source), findings: report.findings }
}

function refused({ faults, findings }: Report): LoadedConfig {
  return { ok: false, faults, findings }
}

function configOf(file: ConfigFile, checked: Checked, { used }: Source): Config {
  const targets = [...checked.settings].map(([name, settings]): [string, TargetSetup] => [
    name,
    { kind: checked.definitions.get(name)!.kind, settings: new Secret(frozen(settings)) },
  ])
  return frozen({
    policy: policyOf(file, checked),
    targets: new Map(targets),
    schedules: schedulesOf(file),
    file: new Secret(frozen(file)),
    secrets: new Secret([...used.keys(), ...secretsIn([...used.keys()]), ...secretsIn(file), ...credentialsIn(file)]),
  })
}
