// @module-tag slow

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DayCourse } from '../../../src/audit/ledger/day-course.js'
import { MerkleTree } from '../../../src/audit/ledger/merkle.js'
import { DAY_MS } from '../archive/record/recorded.js'
import { kwh, SealedData, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves that what a person removes leaves files and database day by day, and that the ledger tells what went, wherever it is killed. */

let data: SealedData
let removing: Removing
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
})
afterEach(() => data.end())

const typo = (ms: number, value: number) => kwh(TS + ms, value, { device: 'typo' })
const readingDays = () => data.said('day').filter(({ rows_of }) => rows_of === 'reading')

test('the day is sealed anew with the number and the root of what went, and the check finds nothing', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5), typo(1, 6)])
  await data.sealing.catchUp()
  // One more waits in a delta.
  await data.recorded.bench.commit([typo(DAY_MS * 20, 7), kwh(TS + DAY_MS * 20, 2)])
  await data.recorded.cut()
  expect(await removing.forget()).toMatchObject({ readings: 3, steps: 2 })
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'm1 2.0'])
  expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'm1 2.0'])
  expect(data.recorded.bench.accounting.readingsForgotten).toBe(3)
  const gone = new MerkleTree()
  for (const [ms, value] of [
    [0, 5],
    [1, 6],
  ] as const) {
    const ts = new Date(TS + ms).toISOString()
    gone.add(`l,typo,energy,elec_import_kwh,kWh,${ts},${value},,good,,${ts},false`)
  }
  const [before, after] = readingDays()
  expect([before!.rows, after!.rows]).toEqual([3, 1])
  expect(after!.removed).toEqual({
    act: 'act-1',
    at: new Date(TS + 5).toISOString(),
    by: 'wei',
    why: 'mistyped',
    devices: ['typo'],
    rows: 2,
    root: gone.root(),
  })
  await data.sealing.catchUp()
  expect(await data.faults(true)).toEqual([])
})

test('the place in the journal says what goes, not the time of arrival', async () => {
  await data.archived([typo(0, 5)])
  await removing.order()
  // It says that it arrived before the order, and stands behind it in the journal.
  await data.archived([typo(1, 6), typo(0, 9)])
  await removing.run()
  expect(await removing.rowsOfFiles()).toEqual(['typo 9.0', 'typo 6.0'])
  expect(await data.faults(true)).toEqual([])
})

test('one day is gone through at a time: after each step files and database hold the same, and there is one note at most', async () => {
  await data.archived([0, 1, 2, 3].flatMap((day) => [typo(day * DAY_MS, 5), kwh(TS + day * DAY_MS, 1)]))
  await removing.order()
  const left = new Set<number>()
  for (let i = 0; data.recorded.bench.accounting.forgetting.length > 0 && i < 500; i++) {
    await removing.step()
    const rows = await removing.rowsOfDatabase()
    expect(await removing.rowsOfFiles()).toEqual(rows)
    left.add(rows.length)
    expect(await data.faults()).toEqual([])
  }
  expect([...left]).toEqual([8, 7, 6, 5, 4])
})

test.each([1, 3, 7])(
  'killed after step %s and every so many further ones it ends the same, and is told once a day',
  async (every) => {
    await data.archived([typo(0, 5), typo(DAY_MS, 6), kwh(TS, 1), kwh(TS + DAY_MS, 2)])
    await data.recorded.bench.commit([typo(2, 7)])
    await removing.order()
    for (let i = 1; data.recorded.bench.accounting.forgetting.length > 0 && i < 500; i++) {
      await removing.step()
      if (i % every === 0 && i < every * 20) {
        await removing.restart()
        expect(await data.faults()).toEqual([])
      }
    }
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'm1 2.0'])
    expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'm1 2.0'])
    expect(data.recorded.bench.accounting.readingsForgotten).toBe(3)
    expect(readingDays().filter(({ removed }) => removed !== undefined)).toHaveLength(2)
    await data.sealing.catchUp()
    expect(await data.faults(true)).toEqual([])
    const rows = await data.recorded.rows()
    await data.recorded.rebuild()
    expect(await data.recorded.rows()).toMatchObject({ reading: rows.reading, series: rows.series })
  },
)

