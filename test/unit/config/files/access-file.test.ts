import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withLock, writeWhole } from '../../../../src/config/files/access-file.js'

const newFile = () => join(mkdtempSync(join(tmpdir(), 'access-')), 'access', 'credentials.json')
/** No system gives so high a number to a process. */
const DEAD_PID = 2 ** 30

test('a file is there whole, for its owner alone, and nothing is left beside it', () => {
  const file = newFile()
  writeWhole(file, 'first')
  writeWhole(file, 'second')
  expect(readFileSync(file, 'utf8')).toBe('second')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(file, '..'))).toEqual(['credentials.json'])
})

test('the lock is there while the work is done, also when that throws, and not after', () => {
  const file = newFile()
  const seen = withLock(file, () => existsSync(`${file}.lock`))
  expect(seen).toBe(true)
  expect(() =>
    withLock(file, () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(readdirSync(join(file, '..'))).toEqual([])
})

test('a lock of a process that is gone is taken over at once', () => {
  const file = newFile()
  writeWhole(`${file}.lock`, `${hostname()} ${DEAD_PID} 1\n`)
  const startMs = performance.now()
  expect(withLock(file, () => 'done')).toBe('done')
  expect(performance.now() - startMs).toBeLessThan(5000)
  expect(readdirSync(join(file, '..'))).toEqual([])
})

test('a lock of another machine is taken over when it is older than any command takes', () => {
  const file = newFile()
  writeWhole(`${file}.lock`, `elsewhere 1 1\n`)
  utimesSync(`${file}.lock`, 1, 1)
  expect(withLock(file, () => 'done')).toBe('done')
})

test('a lock that another has taken over in between is not removed', () => {
  const file = newFile()
  withLock(file, () => writeFileSync(`${file}.lock`, 'elsewhere 1 1\n'))
  expect(existsSync(`${file}.lock`)).toBe(true)
})
