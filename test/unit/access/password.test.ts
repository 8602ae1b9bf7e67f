import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  hashPassword,
  isOutdated,
  isPassword,
  isPhc,
  newPassword,
  PASSWORD_LENGTH,
  passwordProblem,
  SCRYPT_COST,
} from '../../../src/access/password.js'
import { CHEAP } from '../../support/gate.js'

test('a password is kept as scrypt in PHC form, each time with another salt', async () => {
  const kept = await hashPassword('correct horse battery', CHEAP)
  expect(kept).toMatch(/^\$scrypt\$ln=1,r=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await hashPassword('correct horse battery', CHEAP)).not.toBe(kept)
  const [, , , salt = '', hash = ''] = kept.split('$')
  const expected = scryptSync('correct horse battery', Buffer.from(salt, 'base64'), 32, { N: 2, r: 1, p: 1 })
  expect(Buffer.from(hash, 'base64')).toEqual(expected)
})

test('only the same password is right, however its letters were typed', async () => {
  const kept = await hashPassword('Gr\u00fcn gedreht 7', CHEAP)
  expect(await isPassword('Gru\u0308n gedreht 7', kept)).toBe(true)
  expect(await isPassword('Grun gedreht 7', kept)).toBe(false)
  expect(await isPassword('', kept)).toBe(false)
})

test.each(['', 'plain', '$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA', '$argon2id$v=19$m=1$x$y'])(
  'no password is right for %j, and nothing is computed for it',
  async (kept) => {
    expect(isPhc(kept)).toBe(false)
    expect(await isPassword('anything', kept)).toBe(false)
  },
)

test('what was hashed at less cost than now is outdated; the cost of now takes 32 MiB', async () => {
  expect(isOutdated(await hashPassword('a long password', CHEAP))).toBe(true)
  expect(isOutdated(await hashPassword('a long password', CHEAP), CHEAP)).toBe(false)
  expect(128 * SCRYPT_COST.r * 2 ** SCRYPT_COST.ln).toBe(32 * 1024 * 1024)
})

test.each([
  ['eleven char', 'a password has 12 to 256 characters; this one has 11'],
  ['twelve chars', null],
  ['x'.repeat(257), 'a password has 12 to 256 characters; this one has 257'],
  ['abababababab', 'a password has at least five different characters'],
  ['Wang.Wei1234', 'a password is more than the name'],
])('%s: %s', (password, problem) => {
  expect(passwordProblem(password, 'wang.wei')).toBe(problem)
})

test('a password that is made is long, and another each time', () => {
  expect(newPassword()).toMatch(/^([a-km-np-z2-9]{6}-){3}[a-km-np-z2-9]{6}$/)
  expect(newPassword().length).toBeGreaterThan(PASSWORD_LENGTH.min)
  expect(newPassword()).not.toBe(newPassword())
})
