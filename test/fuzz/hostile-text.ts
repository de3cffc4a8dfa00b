import fc from 'fast-check'

/** What somebody might type so that Slack, a reader or a program takes it for something else. */
const NASTY: readonly string[] = [
  ...['<!channel>', '<!here|here>', '<!everyone>', '<@U0KIM>', '<@U0EVE|ann>', '<#C0SECURITY>'],
  ...[
    '<!subteam^S0LEADS|@leads>',
    '@channel',
    '@here',
    '@U0KIM',
    '<!date^1^{date}|now>',
    '<!date^1^{time}^https://x|y>',
  ],
  ...['<https://evil.example|orders.example.com>', 'https://evil.example', 'evil.example', '<mailto:a@b.c|ann>'],
  ...['<', '>', '<<', '<@', '<!', '|', '&', '&lt;!channel&gt;', '&amp;lt;', '&gt;', '&#60;!here&#62;', '<b>x</b>'],
  ...['*bold*', '*', '_i_', '_', '~s~', '~', '`code`', '`', '```', '```x```', '> quote', '>>> all', '• one'],
  ...[':rotating_light:', ':+1:', '::', ':tada::tada:', ':skin-tone-2:'],
  ...['approved by lee', 'Approved by <@U0LEE>.', '*Reason*', '#1 03:00:00 access ended', 'R-7KQ2M4', 'G-7KQ2M4'],
  ...['2026-11-22T03:00:00Z', '2026-13-45T99:99:99Z', '{"type":"mrkdwn"}', '__proto__', '$x', '%s', '\\', '"', "'"],
  ...['\n', '\r\n', '\u2028', '\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u0000', '\u0007', '\u001b[31m'],
  ...[
    'e\u0301',
    'a\u0300\u0301\u0302\u0303',
    '\ud800',
    '\udc00',
    '𝒳',
    '😀',
    '👨‍👩‍👧',
    'Ａ',
    'ﬀ',
    'ك',
    '\u{10ffff}',
    '\u{e0041}',
  ],
]

/** Nothing of it is refused: it comes to be shown. */
const SHOWN = NASTY.filter((text) => text.isWellFormed() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text))

/** One code point each, however many UTF-16 units, bytes or entities it takes. */
export const LETTERS = ['&', '<', '"', '𝒳', '😀', '漢', 'a\u0300'.normalize('NFC')] as const

const pieces = (known: readonly string[], unknown: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.array(fc.oneof(fc.constantFrom(...known), unknown), { minLength: 1, maxLength: 10 }),
      fc.constantFrom('', ' '),
    )
    .map(([words, between]) => words.join(between))

const shown = pieces(SHOWN, fc.string({ unit: 'grapheme-ascii', maxLength: 12 }))
const anything = pieces(NASTY, fc.string({ unit: 'binary', maxLength: 8 }))

/** Filled up with one letter to the limit, or to one more. */
const atTheLimit = (most: number) =>
  fc.record({ text: shown, letter: fc.constantFrom(...LETTERS), over: fc.boolean() }).map(({ text, letter, over }) => {
    const points = [...text].slice(0, most)
    return points.join('') + letter.repeat(most - points.length) + (over ? letter : '')
  })

/** Hostile text around a limit of so many code points; most of it is such that it will be shown. */
export function hostileText(most: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: shown },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: atTheLimit(most) },
  )
}
