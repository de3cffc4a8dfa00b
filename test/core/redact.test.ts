import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactorOf } from '../../src/core/redact.ts'

const none = redactorOf([])

describe('a redactor', () => {
  it.each([
    ['token xoxb-12-34-abcDEF is bad', 'token [redacted] is bad'],
    ['xapp-1-A0-99-deadbeef', '[redacted]'],
    ['postgres://admin:p@ss:w/ord@db.example.com/x?y=1', 'postgres://admin:[redacted]@db.example.com/x?y=1'],
    ['Authorization: Bearer abcdefghijklmnop.qr', 'Authorization: Bearer [redacted]'],
    ['https://hooks.slack.com/services/T0/B0/xyz done', 'https://hooks.slack.com/[redacted] done'],
    ['password=hunter22 user=ann', 'password=[redacted] user=ann'],
    ["{'secret': 'abc def'}", "{'secret': '[redacted]'}"],
    ['-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\nrest', '[redacted]\nrest'],
    ['-----BEGIN EC PRIVATE KEY-----\nMC4C cut off', '[redacted]'],
    ['eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl', '[redacted]'],
  ])('knows %s by its look', (text, clean) => {
    expect(none.text(text)).toBe(clean)
  })

  it.each([
    'Copy it again from Basic Information → App Credentials.',
    'targets.hook.settings.secret: is missing',
    'PostgreSQL says: role "orders_read" does not exist (42704)',
    'see https://example.com:8443/breakglass and ann@example.com',
    'R-7KQ2M4: you did not get orders-read. The webhook answered 503. You can ask again.',
  ])('leaves “%s” alone', (sentence) => {
    expect(none.text(sentence)).toBe(sentence)
  })

  it('takes out what it knows by heart, in every form in which it could be written', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 40, unit: 'binary' }), fc.string(), (secret, around) => {
        const { text } = redactorOf([secret])
        const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]
        for (const form of forms) expect(text(`<${form}>`)).toBe('<[redacted]>')
        expect(text(around + secret).includes(secret)).toBe(false)
      }),
    )
  })

  it('takes out the longer of two secrets of which one holds the other', () => {
    expect(redactorOf(['abcd', 'abcdefgh']).text('abcdefgh')).toBe('[redacted]')
  })

  it('keeps a line of JSON one of the same shape, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ minLength: 4 }), (value, secret) => {
        const line = redactorOf([secret]).line(`${JSON.stringify({ level: 30, value })}\n`)
        expect(line.endsWith('\n')).toBe(true)
        expect(Object.keys(JSON.parse(line))).toHaveLength(2)
      }),
    )
  })
})