test('a day of which all rows went has no file, and has one again when something comes', async () => {
  await data.archived([typo(0, 5)])
  await removing.forget()
  expect(readingDays().at(-1)).toMatchObject({ files: [], rows: 0, removed: { rows: 1 } })
  expect(await data.faults(true)).toEqual([])
  await data.archived([typo(0, 8)])
  await data.sealing.catchUp()
  expect(readingDays().at(-1)).toMatchObject({ rows: 1, generation: 2 })
  expect(await data.faults(true)).toEqual([])
})

test('a device that sent events alone goes as well, with its connections', async () => {
  const of = { plant: 'p', line: 'l', type: 'comment', ts: TS, receivedAt: TS, fields: { text: 'x' } }
  await data.archived(
    [],
    [
      { ...of, device: 'typo', id: 'a' },
      { ...of, device: 'm1', id: 'b' },
    ],
    [{ plant: 'p', device: 'typo', at: TS, isUp: true }],
  )
  expect(await removing.forget()).toMatchObject({ readings: 0, steps: 2 })
  const gone = data
    .said('day')
    .flatMap(({ rows_of, rows, removed }) => (removed === undefined ? [] : [[rows_of, rows, removed.rows]]))
  expect(gone.sort()).toEqual([
    ['event', 1, 1],
    ['link', 0, 1],
  ])
  expect(await data.faults(true)).toEqual([])
  await data.recorded.rebuild()
  const [devices] = await data.recorded.bench.database.columns('SELECT device FROM event')
  expect(devices).toEqual(['m1'])
})

test('nothing goes on a day that a frozen report rests on, also after the database is made anew', async () => {
  await data.archived([kwh(TS, 1), typo(0, 5), typo(DAY_MS, 6)])
  await data.sealing.catchUp()
  const days = data.entries.filter(({ body }) => body.kind === 'day' && body.day === '2026-10-01').map((e) => e.number)
  const report = { kind: 'report', act: 'frozen', report: 'r', version: 1, sha256: 'a', by: 'Li', days } as const
  await data.ledger.append([report])
  const files = data.recorded.names().filter((name) => name.startsWith('reading'))
  expect(await removing.forget()).toMatchObject({ steps: 0, failure: expect.stringContaining('frozen report r v1') })
  expect(data.recorded.names().filter((name) => name.startsWith('reading'))).toEqual(files)
  const rows = await data.recorded.rows()
  await data.recorded.rebuild()
  expect((await data.recorded.rows()).reading).toEqual(rows.reading)
  // Days that none rests on are free.
  await data.archived([kwh(TS + DAY_MS, 1, { device: 'other' })])
  await removing.start()
  expect((await removing.forget({ devices: ['other'] }))?.failure).toBeUndefined()
})

test('whoever has the key and takes rows away without a word is found out', async () => {
  await data.archived([kwh(TS, 1), kwh(TS + 1, 2)])
  await data.sealing.catchUp()
  const [day] = readingDays()
  await data.ledger.append([{ ...day!, rows: 1 }])
  expect((await data.faults()).join()).toContain('has 1 rows (reading) of p on 2026-10-01 where 2 were sealed before')
})

describe('the course of the days of a ledger', () => {
  const day = (rows: number, removed?: number) =>
    ({
      rows_of: 'reading',
      plant: 'p',
      day: '2026-10-01',
      rows,
      ...(removed !== undefined && { removed: { rows: removed } }),
    }) as const

  test.each([
    ['more rows', 5, undefined, true],
    ['as many', 4, undefined, true],
    ['fewer and no word of it', 3, undefined, false],
    ['fewer, as the removal says', 3, 1, true],
    ['fewer than the removal says', 2, 1, false],
    ['a removal that hides new rows', 4, 1, false],
    ['a removal of nothing', 4, 0, false],
  ] as const)('%s', (_, rows, removed, isFine) => {
    const course = new DayCourse()
    expect(course.day(day(4))).toBeNull()
    expect(course.day(day(rows, removed)) === null).toBe(isFine)
  })

  test('begins anew behind what retention let go of', () => {
    const course = new DayCourse()
    course.day(day(4))
    course.expired('p', '2026-10-02')
    expect(course.day(day(1))).toBeNull()
  })
})
