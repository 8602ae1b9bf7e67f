import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FrozenDays } from '../../../../src/audit/reports/frozen-days.js'

/** Proves that days of frozen reports are known also behind a ledger that was begun anew. */

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** 2026-10-01. */
const DAY = 20_727
const snapshotOf = (plant: string) => {
  const files = [{ kind: 'reading', plant, day: DAY, generation: 1, name: 'of no matter', bytes: 1, sha256: '' }]
  return JSON.stringify({ format: 1, files, entries: [7] })
}
const stateOf = (status: string) => JSON.stringify({ format: 1, item: { status } })

function put(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), text)
}

const NEW_LEDGER = { frozenBy: () => null }

test('a day is that of a report which the ledger does not know, and the days beside it are not', () => {
  put('a.ghg.2026-10/v1/state.json', stateOf('frozen'))
  put('a.ghg.2026-10/v1/snapshot.json', snapshotOf('a'))
  const days = new FrozenDays(dir, NEW_LEDGER)
  expect(days.frozenBy('reading', 'a', '2026-10-01')).toBe('a.ghg.2026-10 v1')
  expect(days.frozenBy('reading', 'a', '2026-10-02')).toBeNull()
  expect(days.frozenBy('event', 'a', '2026-10-01')).toBeNull()
  expect(days.frozenBy('reading', 'b', '2026-10-01')).toBeNull()
})

test('the ledger is asked first, and an unfinished version and a draft protect nothing', () => {
  put('a.ghg.2026-10/v1/state.json', stateOf('draft'))
  put('a.ghg.2026-10/v2.unfinished/snapshot.json', snapshotOf('a'))
  expect(new FrozenDays(dir, NEW_LEDGER).frozenBy('reading', 'a', '2026-10-01')).toBeNull()
  expect(new FrozenDays(dir, { frozenBy: () => 'told v3' }).frozenBy('reading', 'a', '2026-10-01')).toBe('told v3')
  expect(new FrozenDays(join(dir, 'none'), NEW_LEDGER).frozenBy('reading', 'a', '2026-10-01')).toBeNull()
})

test.each([
  ['its list is damaged', { 'state.json': stateOf('frozen'), 'snapshot.json': '{' }],
  ['its list is gone', { 'state.json': stateOf('verified') }],
  ['nothing of it can be read', { 'state.json': '{' }],
])('a frozen report that cannot be read protects every day: %s', (_, files) => {
  for (const [name, text] of Object.entries(files)) put(`a.ghg.2026-10/v1/${name}`, text)
  expect(new FrozenDays(dir, NEW_LEDGER).frozenBy('reading', 'b', '2026-12-01')).toMatch(/^a\.ghg\.2026-10 v1 \(/)
})
