/** The manifest of an app like this bot, as YAML. Tests change it by replacing lines. */
export const manifest = `
display_information:
  name: Breakglass
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
  bot_user:
    display_name: breakglass
  slash_commands:
    - command: /breakglass
      description: Ask for access
      should_escape: true
    - command: /plain
      description: Text as it is typed
oauth_config:
  scopes:
    bot:
      - commands
      - chat:write
      - im:write
      - users:read
      - users:read.email
      - usergroups:read
      - channels:read
      - groups:read
settings:
  interactivity:
    is_enabled: true
  event_subscriptions:
    bot_events:
      - app_home_opened
      - subteam_members_changed
      - user_change
`

/** The manifest without one of its lines. */
export function manifestWithout(line: string): string {
  const lines = manifest.split('\n')
  const kept = lines.filter((one) => one.trim() !== line)
  if (kept.length !== lines.length - 1) throw new Error(`the manifest has no line “${line}”`)
  return kept.join('\n')
}
