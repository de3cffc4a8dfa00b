import { parse } from 'yaml'
import { z } from 'zod'

const shape = z.looseObject({
  display_information: z.looseObject({ name: z.string() }),
  features: z
    .looseObject({
      app_home: z
        .looseObject({
          home_tab_enabled: z.boolean().optional(),
          messages_tab_enabled: z.boolean().optional(),
          messages_tab_read_only_enabled: z.boolean().optional(),
        })
        .optional(),
      shortcuts: z
        .array(z.looseObject({ type: z.enum(['message', 'global']), callback_id: z.string(), name: z.string() }))
        .optional(),
      slash_commands: z.array(z.looseObject({ command: z.string(), should_escape: z.boolean().optional() })).optional(),
    })
    .optional(),
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()).optional() }).optional() }).optional(),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).optional() }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
})

/** What an app manifest says that Slack acts on. */
export interface Manifest {
  readonly name: string
  readonly scopes: ReadonlySet<string>
  /** Each slash command, and whether Slack escapes people and channels in its text. */
  readonly commands: ReadonlyMap<string, { readonly escapes: boolean }>
  readonly events: ReadonlySet<string>
  /** Each shortcut by its callback id: its name, and whether it stands in the menu of messages or in the search. */
  readonly shortcuts: ReadonlyMap<string, { readonly name: string; readonly type: 'message' | 'global' }>
  /** Whether the app has a Home tab. */
  readonly hasHome: boolean
  /** Whether there is a direct conversation with the bot, and whether people can write in it. */
  readonly takesMessages: boolean
  readonly isReadOnly: boolean
  readonly isInteractive: boolean
}

/** Reads a manifest given as YAML or JSON text, or already parsed. Throws if it is none. */
export function readManifest(manifest: unknown): Manifest {
  const { display_information, features, oauth_config, settings } = shape.parse(
    typeof manifest === 'string' ? parse(manifest) : manifest,
  )
  const commands = features?.slash_commands ?? []
  return {
    name: display_information.name,
    scopes: new Set(oauth_config?.scopes?.bot ?? []),
    commands: new Map(commands.map((one) => [one.command, { escapes: one.should_escape ?? false }])),
    events: new Set(settings?.event_subscriptions?.bot_events ?? []),
    shortcuts: new Map((features?.shortcuts ?? []).map((one) => [one.callback_id, { name: one.name, type: one.type }])),
    hasHome: features?.app_home?.home_tab_enabled ?? false,
    takesMessages: features?.app_home?.messages_tab_enabled ?? false,
    isReadOnly: features?.app_home?.messages_tab_read_only_enabled ?? false,
    isInteractive: settings?.interactivity?.is_enabled ?? false,
  }
}
