import { expect, test, vi } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const FIRST = Date.parse('2026-01-05T00:00:00Z')
const DEVICES = ['a', 'b', 'c']
const PLANT = plantOf({
  devices: DEVICES.map((id) => ({ id, role: 'sub', metrics: { elec_import_kwh: { period_s: 60 } } })),
})

/** Registers that go up by 1 kWh a minute. */
function meters(fromMs: number, toMs: number, everyMs = MINUTE_MS): Reading[] {
  const readings: Reading[] = []
  for (let ts = fromMs; ts < toMs; ts += everyMs) {
    for (const device of DEVICES) {
      readings.push(reading({ device, metric: 'elec_import_kwh', ts, value: (ts - FIRST) / MINUTE_MS }))
    }
  }
  return readings
}

/** Counts the readings that queries of the archive give. */
function countingRows(bench: Bench): () => number {
  let rows = 0
  const { database } = bench
  const [columns, chunks] = [database.columns.bind(database), database.chunks.bind(database)]
  vi.spyOn(database, 'columns').mockImplementation(async (sql, parameters) => {
    const found = await columns(sql, parameters)
    if (sql.includes('FROM reading')) rows += found[0]?.length ?? 0
    return found
  })
  vi.spyOn(database, 'chunks').mockImplementation(async (sql, parameters) => {
    const found = await chunks(sql, parameters)
    if (sql.includes('FROM reading')) rows += found.reduce((sum, { rowCount }) => sum + rowCount, 0)
    return found
  })
  return () => rows
}

test('what comes while a start folds its past is folded once: a journal of days is caught up with as it is read', {
  tags: ['slow'],
}, async () => {
  const days = 3
  const bench = await Bench.open([PLANT], FIRST - DAY_MS)
  await bench.commit(meters(FIRST, FIRST + days * DAY_MS))
  await bench.restart()
  const rows = countingRows(bench)
  const stretches = 30
  const stretchMs = DAY_MS / 12
  let steps = 0
  for (let i = 0; i < stretches; i++) {
    const fromMs = FIRST + days * DAY_MS + i * stretchMs
    await bench.commit(meters(fromMs, fromMs + stretchMs))
    await bench.cycle()
    if (!bench.engine.isLatePending) continue
    await bench.cycleLate()
    steps++
  }
  expect(bench.engine.isLatePending).toBe(false)
  // Half a day of points a step.
  expect(steps).toBeLessThan(2 * days + 4)
  // A step reads the days around it; what comes behind them is in memory.
  expect(rows()).toBeLessThan(12 * DEVICES.length * days * (DAY_MS / MINUTE_MS))

  const whole = await Bench.open([PLANT], FIRST - DAY_MS)
  await whole.feed(meters(FIRST, FIRST + days * DAY_MS + stretches * stretchMs))
  const figures = async (of: Bench) => {
    const points = (await of.points()).filter(({ provisional }) => !provisional)
    return new Map(points.map(({ rev: _, ...point }) => [windowKey({ ...point, rev: 0 }), point]))
  }
  expect(await figures(bench)).toEqual(await figures(whole))
  await bench.close()
  await whole.close()
})
