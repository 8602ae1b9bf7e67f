import { expect, test } from 'vitest'
import { withoutSecrets } from '../../../src/access/secret.js'
import { secretsOf, shownUrl } from '../../../src/notify/sender.js'

test.each([
  ['https://ha.example.com:8123/api/webhook/dGh9x2', 'https://ha.example.com:8123/…'],
  ['https://ops:p%40ss@example.com/robot/send?access_token=abc', 'https://example.com/…'],
  ['http://10.0.0.5/', 'http://10.0.0.5'],
])('of %s only where it leads is shown', (address, shown) => {
  expect(shownUrl(new URL(address))).toBe(shown)
})

test('what the other side repeats of an address is hidden, as it stands there, as it is meant and as it is sent', () => {
  const url = new URL('https://ops-7:p%40ss-word@ha.example.com/api/webhook/dGh9x2?key=hunter2')
  const said = (text: string) => withoutSecrets(text, secretsOf(url))
  expect(said('no hook dGh9x2 here')).toBe('no hook (secret) here')
  expect(said('Cannot POST /api/webhook/dGh9x2?key=hunter2')).toBe('Cannot POST (secret)?key=(secret)')
  expect(said('p@ss-word and p%40ss-word of ops-7')).toBe('(secret) and (secret) of (secret)')
  expect(said(`Basic ${Buffer.from('ops-7:p@ss-word').toString('base64')} is wrong`)).toBe('Basic (secret) is wrong')
  expect(said('the webhook is not known to the api')).toBe('the webhook is not known to the api')
})
