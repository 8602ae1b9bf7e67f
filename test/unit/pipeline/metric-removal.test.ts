// @module-tag slow

import { afterEach, beforeEach, expect, test } from 'vitest'
import { removalFindings } from '../../../src/audit/verify/removals.js'
import { DAY_MS } from '../archive/record/recorded.js'
import { kwh, SealedData, TS } from '../audit/ledger/sealed-data.js'
import { Removing } from './removing.js'

/** Proves that of a device one metric alone is removed, that the ledger tells which, and that a kill at any step changes nothing of it. */

const ODD = 'elec_imprt_kwh'
const WISH = { devices: ['m1'], metrics: [ODD] }
let data: SealedData
let removing: Removing
beforeEach(async () => {
  data = await SealedData.begin()
  removing = new Removing(data)
})
afterEach(() => data.end())

const odd = (ms: number, value: number) => kwh(TS + ms, value, { metric: ODD })
const removedDays = () => data.said('day').flatMap(({ rows_of, removed }) => (removed ? [{ rows_of, ...removed }] : []))
const metricsThere = async () => {
  const [metrics = []] = await data.recorded.bench.database.columns('SELECT metric FROM series ORDER BY metric')
  return metrics
}

test('its readings leave files and database, all else of the device stays, and the ledger names the metric', async () => {
  const comment = { plant: 'p', line: 'l', device: 'm1', id: 'a', type: 'comment', ts: TS, receivedAt: TS }
  await data.archived(
    [kwh(TS, 1), odd(0, 5), odd(1, 6)],
    [{ ...comment, fields: { text: 'x' } }],
    [{ plant: 'p', device: 'm1', at: TS, isUp: true }],
  )
  await data.sealing.catchUp()
  // One more waits in a delta.
  await data.recorded.bench.commit([odd(DAY_MS * 20, 7), kwh(TS + DAY_MS * 20, 2)])
  await data.recorded.cut()
  expect(await removing.forget(WISH)).toMatchObject({ readings: 3, steps: 2 })
  expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'm1 2.0'])
  expect(await removing.rowsOfDatabase()).toEqual(['m1 1.0', 'm1 2.0'])
  expect(await metricsThere()).toEqual(['elec_import_kwh'])
  const { bench } = data.recorded
  expect(bench.accounting.readingsForgotten).toBe(3)
  expect(bench.senders.find('p', 'm1')).toBeDefined()
  expect((await bench.database.columns('SELECT id FROM event'))[0]).toEqual(['a'])
  expect(removedDays()).toMatchObject([{ rows_of: 'reading', devices: ['m1'], metrics: [ODD], rows: 2 }])
  await data.sealing.catchUp()
  expect(await data.faults(true)).toEqual([])
})

test('what is sent of it behind the order stays, though it is older', async () => {
  await data.archived([odd(0, 5), kwh(TS, 1)])
  await removing.order(WISH)
  await data.archived([odd(1, 6), odd(0, 9)])
  await removing.run()
  expect((await removing.rowsOfFiles()).toSorted()).toEqual(['m1 1.0', 'm1 6.0', 'm1 9.0'])
  expect(await metricsThere()).toEqual(['elec_import_kwh', ODD])
  expect(await data.faults(true)).toEqual([])
})

test.each([1, 3])(
  'killed after step %s and every so many further ones it ends the same, also made anew',
  async (every) => {
    await data.archived([odd(0, 5), odd(DAY_MS, 6), kwh(TS, 1), kwh(TS + DAY_MS, 2)])
    await data.recorded.bench.commit([odd(2, 7)])
    await removing.order(WISH)
    for (let i = 1; data.recorded.bench.accounting.forgetting.length > 0 && i < 500; i++) {
      await removing.step()
      if (i % every === 0 && i < every * 20) {
        await removing.restart()
        expect(await data.faults()).toEqual([])
      }
    }
    expect(await removing.rowsOfFiles()).toEqual(['m1 1.0', 'm1 2.0'])
    expect(data.recorded.bench.accounting.readingsForgotten).toBe(3)
    expect(removedDays()).toHaveLength(2)
    await data.sealing.catchUp()
    expect(await data.faults(true)).toEqual([])
    const rows = await data.recorded.rows()
    await data.recorded.rebuild()
    expect(await data.recorded.rows()).toMatchObject({ reading: rows.reading, series: rows.series })
  },
)

test('nothing goes on a day that a frozen report rests on', async () => {
  await data.archived([kwh(TS, 1), odd(0, 5), odd(DAY_MS, 6)])
  await data.sealing.catchUp()
  const days = data.entries.filter(({ body }) => body.kind === 'day' && body.day === '2026-10-01').map((e) => e.number)
  const report = { kind: 'report', act: 'frozen', report: 'r', version: 1, sha256: 'a', by: 'Li', days } as const
  await data.ledger.append([report])
  expect(await removing.forget(WISH)).toMatchObject({
    steps: 0,
    failure: expect.stringContaining('frozen report r v1'),
  })
  expect(removing.failed).toEqual(['m1: the frozen report r v1 rests on a day of it'])
  expect(await removing.rowsOfFiles()).toHaveLength(3)
})

test('whoever verifies a report reads which metric of which device went', () => {
  const removed = { act: 'a', at: '2026-10-02T00:00:00Z', by: 'wei', why: 'mistyped', rows: 2, root: '00' }
  const day = { number: 7, plant: 'p', day: '2026-10-01', removed: { ...removed, devices: ['m1'], metrics: [ODD] } }
  const [finding] = removalFindings([day], new Map([['p', { last: '2026-10-31' }]]))
  expect(finding!.text.en).toMatch(/^2 rows of elec_imprt_kwh of m1 of p were removed by order of /)
  expect(finding!.text.zh).toMatch(/^p 的 m1 的 elec_imprt_kwh 共 2 行/)
})
