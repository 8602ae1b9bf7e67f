import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { IssuedProjections } from '../../../src/insight/stage/issued-projection.js'
import { LineFile } from '../../../src/insight/stage/line-file.js'

/** Proves that damage to a file of lines costs the lines that it is in, and no others. */

/** A piece of a disk that reads zeros is longer than what is looked through at once. */
const ZEROS = Buffer.alloc(300 * 1024)

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lines-'))
  path = join(dir, 'lines.jsonl')
})
afterEach(() => rmSync(dir, { recursive: true }))

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null)
const numbers = () => [...new LineFile(path).parsedFrom(0, numberOf, () => {})].map(({ value }) => value)
const last = () => new LineFile(path).lastParsed(numberOf, () => {})

test('a long piece of a line that a kill has left is taken away, and the next line stands by itself', () => {
  writeFileSync(path, '1\n2\n')
  appendFileSync(path, ZEROS)
  expect(last()).toBe(2)
  new LineFile(path).append(['3'])
  expect(numbers()).toEqual([1, 2, 3])
})

test('a long piece alone is no line', () => {
  writeFileSync(path, ZEROS)
  expect(last()).toBe(null)
  new LineFile(path).append(['1'])
  expect(numbers()).toEqual([1])
})

test('the last line that can be read is found before a long one that cannot', () => {
  writeFileSync(path, Buffer.concat([Buffer.from('1\n2\n'), ZEROS, Buffer.from('\n')]))
  expect(last()).toBe(2)
  appendFileSync(path, '3\n')
  expect([last(), numbers()]).toEqual([3, [1, 2, 3]])
})

test('a projection that cannot be read holds up no other', () => {
  const issued = [1, 2, 3].map((day) => ({
    ...{ issuedAtMs: Date.UTC(2026, 0, day), todayMs: Date.UTC(2026, 0, day), version: '1', kpis: [] },
  }))
  const projections = new IssuedProjections(dir)
  for (const one of issued) {
    projections.add(one)
    if (one !== issued[0]) appendFileSync(join(dir, '2026-01.jsonl'), '{"issuedAtMs\n')
  }
  expect(projections.newest).toEqual(issued[2])
  expect(projections.range({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 10 })).toEqual(issued)
})
