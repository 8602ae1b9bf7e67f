import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { PlantOptions } from '../../src/base/plant.js'
import type { Reading } from '../../src/base/reading.js'
import { type Point, windowKey } from '../../src/kpi/point.js'
import { Bench, plantOf, reading } from '../support/engine.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Plants in zones with days of 23, 24 and 25 hours and with half an hour of offset; the data begin the evening before. */
const PLACES = [
  { timezone: 'Asia/Shanghai', from: '2025-06-30T12:00:00Z' },
  { timezone: 'Asia/Kolkata', from: '2025-06-30T14:00:00Z' },
  { timezone: 'Europe/Berlin', from: '2024-03-30T18:00:00Z' },
  { timezone: 'Europe/Berlin', from: '2024-10-26T18:00:00Z' },
  { timezone: 'America/New_York', from: '2025-03-09T00:00:00Z' },
  { timezone: 'America/New_York', from: '2025-11-02T00:00:00Z' },
] as const

const METRICS = [
  'elec_import_kwh',
  'elec_import_kw',
  'elec_reactive_kvarh',
  'renew_onsite_kwh',
  'elec_submeter_kwh',
  'parts_good',
] as const

/** What happens between two samples of a meter, and at the second of them. */
interface Step {
  readonly afterS: number
  readonly rise: number
  readonly what: 'rise' | 'reset' | 'to_zero_once' | 'up_once' | 'a_little_down' | 'manual' | 'fault' | 'jump'
}

const step: fc.Arbitrary<Step> = fc.record({
  afterS: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(60, 300, 300, 300, 420, 900) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 4000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4000, max: 100_000 }) },
  ),
  rise: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 97 }).map((n) => n / 7) }, fc.constant(0)),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constant('rise' as const) },
    fc.constantFrom('reset', 'to_zero_once', 'up_once', 'a_little_down', 'manual', 'fault', 'jump'),
  ),
})

interface Meter {
  readonly device: string
  readonly metric: (typeof METRICS)[number]
  readonly startMin: number
  readonly register: number
  readonly steps: readonly Step[]
}

const meter: fc.Arbitrary<Meter> = fc.record({
  device: fc.constantFrom('a', 'b', 'c'),
  metric: fc.constantFrom(...METRICS),
  startMin: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2000 })),
  register: fc.constantFrom(0, 3, 1234.5, 99_990),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
})

/** How the readings travel. */
interface Travel {
  /** How far a reading is delayed at most, against its event time. */
  readonly delayMin: number
  readonly delays: readonly number[]
  /** Every so many readings one comes twice, and one with another value. */
  readonly repeatEvery: number
  readonly conflictEvery: number
  readonly batches: readonly { readonly size: number; readonly next: Next }[]
  /** Readings come as they are made, or all of them long after. */
  readonly isLive: boolean
}

type Next = 'nothing' | 'cycle' | 'late' | 'all' | 'restart' | 'cycle_and_restart'

const travel: fc.Arbitrary<Travel> = fc.record({
  delayMin: fc.constantFrom(0, 2, 20, 90, 1500, 10_000),
  delays: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 7, maxLength: 97, size: 'max' }),
  repeatEvery: fc.integer({ min: 2, max: 50 }),
  conflictEvery: fc.integer({ min: 2, max: 50 }),
  batches: fc.array(
    fc.record({
      size: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 80 })),
      next: fc.constantFrom<Next[]>('nothing', 'cycle', 'cycle', 'late', 'all', 'restart', 'cycle_and_restart'),
    }),
    { minLength: 1, maxLength: 12, size: 'max' },
  ),
  isLive: fc.boolean(),
})

const configuration = fc.record({
  isConfigured: fc.boolean(),
  role: fc.constantFrom('main', 'sub', undefined),
  period_s: fc.constantFrom(60, 300, 900, 3600),
  modulus: fc.constantFrom(undefined, 100_000),
  max_rate: fc.constantFrom(undefined, 5000),
  multiplier: fc.constantFrom(1, 0.1),
  interpolation: fc.constantFrom('hold', 'linear'),
})

function plantsOf(
  timezone: string,
  configured: typeof configuration extends fc.Arbitrary<infer T> ? T : never,
): PlantOptions[] {
  const { isConfigured, role, interpolation, ...counter } = configured
  const metrics = { elec_import_kwh: counter, elec_import_kw: { period_s: counter.period_s, interpolation } }
  const device = { id: 'a', metrics, ...(role === undefined ? {} : { role }) }
  return [plantOf({ timezone, devices: isConfigured ? [device] : [] })]
}

