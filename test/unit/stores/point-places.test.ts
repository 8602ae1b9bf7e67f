import { DuckDBInstance } from '@duckdb/node-api'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { Database } from '../../../src/archive/database.js'
import { type Point, type Stream, windowKey } from '../../../src/kpi/windows/point.js'
import { DuckdbStore } from '../../../src/stores/duckdb.js'
import { PointPlaces } from '../../../src/stores/point-places.js'
import { UNITS } from '../../support/series.js'

const HOUR_MS = 3_600_000
const streams: readonly Stream[] = ['a', 'b', 'c'].map((id) => ({
  plant: 'p',
  scope: 'device',
  id,
  kpi: 'energy_elec_import',
  window: '1h',
  unit: 'kWh',
}))

function pointOf(stream: number, hour: number, value: number | null): Point {
  const startMs = hour * HOUR_MS
  const figure = { value, reason: value === null ? 'no_data' : '', numerator: value ?? 0, denominator: 1 } as const
  const rest = { coverage: 1, estimatedShare: 0, flags: 0, factors: [], provisional: false, rev: 0 }
  return { stream: streams[stream]!, startMs, endMs: startMs + HOUR_MS, ...figure, ...rest }
}

const point = fc.record({ stream: fc.nat(2), hour: fc.nat(24 * 5), value: fc.option(fc.nat(99)) })
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: fc.array(point, { minLength: 1, maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: point }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
)

describe('points in any order', { tags: ['slow'] }, () => {
  property.prop([fc.array(act, { maxLength: 12 }), fc.array(point, { minLength: 1, maxLength: 8 })], { numRuns: 60 })(
    'whatever was written in whatever order, each point is found where it is, once',
    async (acts, wanted) => {
      const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
      try {
        let store = await DuckdbStore.open(database, UNITS)
        const truth = new Map<string, Point>()
        for (const one of acts) {
          if ('write' in one) {
            const points = one.write.map(({ stream, hour, value }) => pointOf(stream, hour, value))
            await store.write(points)
            for (const written of points) truth.set(windowKey(written), written)
          } else if ('remove' in one) {
            const gone = pointOf(one.remove.stream, one.remove.hour, null)
            await store.remove([gone])
            truth.delete(windowKey(gone))
          } else store = await DuckdbStore.open(database, UNITS)
        }
        const stored = await store.between('p', 0, 1e15)
        expect([...stored.keys()].sort()).toEqual([...truth.keys()].sort())
        const found = await store.at(wanted.map(({ stream, hour }) => pointOf(stream, hour, null)))
        for (const { stream, hour } of wanted) {
          const key = windowKey(pointOf(stream, hour, null))
          expect(found.get(key)?.value).toBe(truth.get(key)?.value)
        }
        for (const [i, stream] of streams.entries()) {
          const points = await store.points({ ...stream, fromMs: 0, toMs: 1e15, limit: 1000 })
          const own = [...truth.values()].filter((one) => one.stream === streams[i])
          expect(points.map(({ startMs, value }) => [startMs, value])).toEqual(
            own.sort((a, b) => a.startMs - b.startMs).map(({ startMs, value }) => [startMs, value]),
          )
        }
      } finally {
        await database.close()
      }
    },
  )
})

test('what is live is looked for behind its last write, what is of a past day among the rows of that day', async () => {
  const places = new PointPlaces()
  await places.loadDays({ columns: async () => [] } as never)
  const write = (streamId: number, hour: number, change: number) => {
    const written = [{ streamId, point: pointOf(streamId, hour, 1) }]
    places.announce(written, change)
    places.written(written, change)
  }
  for (let hour = 0; hour < 48; hour++) write(0, hour, 10 + hour)
  for (let change = 100; change < 200; change++) write(1, 1000, change)
  write(0, 47, 200)
  const groups = places.groups(
    [[1, 1000] as const, [0, 3] as const, [0, 46] as const].map(([streamId, hour]) => ({
      streamId,
      point: pointOf(streamId, hour, 1),
    })),
  )
  expect(groups.map(({ condition }) => condition.slice(condition.indexOf('p.change')))).toEqual([
    'p.change >= 56',
    'p.change BETWEEN 10 AND 33',
  ])
})
