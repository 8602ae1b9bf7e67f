import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
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

/**
 * Sums whose hours are not all there: the time of a machine is owed also in hours of a long silence, which are not
 * published; a highest value and a count of what one knows of a whole day are no sums of hours.
 */
const NOT_OF_HOURS = new Set(['time_unknown', 'kwh_unknown'])
const SUMS = CATALOGUE.filter(({ id, shape, windows }) => {
  return shape === 'sum' && windows.includes('1h') && windows.includes('1d') && !NOT_OF_HOURS.has(id)
}).map(({ id }) => id)

/** Finite, and equal to a billionth of what was added up. */
function expectSame(found: number, parts: readonly number[], what: string): void {
  const sum = parts.reduce((a, b) => a + b, 0)
  const scale = parts.reduce((a, b) => a + Math.abs(b), 0)
  expect(Math.abs(found - sum), `${what}: ${found} against ${sum}`).toBeLessThanOrEqual(1e-9 * Math.max(1, scale))
}

function inside(points: readonly Point[], of: Point): Point[] {
  return points.filter(({ startMs, endMs }) => of.startMs <= startMs && endMs <= of.endMs)
}

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
    { numRuns: 40, seed: Number(process.env.PROPERTY_SEED ?? 2018), interruptAfterTimeLimit: 40_000 },
  )(
    'every figure is finite or says why not, and sums add up over hours, shifts and days',
    async (place, [configured, robot], [meters, machines, minutes, happened]) => {
      const fromMs = Date.parse(place.from)
      // Without a configuration the integral of kW stands in for a register until that has sent: in an hour before, not in
      // its day. A plant that says what it has knows no such change.
      const isSure = ({ device, metric }: (typeof meters)[number]) =>
        metric !== 'elec_import_kw' || (configured.isConfigured && device === 'a')
      const readings = readingsOf(meters.filter(isSure), machines, fromMs)
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
        const byStream = grouped(points)
        for (const [key, ofStream] of byStream) {
          const [unit, kpi, window] = key.split('|') as [string, string, string]
          if (!SUMS.includes(kpi) || (window !== '1d' && window !== '1mo')) continue
          const parts = byStream.get(`${unit}|${kpi}|${window === '1d' ? '1h' : '1d'}`) ?? []
          for (const point of ofStream) {
            const own = inside(parts, point)
            expectSame(
              point.numerator,
              own.map(({ numerator }) => numerator),
              `${key} ${new Date(point.startMs).toISOString()}`,
            )
          }
        }
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
  if (coverage === 0) expect(value, what).toBeNull()
}

function grouped(points: readonly Point[]): Map<string, Point[]> {
  const found = new Map<string, Point[]>()
  for (const point of points) {
    const { scope, id, kpi, window } = point.stream
    const key = `${scope}/${id}|${kpi}|${window}`
    const own = found.get(key)
    if (own === undefined) found.set(key, [point])
    else own.push(point)
  }
  return found
}
