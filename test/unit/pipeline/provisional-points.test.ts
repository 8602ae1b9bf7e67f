import { expect, it } from 'vitest'
import { type Point, type Stream, windowKey } from '../../../src/kpi/windows/point.js'
import { Publisher } from '../../../src/pipeline/publisher.js'

const POINTS = 25_000

it('provisional points go into the store in pieces, those that have waited longest first', async () => {
  let nowMs = 100_000
  const written: Point[][] = []
  const byStream = new Map<Stream, Point>()
  const provisional = Array.from({ length: POINTS }, (_, i) => {
    const stream = { plant: 'p', scope: 'device', id: `d${i}`, kpi: 'energy_elec_import', window: '15m', unit: 'kWh' }
    const point = { stream, startMs: 0, endMs: 900_000, provisional: true } as unknown as Point
    byStream.set(point.stream, point)
    return point
  })
  const parts = {
    store: { writeWith: async (points: readonly Point[]) => void written.push([...points]) },
    engine: {
      nowMs: 0,
      redo: { isUnsaved: false, saved: () => undefined },
      checkpoints: { takeUnsaved: () => [] },
      restatements: { takeUnsaved: () => [] },
      progress: () => ({}),
      firstOpen: ({ stream }: Point) => byStream.get(stream) ?? null,
      stored: () => undefined,
    },
    alarms: { judge: async () => undefined, takeUnsaved: () => null },
    clock: { nowMs: () => nowMs },
  }
  const publisher = new Publisher(
    parts.store as never,
    parts.engine as never,
    parts.alarms as never,
    parts.clock as never,
  )
  await publisher.publish({ final: [], provisional, dropped: [] })
  for (let turn = 0; turn < 5; turn++) {
    nowMs += 10_000
    await publisher.publish({ final: [], provisional: [], dropped: [] })
  }
  expect(written.map((points) => points.length)).toEqual([10_000, 10_000, 5_000])
  expect(written.flat().map(windowKey)).toEqual(provisional.map(windowKey))
})
