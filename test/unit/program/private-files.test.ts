/** A data directory that is made is closed to other users of the machine; one that they can read is found. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makePrivate, openToOthers } from '../../../src/program/private-files.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-private-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a folder that is made is for its user alone; one that is there keeps its mode', () => {
  const [made, kept] = [join(dir, 'a', 'data'), join(dir, 'kept')]
  makePrivate(made)
  expect(statSync(made).mode & 0o777).toBe(0o700)
  mkdirSync(kept)
  chmodSync(kept, 0o755)
  makePrivate(kept)
  expect(statSync(kept).mode & 0o777).toBe(0o755)
})

test('what others can read is named, with the remedy', () => {
  for (const folder of ['journal', 'access']) mkdirSync(join(dir, folder))
  for (const [name, mode] of [
    ['archive.duckdb', 0o644],
    ['journal/1.log', 0o644],
    ['journal/2.log', 0o600],
    ['access/people.json', 0o644],
  ] as const) {
    writeFileSync(join(dir, name), '')
    chmodSync(join(dir, name), mode)
  }
  chmodSync(join(dir, 'journal'), 0o755)
  chmodSync(join(dir, 'access'), 0o700)
  chmodSync(dir, 0o700)
  expect(openToOthers(dir)).toBe(null)
  chmodSync(dir, 0o755)
  expect(openToOthers(dir)).toEqual({
    found: `${dir} is open to every user of this machine (0755): archive.duckdb (0644), journal/1.log (0644)`,
    remedy: expect.stringContaining(`chmod -R go-rwx ${dir}`),
  })
})

test('a group is let in on purpose, and a folder that is not there is open to nobody', () => {
  chmodSync(dir, 0o750)
  expect(openToOthers(dir)).toBe(null)
  expect(openToOthers(join(dir, 'none'))).toBe(null)
})
