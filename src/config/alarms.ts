import type { Config } from './load.ts'

/** The webhooks that are alarmed beside Slack. */
export function webhooksOf({ file }: Pick<Config, 'file'>) {
  return (file.reveal().alarms ?? []).map(({ webhook }) => webhook)
}
