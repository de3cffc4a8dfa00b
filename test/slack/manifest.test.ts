import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { MANIFEST } from './bot.ts'

const SCHEMA = '../shared/slack/manifest.schema.2.0.0.json'
const manifest = parse(MANIFEST)

describe('the manifest', () => {
  it.runIf(existsSync(SCHEMA))('is valid by Slack’s schema', () => {
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')))
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
