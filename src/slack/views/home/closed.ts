import type { HomeView, KnownBlock } from '@slack/types'
import type { Refusal } from '../../../core/result.ts'
import { HOME_ACTION } from '../../ids.ts'
import { sentence } from '../../markup.ts'
import { actions, button, section } from '../blocks.ts'

/** Who is nobody here reads one sentence; who could not be looked up may try again. */
export function closedHome({ code, sentence: why }: Refusal): HomeView {
  const blocks: KnownBlock[] = [section(sentence(why))]
  return { type: 'home', blocks: code === 'look-up-failed' ? [...blocks, actions(refreshButton('{}'))] : blocks }
}

/** Draws Home anew. @param value which part of each list is shown */
export function refreshButton(value: string) {
  return button({ action: HOME_ACTION.refresh, label: 'Refresh', value, spoken: 'Refresh: draw this page anew' })
}
