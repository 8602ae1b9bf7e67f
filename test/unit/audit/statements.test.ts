import { afterEach, beforeEach, expect, test } from 'vitest'
import { withOrigin } from '../../../src/base/entry-origin.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import type { Report } from '../../../src/base/report.js'
import { figureValue, reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const DAY_MS = 86_400_000
const START = Date.parse('2026-10-01T00:00:00Z')
const plant = plantOf({ devices: [{ id: 'main-1', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }] })

/** 100 kWh a day for four days. */
const READINGS: readonly Reading[] = Array.from({ length: 4 * 24 + 1 }, (_, i) =>
  reading({ metric: 'elec_import_kwh', device: 'main-1', ts: START + i * 3_600_000, value: (i * 100) / 24 }),
)

function said(id: string, type: string, fields: Record<string, unknown>): DeviceEvent {
  return { plant: 'p', line: 'office', device: 'office', id, type, ts: START, receivedAt: START + 5 * DAY_MS, fields }
}
const bill = (id: string, amount: number, to = '2026-10-04') =>
  said(id, 'bill', {
    metric: 'elec_import_kwh',
    amount,
    from: '2026-10-01',
    to,
    author: 'zhang',
    document: `invoice ${id}`,
  })

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open([plant], START - DAY_MS)
})
afterEach(() => bench.close())

async function reported(...events: DeviceEvent[]): Promise<Report> {
  await bench.commit(READINGS, events)
  bench.tick(START + 6 * DAY_MS)
  await bench.settle()
  return reportOf(bench, { from: '2026-10-01', to: '2026-10-05', now: '2026-10-07T00:00:00.000Z' })
}

const rowsOf = (report: Report, id: string) =>
  report.sections.flatMap(({ tables }) => tables).find((table) => table.id === id)?.rows ?? []

test('a bill stands beside what the meter counted on its days, with difference and verdict', async () => {
  const report = await reported(bill('a', 303), bill('b', 330), bill('c', 400, '2026-10-07'))
  expect(figureValue(report, 'p/bill/a/metered')).toBe('300')
  expect(figureValue(report, 'p/bill/a/difference')).toBe('3')
  expect(figureValue(report, 'p/bill/a/share')).toBe('1')
  const verdicts = rowsOf(report, 'bills').map(({ cells }) => (cells.at(-1) as { text: { en: string } }).text.en)
  expect(verdicts).toEqual(['agrees', 'differs', 'not known: a day of the bill has no figure'])
  expect(figureValue(report, 'p/bill/c/metered')).toBeNull()
})

test('what was withdrawn is listed with who withdrew it and why, and compared with nothing', async () => {
  const at = new Date(START).toISOString()
  const report = await reported(
    bill('a', 303),
    said('w', 'withdrawn', { of: 'a', at, author: 'li', reason: 'typing error' }),
  )
  expect(report.figures['p/bill/a/metered']).toBeUndefined()
  const [entry] = rowsOf(report, 'entries')
  expect(JSON.stringify(entry)).toContain('withdrawn')
  expect(JSON.stringify(entry)).toContain('li: typing error')
})

test('an entry says where it came from, and a report of which no entry does has no such column', async () => {
  const origin = { kind: 'person', account: 'zhang', approver: 'li' } as const
  const scale = { kind: 'device', device: 'main-1', ingress: 'mqtt', client: 'plc-7' } as const
  const report = await reported(
    { ...bill('a', 303), fields: withOrigin(bill('a', 303).fields, origin) },
    { ...bill('b', 303), fields: withOrigin(bill('b', 303).fields, scale) },
    bill('c', 303),
  )
  const cells = rowsOf(report, 'entries').map(({ cells }) => (cells.at(-1) as { text: { en: string } }).text.en)
  expect(cells).toEqual([
    'person, account zhang; approved by account li',
    'device main-1 by mqtt, client plc-7',
    'earlier: not recorded',
  ])
  expect(JSON.stringify(report)).not.toContain('$origin')
})

test('a report of before origins were kept has the columns it had', async () => {
  const report = await reported(bill('a', 303))
  expect(rowsOf(report, 'entries')[0]!.cells).toHaveLength(8)
})
