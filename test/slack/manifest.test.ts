import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
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

  it('asks for no history and no files', () => {
    const { bot } = manifest.oauth_config.scopes
    expect(bot.filter((scope: string) => /history|files|admin/.test(scope))).toEqual([])
    expect(bot).toEqual([...new Set(bot)])
  })
})
