import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Point } from '../../src/kpi/point.js'
import { Bench } from '../support/engine.js'
import {
  connection,
  DAY_MS,
  eventsOf,
  incidents,
  linksOf,
  machine,
  meter,
  meterConfiguration,
  PLACES,
  plantsOf,
  readingsOf,
  robotConfiguration,
} from '../support/random-plants.js'

describe('in any plant, with gaps, resets, glitches, connections that come and go, shifts and days of 23 and 25 hours', () => {
  test.prop(
    [
      fc.constantFrom(...PLACES),
      fc.tuple(meterConfiguration, robotConfiguration),
      fc.tuple(
        fc.array(meter, { minLength: 1, maxLength: 6, size: 'max' }),
        fc.array(machine, { maxLength: 2, size: 'max' }),
        connection,
        incidents,
      ),
    ],
    { numRuns: 40, seed: Number(process.env.PROPERTY_SEED ?? 2018), interruptAfterTimeLimit: 25_000 },
  )(
    'every figure is finite or says why not',
    async (place, [configured, robot], [meters, machines, minutes, happened]) => {
      const fromMs = Date.parse(place.from)
      const readings = readingsOf(meters, machines, fromMs)
      if (readings.length === 0) return
      const bench = await Bench.open(plantsOf(place.timezone, configured, robot), fromMs - DAY_MS)
      try {
        const lastMs = readings.at(-1)?.ts ?? fromMs
        await bench.commit(readings, eventsOf(happened, fromMs), linksOf(minutes, fromMs, lastMs))
        bench.tick(lastMs + 70 * DAY_MS)
        await bench.settle()
        await bench.cycle()
        const points = await bench.points()
        for (const point of points) expectSound(point)
      } finally {
        await bench.close()
      }
    },
    120_000,
  )
})

/** No KPI shows 0, NaN or Infinity for what is not known. */
function expectSound(point: Point): void {
  const { stream, value, reason, numerator, denominator, coverage, estimatedShare } = point
  const what = `${stream.scope} ${stream.id} ${stream.kpi} ${stream.window} ${new Date(point.startMs).toISOString()}`
  expect(value === null, `${what}: value ${value}, reason "${reason}"`).toBe(reason !== '')
  for (const number of [value ?? 0, numerator, denominator, coverage, estimatedShare]) {
    expect(Number.isFinite(number), `${what}: ${number}`).toBe(true)
  }
  expect(coverage, what).toBeGreaterThanOrEqual(0)
  expect(coverage, what).toBeLessThanOrEqual(1 + 1e-9)
  expect(estimatedShare, what).toBeLessThanOrEqual(1 + 1e-9)
  // A time account is never null: what no state holds is time_unknown. Source: KPI specification §3.
  if (coverage === 0 && !stream.kpi.startsWith('time_')) expect(value, what).toBeNull()
}
