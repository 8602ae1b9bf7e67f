import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentOfNamed, sizeOfNamed, UnreadableFile, whyUnreadable } from '../../../src/program/named-file.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  writeFileSync(join(dir, 'a.csv'), 'ts,kWh\n')
  mkdirSync(join(dir, 'folder.csv'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('what is there is read', () => {
  expect(contentOfNamed(join(dir, 'a.csv')).toString()).toBe('ts,kWh\n')
  expect(sizeOfNamed(join(dir, 'a.csv'))).toBe(7)
})

test.each([
  ['nothing.csv', /^there is no file .*nothing\.csv$/],
  ['folder.csv', /^.*folder\.csv is a folder: name a file$/],
  ['a.csv/b.csv', /^there is no file .*b\.csv: a part of its path is a file, not a folder$/],
])('%s is told in plain words', (name, sentence) => {
  for (const read of [contentOfNamed, sizeOfNamed]) {
    expect(() => read(join(dir, name))).toThrow(UnreadableFile)
    expect(() => read(join(dir, name))).toThrow(sentence)
  }
})

test('who may not read it is told so, and what is rare by the code of the system', () => {
  const of = (code: string) => whyUnreadable('/x', Object.assign(new Error('raw words'), { code }))
  expect(of('EACCES')).toBe('/x cannot be read: this user may not (EACCES)')
  expect(of('EIO')).toBe('/x cannot be read (EIO)')
  expect(whyUnreadable('/x', new Error('it is odd'))).toBe('/x cannot be read: it is odd')
})
