import { expect, test } from 'vitest'
import { patienceMs } from '../../../src/notify/mail.js'

test('a server has the ten minutes of RFC 5321 for a mail with files, so that it does not come twice', () => {
  expect(patienceMs([])).toBeLessThan(60_000)
  expect(patienceMs([{ filename: 'a.pdf' }])).toBe(600_000)
})
