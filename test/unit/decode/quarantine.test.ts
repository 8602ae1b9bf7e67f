import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RejectReason } from '../../../src/base/reasons.js'
import { Quarantine, type Rejected } from '../../../src/decode/quarantine.js'
import { nodeDisk } from '../../../src/journal/disk.js'

/** A message that somebody dismisses no longer waits; nothing of it is lost, and it stays so after a restart. */

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'quarantine-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const SAID = { by: 'Wang', at: '2026-11-24T09:00:00.000Z', note: 'a test of the fitter' }

function rejected(id: string, reason: RejectReason = 'bad_unit', detail = 'wrong'): Rejected {
  const rejections = [{ index: 0, reason, detail }]
  const item = { id, received_at: '2026-11-24T08:00:00.000Z', topic: 'plants/p/l/d/energy', client: 'c' }
  return { item: { ...item, size_bytes: 2, sample: '{}', reason, rejections, count: 1 }, isWhole: true, entry: '' }
}

const ALL = { before: null, limit: 10 } as const

test('a dismissed message no longer waits, and is listed with who, when and why', () => {
  const quarantine = Quarantine.open(nodeDisk, dir)
  quarantine.keep([rejected('1-0'), rejected('2-0', 'bad_json')])
  expect(quarantine.dismiss('1-0', SAID)).toMatchObject({ id: '1-0', dismissed: SAID })
  expect(quarantine.waiting({})).toEqual({ bad_json: 1 })
  expect(quarantine.dismissed({})).toEqual({ bad_unit: 1 })
  expect(quarantine.query({ ...ALL, state: 'waiting' }).map(({ id }) => id)).toEqual(['2-0'])
  expect(quarantine.query({ ...ALL, state: 'dismissed' })).toMatchObject([{ id: '1-0', dismissed: SAID }])
  expect(quarantine.query(ALL).map(({ id }) => id)).toEqual(['2-0', '1-0'])
  quarantine.close()
})

test('who dismissed it first stays, and so it does after a restart and after a retry that failed', () => {
  const before = Quarantine.open(nodeDisk, dir)
  before.keep([rejected('1-0')])
  before.dismiss('1-0', SAID)
  before.dismiss('1-0', { ...SAID, by: 'Li' })
  before.renew(rejected('1-0', 'bad_unit', 'still wrong'))
  before.close()
  const after = Quarantine.open(nodeDisk, dir)
  const [item] = after.query(ALL)
  expect(item).toMatchObject({ dismissed: SAID, rejections: [{ detail: 'still wrong' }] })
  expect(after.waiting({})).toEqual({})
  after.close()
})

test('a message that goes through after all is no longer listed, and one that is not there cannot be dismissed', () => {
  const quarantine = Quarantine.open(nodeDisk, dir)
  quarantine.keep([rejected('1-0')])
  quarantine.dismiss('1-0', SAID)
  quarantine.release('1-0')
  expect(quarantine.query(ALL)).toEqual([])
  expect(quarantine.dismiss('1-0', SAID)).toBeNull()
  quarantine.close()
})

test('all that wait and that a filter names are dismissed at once, and stay so after a restart', () => {
  const before = Quarantine.open(nodeDisk, dir)
  const early = ['1-0', '2-0', '3-0'].map((id) => rejected(id, id === '2-0' ? 'bad_json' : 'bad_unit'))
  const late = rejected('4-0')
  before.keep([...early, { ...late, item: { ...late.item, received_at: '2026-11-24T08:00:01.000Z' } }])
  before.dismiss('1-0', { ...SAID, by: 'Li' })
  const untilMs = Date.parse('2026-11-24T08:00:00.000Z')
  expect(before.dismissAll({ reason: 'bad_unit', plant: 'other' }, SAID)).toBe(0)
  expect(before.dismissAll({ reason: 'bad_unit', untilMs }, SAID)).toBe(1)
  before.close()
  const after = Quarantine.open(nodeDisk, dir)
  expect(after.waiting({})).toEqual({ bad_json: 1, bad_unit: 1 })
  expect(after.query({ ...ALL, state: 'dismissed' }).map(({ id, dismissed }) => [id, dismissed?.by])).toEqual([
    ['3-0', 'Wang'],
    ['1-0', 'Li'],
  ])
  expect(after.dismissAll({}, SAID)).toBe(2)
  expect(after.waiting({})).toEqual({})
  after.close()
})

test('as many as a quarantine holds are dismissed within a moment and take little room', () => {
  const quarantine = Quarantine.open(nodeDisk, dir)
  quarantine.keep(Array.from({ length: 25_000 }, (_, i) => rejected(`${i + 1}-0`)))
  const bytes = () => readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)
  const kept = bytes()
  expect(quarantine.dismissAll({}, { ...SAID, note: 'x'.repeat(500) })).toBe(25_000)
  expect(bytes() - kept).toBeLessThan(25_000 * 20)
  quarantine.close()
})

test('pages begin behind any id, also of a message that is gone', () => {
  const quarantine = Quarantine.open(nodeDisk, dir)
  quarantine.keep(['9-0', '10-0', '10-1', '10-10', '200-0'].map((id) => rejected(id)))
  quarantine.release('10-1')
  const behind = (before: string | null) => quarantine.query({ before, limit: 2 }).map(({ id }) => id)
  expect(behind(null)).toEqual(['200-0', '10-10'])
  expect(behind('10-10')).toEqual(['10-0', '9-0'])
  expect(behind('10-1')).toEqual(['10-0', '9-0'])
  expect(behind('9-0')).toEqual([])
  expect(behind('99999-0')).toEqual(['200-0', '10-10'])
  expect(behind('nonsense')).toEqual([])
  quarantine.close()
})
