import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/slack/command-line.ts'
import { asTyped } from '../../src/slack/typed-line.ts'
import { makeEntitlement, makePolicy, makeRule } from '../support/make.ts'

const MINUTE = 60_000
const policy = makePolicy({
  entitlements: new Map([
    ['orders-read', makeEntitlement()],
    ['orders-write', makeEntitlement({ id: 'orders-write', rules: [makeRule({ defaultPurpose: undefined })] })],
  ]),
})

const read = (line: string) => readCommandLine(line, policy)
const ask = (words: string, ttlMs?: number) => ({ verb: 'ask', entitlement: 'orders-read', ttlMs, words })

describe('a line', () => {
  it.each([
    ['orders-read 15m INC-42 replica lag', ask('INC-42 replica lag', 15 * MINUTE)],
    ['orders-read INC-42 replica lag', ask('INC-42 replica lag')],
    ['Orders-READ 1h30m why', ask('why', 90 * MINUTE)],
    ['  orders-read\t15m\n why  so ', ask('why so', 15 * MINUTE)],
    ['orders-read incident &lt;500&gt; &amp; rising', ask('incident <500> & rising')],
    ['orders-read 15m <@U1|ann> asked in <#C1|ops>', ask('@ann asked in #ops', 15 * MINUTE)],
    [
      'orders-read 15m see <https://x.example/a?b=1&amp;c=2|x.example>',
      ask('see https://x.example/a?b=1&c=2', 15 * MINUTE),
    ],
    ['orders-read INC-15 15m is too long', ask('INC-15 15m is too long')],
    ['help', { verb: 'help' }],
    ['HELP me', { verb: 'help' }],
    ['List', { verb: 'list' }],
    ['Mine', { verb: 'mine' }],
    ['cancel R-7KQ2M4', { verb: 'cancel', request: 'R-7KQ2M4' }],
    ['end g-7kq2m4', { verb: 'end', request: 'R-7KQ2M4' }],
    ['revoke G-7KQ2M4 leaked', { verb: 'revoke', request: 'R-7KQ2M4', reason: 'leaked' }],
    ['revoke <@U1|ann lee> laptop &amp; phone', { verb: 'revoke-person', whom: 'U1', reason: 'laptop & phone' }],
    ['REVOKE ALL attack', { verb: 'revoke-person', whom: 'all', reason: 'attack' }],
  ])('%j is understood', (line, meant) => expect(read(line)).toEqual(meant))

  it.each([
    ['', '/breakglass orders-read 15m INC-42'],
    ['   ', '/breakglass help'],
    ['orders-read', 'Say why you need orders-read'],
    ['orders-read 15m', 'Say why you need orders-read'],
    ['orders-write', '/breakglass orders-write 15m incident INC-42'],
    ['orders-read 30 why', 'Did you mean 30m?'],
    ['orders-read 15min why', 'Did you mean 15m?'],
    ['orders-read 20minutes why', 'Did you mean 20m?'],
    ['orders-read 2hours why', '“2hours” is no length of time: write it like 15m or 1h30m. If'],
    ['orders-read 503 errors', '“503” is no length of time: write it like 15m or 1h30m. If'],
    ['orders-read 15M why', 'Did you mean 15m?'],
    ['orders-read 0m why', '“0m” is no length'],
    ['orders-read 1.5h why', '“1.5h” is no length'],
    ['orders-read 1m1h why', '“1m1h” is no length'],
    ['orders-read ١٥m why', 'That is no length'],
    ['orders-read 999d why', '“999d” is no length'],
    ['order-read why', 'Did you mean orders-read?'],
    ['frobnicate why', '“frobnicate” is nothing that can be asked for'],
    ['<@U1|ann> why', 'nothing that can be asked for'],
    ['__proto__ why', 'nothing that can be asked for'],
  ])('%j opens the form; where that fails, it is answered with what would be right', (line, part) => {
    expect(read(line)).toMatchObject({ verb: 'form', sentence: expect.stringContaining(part) })
  })

  it.each([
    [
      'extend G-7KQ2M4 20m INC-42 still &amp; again',
      { verb: 'extend', ttlMs: 20 * 60_000, words: 'INC-42 still & again' },
    ],
    ['EXTEND r-7kq2m4 1h30m why', { verb: 'extend', ttlMs: 90 * 60_000, words: 'why' }],
    ['extend R-7KQ2M4', { verb: 'extend-form', entry: { ttlMs: undefined, words: '', faults: {} } }],
    ['extend R-7KQ2M4 15m', { verb: 'extend-form', entry: { ttlMs: 15 * 60_000, words: '' } }],
    ['extend R-7KQ2M4 still at it', { verb: 'extend-form', entry: { ttlMs: undefined, words: 'still at it' } }],
    [
      'extend R-7KQ2M4 30 why',
      { verb: 'extend-form', entry: { faults: { ttl: expect.stringContaining('no length') } } },
    ],
  ])('“%s” asks for more time, or opens its form', (text, line) => {
    const read = readCommandLine(text, policy)
    expect(read).toMatchObject(line)
    expect(read.verb === 'extend' ? read.request : read.verb === 'extend-form' && read.entry.request).toBe('R-7KQ2M4')
  })

  it.each([
    ['pause somebody is &lt;in&gt;', { verb: 'pause', reason: 'somebody is <in>' }],
    ['RESUME it was a drill', { verb: 'resume', reason: 'it was a drill' }],
    ['unfreeze <@U1|ann> I called her', { verb: 'unfreeze', whom: 'U1', reason: 'I called her' }],
  ])('“%s” is for the security people', (text, line) => {
    expect(readCommandLine(text, policy)).toEqual(line)
  })

  it.each([
    ['extend', 'Which one?'],
    ['extend orders-read 15m why', 'Type it like /breakglass extend R-7KQ2M4'],
    ['nudge', 'Which one?'],
    ['pause', 'Say why, too: /breakglass pause REASON'],
    ['resume  ', 'Say why, too: /breakglass resume REASON'],
    ['unfreeze ann ok', 'Say whom and why: /breakglass unfreeze @PERSON REASON'],
    ['unfreeze @ann ok', 'Pick the person from the list'],
    ['unfreeze <@U1|ann>', 'Say whom and why: /breakglass unfreeze @PERSON REASON'],
    ['cancel', 'Which one?'],
    ['cancel 7KQ2M4', '/breakglass cancel R-7KQ2M4'],
    ['end R-7KQ2M4 R-7KQ2M5', 'One at a time'],
    ['revoke', 'Say whose access'],
    ['revoke R-7KQ2M4', 'Say why, too: /breakglass revoke R-7KQ2M4 REASON'],
    ['revoke <@U1|ann>', 'Say why, too: /breakglass revoke @ann REASON'],
    ['revoke all', 'Say why, too'],
    ['revoke @ann stolen', 'Pick the person from the list'],
    ['revoke ann stolen', 'Say whose access'],
  ])('%j is answered with what would be right', (line, part) => {
    const meant = read(line)
    expect(meant).toMatchObject({ verb: 'wrong', sentence: expect.stringContaining(part) })
  })

  it.each([
    ['', {}],
    ['orders-read', { entitlement: 'orders-read' }],
    ['Orders-Read 20m', { entitlement: 'orders-read', ttlMs: 20 * MINUTE }],
    [
      'orders-read 30 INC-42 lag',
      { entitlement: 'orders-read', words: 'INC-42 lag', faults: { ttl: /30.*no length/ } },
    ],
    [
      'order-read 20m INC-42 lag',
      { ttlMs: 20 * MINUTE, words: 'INC-42 lag', faults: { entitlement: /Did you mean orders-read/ } },
    ],
    ['nothing 30 why', { words: 'why', faults: { entitlement: /nothing that can/, ttl: /no length/ } }],
  ])('%j opens the form with what was typed, and what is wrong', (line, entry) => {
    const { faults = {}, ...rest } = entry as { faults?: Record<string, RegExp> }
    const meant = read(line)
    if (meant.verb !== 'form') throw new Error(`it was ${meant.verb}`)
    expect(meant.entry).toMatchObject({ from: 'line', purpose: undefined, words: '', ...rest })
    expect(Object.keys(meant.entry.faults)).toEqual(Object.keys(faults))
    for (const [field, pattern] of Object.entries(faults))
      expect(meant.entry.faults).toHaveProperty(field, expect.stringMatching(pattern))
  })

  it('with a number at the place of the length is never a reason', () => {
    for (const word of ['30', '15min', '1h 30m'.split(' ')[0] ?? '', '5x', '٣', '0', '15m,']) {
      const meant = read(`orders-read ${word} because`)
      expect(meant.verb === 'ask' ? meant.ttlMs : undefined, word).toBe(word === '1h' ? 60 * MINUTE : undefined)
    }
  })

  it('does not repeat what could mislead', () => {
    const meant = read('&lt;!channel&gt;*now* why')
    expect(JSON.stringify(meant)).not.toContain('channel')
  })
})

describe('Slack’s escaping', () => {
  it.each([
    ['&lt;@U1&gt;', '<@U1>'],
    ['&amp;lt;', '&lt;'],
    ['<@U1>', '@U1'],
    ['<@U1|ann>', '@ann'],
    ['<#C1>', '#C1'],
    ['<#C1|>', '#C1'],
    ['<!here>', '@here'],
    ['<!channel|channel>', '@channel'],
    ['<!subteam^S1|@leads>', '@leads'],
    ['<!subteam^S1>', '@S1'],
    ['<!date^1^{date}|1 Jan>', '1 Jan'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<https://x.example>', 'https://x.example'],
    ['a < b', 'a < b'],
  ])('%s is read as %s', (sent, typed) => expect(asTyped(sent)).toBe(typed))
})