function readingsOf(meters: readonly Meter[], fromMs: number): Reading[] {
  const readings = new Map<string, Reading>()
  for (const { device, metric, startMin, register, steps } of meters) {
    let ts = fromMs + startMin * MINUTE_MS
    let level = register
    for (const { afterS, rise, what } of steps) {
      ts += afterS * 1000
      level = what === 'reset' ? rise : what === 'a_little_down' ? Math.max(0, level - rise) : level + rise
      if (what === 'jump') level += 5000
      const value = what === 'to_zero_once' ? 0 : what === 'up_once' ? level + 54_321 : level
      const quality = what === 'manual' ? 1 : what === 'fault' ? 5 : 0
      const one = reading({ device, metric, ts, value: metric === 'parts_good' ? Math.round(value) : value, quality })
      const key = `${device}/${metric}/${ts}`
      if (!readings.has(key)) readings.set(key, one)
    }
  }
  return [...readings.values()].sort((a, b) => a.ts - b.ts)
}

/** The same readings and more that say the same or lose, in the order of their arrival. */
function travelled(
  readings: readonly Reading[],
  { delayMin, delays, repeatEvery, conflictEvery, isLive }: Travel,
): Reading[] {
  const all = readings.flatMap((one, i) => [
    one,
    ...(i % repeatEvery === 1 ? [one] : []),
    ...(i % conflictEvery === 1 ? [{ ...one, quality: one.quality + 1, value: Number(one.value) + 1 }] : []),
  ])
  const last = readings.at(-1)?.ts ?? 0
  const sent = all.map((one, i) => {
    const delay = ((delays[(i * 31) % delays.length] ?? 0) / 1000) * delayMin * MINUTE_MS
    return { one, at: one.ts + delay }
  })
  return sent
    .sort((a, b) => a.at - b.at)
    .map(({ one, at }) => ({ ...one, receivedAt: isLive ? Math.floor(at) : last + DAY_MS }))
}

async function arrive(bench: Bench, readings: readonly Reading[], { batches }: Travel): Promise<void> {
  for (let at = 0, i = 0; at < readings.length; i++) {
    const { size, next } = batches[i % batches.length]!
    await bench.commit(readings.slice(at, at + size))
    at += size
    if (next === 'cycle' || next === 'cycle_and_restart') await bench.cycle()
    if (next === 'late') await bench.cycleLate()
    if (next === 'all') await bench.settle()
    if (next === 'restart' || next === 'cycle_and_restart') await bench.restart()
  }
}

/** All windows are over and everyone has been silent for long. */
async function conclude(bench: Bench, readings: readonly Reading[]): Promise<Map<string, object>> {
  bench.tick((readings.at(-1)?.ts ?? 0) + 30 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const points = await bench.points()
  expect(points.filter((point) => point.provisional)).toEqual([])
  expect(points.length).toBe(bench.engine.finalPoints)
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags }
}

describe('whatever the order of arrival', () => {
  test.prop(
    [fc.constantFrom(...PLACES), configuration, fc.array(meter, { minLength: 1, maxLength: 5, size: 'max' }), travel],
    {
      numRuns: 40,
      // The same cases on every machine; PROPERTY_SEED looks at others.
      seed: Number(process.env.PROPERTY_SEED ?? 2018),
      interruptAfterTimeLimit: 30_000,
    },
  )(
    'the final figures are bit by bit the same',
    async (place, configured, meters, how) => {
      const plants = plantsOf(place.timezone, configured)
      const readings = readingsOf(meters, Date.parse(place.from))
      const inOrder = await Bench.open(plants)
      const scrambled = await Bench.open(plants)
      try {
        await inOrder.commit(readings)
        const expected = await conclude(inOrder, readings)
        await arrive(scrambled, travelled(readings, how), how)
        const found = await conclude(scrambled, readings)
        // Which windows exist inside a silence depends on when it was known to be one; what they say does not.
        const inBoth = [...expected].filter(([key]) => found.has(key))
        expect(Object.fromEntries(inBoth.map(([key]) => [key, found.get(key)]))).toEqual(Object.fromEntries(inBoth))
        expect([...expected].filter(([key]) => !found.has(key))).toEqual([])
      } finally {
        await inOrder.close()
        await scrambled.close()
      }
    },
    120_000,
  )
})
