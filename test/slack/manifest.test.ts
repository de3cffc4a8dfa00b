import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SHORTCUT } from '../../src/slack/ids.ts'
import { itWithShared, readShared } from '../support/shared.ts'
import { MANIFEST } from './bot.ts'

const manifest = parse(MANIFEST)

describe('the manifest', () => {
  itWithShared('is valid by Slack’s schema', () => {
    const schema = z.fromJSONSchema(readShared('manifest.schema.2.0.0.json') as Parameters<typeof z.fromJSONSchema>[0])
    expect(schema.safeParse(manifest).error?.issues ?? []).toEqual([])
  })

  it('lets people be picked from a list, direct messages arrive, and Socket Mode be used', () => {
    expect(manifest.features.slash_commands[0].should_escape).toBe(true)
    expect(manifest.features.app_home.messages_tab_enabled).toBe(true)
    expect(manifest.settings.socket_mode_enabled).toBe(true)
    expect(manifest.settings.interactivity.is_enabled).toBe(true)
  })

  it('has Home, of whose opening the bot is told, and a shortcut on messages with a name that Slack shows whole', () => {
    expect(manifest.features.app_home.home_tab_enabled).toBe(true)
    expect(manifest.settings.event_subscriptions.bot_events).toContain('app_home_opened')
    const [shortcut] = manifest.features.shortcuts
    expect(shortcut).toMatchObject({ name: 'Ask for emergency access', type: 'message', callback_id: SHORTCUT })
    expect(shortcut.name.length).toBeLessThanOrEqual(24)
  })

  it('hints at every verb that one types without thinking of others', () => {
    const { usage_hint: hint } = manifest.features.slash_commands[0]
    for (const verb of ['list', 'mine', 'cancel', 'end', 'extend', 'nudge', 'emergency', 'revoke', 'help']) {
      expect(hint).toMatch(new RegExp(`\\b${verb}\\b`))
    }
    expect(hint.length).toBeLessThanOrEqual(1_000)
  })

  it('asks for no history and no files', () => {
    const { bot } = manifest.oauth_config.scopes
    expect(bot.filter((scope: string) => /history|files|admin/.test(scope))).toEqual([])
    expect(bot).toEqual([...new Set(bot)])
  })
})
