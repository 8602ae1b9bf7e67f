import { expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const METRIC = 'elec_import_kwh'
const START = Date.parse('2025-01-05T00:00:00Z')
const NOW = Date.parse('2025-07-31T10:30:00Z')
const PLANT = plantOf({ devices: [{ id: 'a', role: 'sub', metrics: { [METRIC]: {} } }] })

/** A register of a meter for so many hours of the past, each minute. */
function hours(from: number, to: number): Reading[] {
  return Array.from({ length: (to - from) * 60 }, (_, i) => {
    const minute = from * 60 + i
    const ts = START + minute * MINUTE_MS
    return reading({ device: 'a', metric: METRIC, ts, value: minute / 100, receivedAt: NOW })
  })
}

/** Windows that go on are computed as often as somebody looks at them. */
const isFinal = ({ provisional }: Point) => !provisional

async function figures(killsBehind: readonly number[]) {
  const bench = await Bench.open([PLANT], 0)
  try {
    for (const [i, block] of [hours(0, 5), hours(5, 10), hours(10, 15)].entries()) {
      await bench.commit(block)
      // All that came before is in the points; of this record nothing is.
      if (killsBehind.includes(i)) await bench.restart()
      await bench.settle()
    }
    const points = await bench.store.between('p', START, START + 15 * 60 * MINUTE_MS)
    return new Map([...points.values()].filter(isFinal).map((point) => [windowKey(point), point.value]))
  } finally {
    await bench.close()
  }
}

test('of a record that was archived and not computed when the gateway was killed no figure is missing', async () => {
  const expected = await figures([])
  expect(expected.size).toBeGreaterThan(100)
  expect(await figures([1])).toEqual(expected)
  expect(await figures([2])).toEqual(expected)
  expect(await figures([0, 1, 2])).toEqual(expected)
})
