import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Database } from '../../../src/archive/database.js'
import { type Point, type Stream, windowKey } from '../../../src/kpi/windows/point.js'
import { DuckdbStore } from '../../../src/stores/duckdb.js'
import { UNITS } from '../../support/series.js'

const HOUR_MS = 3_600_000
const FROM_MS = Date.parse('2025-07-01T00:00:00Z')

const energy: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '1h', unit: 'kWh' }
const factor: Stream = { ...energy, scope: 'device', id: 'm1', kpi: 'power_factor', unit: '1' }
const elsewhere: Stream = { ...energy, plant: 'q', id: 'q' }

/** The point of hour `hour` of a stream. */
function pointOf(stream: Stream, hour: number, of: Partial<Point> = {}): Point {
  const startMs = FROM_MS + hour * HOUR_MS
  const figure = { value: hour + 0.1, reason: '', numerator: hour + 0.1, denominator: 1, coverage: 1 } as const
  const rest = { estimatedShare: 0, flags: 0, factors: [], provisional: false, rev: 0 }
  return { stream, startMs, endMs: startMs + HOUR_MS, ...figure, ...rest, ...of }
}

const all = { fromMs: -8.64e15, toMs: 8.64e15, limit: 1000 }
const byKey = (points: readonly Point[]) => [...points].sort((a, b) => (windowKey(a) < windowKey(b) ? -1 : 1))

describe('the KPI points in the embedded database', () => {
  let database: Database
  let store: DuckdbStore
  const open = () => DuckdbStore.open(database, UNITS)
  beforeEach(async () => {
    database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
    store = await open()
  })
  afterEach(() => database.close())

  test('of two points of one window in one batch the later one counts', async () => {
    const provisional = pointOf(energy, 1, { provisional: true })
    await store.write([provisional, pointOf(energy, 1)])
    expect(await store.points({ ...energy, ...all })).toEqual([pointOf(energy, 1)])
  })

  test('a final point takes the place of a provisional one, and only then it counts as final', async () => {
    const provisional = pointOf(energy, 1, { provisional: true })
    await store.write([provisional, pointOf(energy, 0)])
    expect([await store.open(), await store.finalCount()]).toEqual([[provisional], 1])
    expect([await store.provisionalCount(0), await store.provisionalCount(store.changesEnd)]).toEqual([1, 0])
    await store.write([pointOf(energy, 1)])
    expect([await store.open(), await store.finalCount()]).toEqual([[], 2])
    expect(await store.provisionalCount(0)).toBe(0)
  })

  test('an open window that nobody makes any more is removed, and no other with it', async () => {
    const provisional = pointOf(energy, 2, { provisional: true })
    await store.write([pointOf(energy, 1), provisional, pointOf(factor, 2)])
    await store.remove([provisional])
    expect(await store.points({ ...energy, ...all })).toEqual([pointOf(energy, 1)])
    expect([await store.open(), await store.finalCount()]).toEqual([[], 2])
  })

  test('the newest final of every stream is the one that starts last, in whatever order they were written', async () => {
    await store.write([pointOf(energy, 5), pointOf(energy, 6, { provisional: true }), pointOf(factor, 1)])
    await store.write([pointOf(energy, 2), pointOf(elsewhere, 3)])
    const newest = [pointOf(energy, 5), pointOf(factor, 1), pointOf(elsewhere, 3)]
    expect(byKey(await store.newestFinal())).toEqual(byKey(newest))
  })

  test('of some streams what ends in a time: its end included, its start not, months whenever they began', async () => {
    const month: Stream = { ...energy, window: '1mo' }
    const whole = pointOf(month, -700, { endMs: FROM_MS + 2 * HOUR_MS })
    await store.write([whole, ...[0, 1, 2].flatMap((hour) => [energy, factor].map((stream) => pointOf(stream, hour)))])
    const found = await store.endingIn([energy, month], FROM_MS + HOUR_MS, FROM_MS + 2 * HOUR_MS)
    expect(byKey(found)).toEqual(byKey([pointOf(energy, 1), whole]))
    expect(await store.endingIn([elsewhere], FROM_MS, FROM_MS + HOUR_MS)).toEqual([])
  })

  test('between two instants: every stream of one plant, the start included, the end not', async () => {
    const points = [1, 2, 3].flatMap((hour) => [energy, factor, elsewhere].map((stream) => pointOf(stream, hour)))
    await store.write(points)
    const found = await store.between('p', FROM_MS + HOUR_MS, FROM_MS + 3 * HOUR_MS)
    const expected = points.filter((p) => p.stream.plant === 'p' && p.startMs < FROM_MS + 3 * HOUR_MS)
    expect(found).toEqual(new Map(byKey(expected).map((point) => [windowKey(point), point])))
  })

  test('all of it is there when it is opened again', async () => {
    const provisional = pointOf(factor, 2, { provisional: true })
    await store.write([pointOf(energy, 1, { rev: 3 }), provisional])
    const again = await open()
    expect(await again.points({ ...energy, ...all })).toEqual([pointOf(energy, 1, { rev: 3 })])
    expect(await again.open()).toEqual([provisional])
    await again.write([pointOf(energy, 1, { rev: 4 }), pointOf(energy, 0)])
    expect((await again.points({ ...energy, ...all })).map((p) => [p.startMs, p.rev])).toEqual([
      [FROM_MS, 0],
      [FROM_MS + HOUR_MS, 4],
    ])
  })

  test('a stream that was never written is empty, not an error', async () => {
    await store.write([])
    expect([await store.newestFinal(), await store.open()]).toEqual([[], []])
  })
})
