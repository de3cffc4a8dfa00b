import { it } from 'vitest'
import { expectFaults, expectFindings, written } from './written.ts'

const webhook = (url: string, secret = 'of-the-alarm') => `{ webhook: { url: "${url}", secret: ${secret} } }`

it('takes several receivers, and acts on them', () => {
  const alarms = `alarms: [${webhook('https://a.example.com/x')}, ${webhook('http://b.example.com')}]`
  expectFindings(written({ alarms }), [])
})

it.each([
  ['one address twice', `alarms: ▸[${webhook('https://a.example.com')}, ${webhook('https://a.example.com')}]`, 'twice'],
  [
    'a name and password in the address',
    `alarms: [{ webhook: { url: ▸"https://me:pw@a.example.com", secret: of-the-alarm } }]`,
    'without a user name',
  ],
  ['no address at all', `alarms: [{ webhook: { url: ▸"https://[", secret: of-the-alarm } }]`, 'must be an address'],
  ['a secret that is none', `alarms: [{ webhook: { url: "https://a.example.com", secret: ▸short } }]`, '8'],
  [
    'more than can be told at once',
    `alarms: ▸[${Array.from({ length: 17 }, (_, index) => webhook(`https://a${index}.example.com`)).join(', ')}]`,
    'at most 16',
  ],
  ['nobody', 'alarms: ▸[]', 'alarms nobody'],
])('refuses %s', (_, alarms, words) => {
  expectFaults(written({ alarms }), [words])
})
