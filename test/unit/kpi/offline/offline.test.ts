import { describe, expect, test } from 'vitest'
import type { Reading } from '../../../../src/base/reading.js'
import type { Evidence } from '../../../../src/kpi/history/evidence.js'
import type { DaySource } from '../../../../src/kpi/offline/day.js'
import { recomputedPoints } from '../../../../src/kpi/offline/points.js'
import type { Point } from '../../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'
import { offlineOf } from '../../../support/offline.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const FROM_MS = Date.parse('2026-03-10T00:00:00Z')
const SPAN = { fromMs: FROM_MS, toMs: FROM_MS + 2 * DAY_MS }
const ENERGY = { windows: ['1d'], scopes: ['plant'], kpis: new Set(['energy_elec_import']) } as const

const meter = plantOf({ devices: [{ id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }] })

/** Reading of the meter so many days after the period begins. */
function read(day: number, value: number, of: Partial<Reading> = {}): Reading {
  return reading({ metric: 'elec_import_kwh', ts: FROM_MS + day * DAY_MS, value, ...of })
}

async function benchOf(readings: readonly Reading[]): Promise<Bench> {
  const bench = await Bench.open([meter], FROM_MS - 400 * DAY_MS)
  await bench.feed([...readings].sort((a, b) => a.ts - b.ts))
  bench.tick((readings.at(-1)?.ts ?? 0) + 3 * DAY_MS)
  await bench.settle()
  return bench
}

async function recomputed(
  bench: Bench,
  shorten?: (evidence: Evidence) => Partial<Evidence>,
): Promise<{ points: Point[]; evidence: Evidence }> {
  const { input, evidence } = await offlineOf(bench, SPAN, shorten)
  const points: Point[] = []
  for await (const point of recomputedPoints(input, { ...SPAN, ...ENERGY })) points.push(point)
  return { points, evidence }
}

async function stored(bench: Bench): Promise<Point[]> {
  const points = await bench.points()
  return points.filter(({ stream, startMs }) => {
    const isAsked = stream.kpi === 'energy_elec_import' && stream.window === '1d' && stream.scope === 'plant'
    return isAsked && startMs >= SPAN.fromMs && startMs < SPAN.toMs
  })
}

const figuresOf = (points: readonly Point[]) =>
  points.map(({ startMs, value, coverage, estimatedShare, flags }) => {
    return { day: (startMs - FROM_MS) / DAY_MS, value, coverage, estimatedShare, flags }
  })

const daysOf = ({ days }: Evidence) => days.map((day) => day - FROM_MS / DAY_MS)

describe('a meter that is read every five days', () => {
  test('needs the days of the readings on both sides, and none between', async () => {
    const bench = await benchOf([-40, -35, -30, -25, -20, -15, -10, -5, 5, 10].map((day) => read(day, 1000 + day * 24)))
    const { points, evidence } = await recomputed(bench)
    expect(figuresOf(points).map(({ value }) => value)).toEqual([24, 24])
    expect(figuresOf(points)).toEqual(figuresOf(await stored(bench)))
    expect(daysOf(evidence)).toContain(-5)
    expect(daysOf(evidence).filter((day) => day > -5 && day < 5)).toEqual([])
    expect(daysOf(evidence)).toContain(5)
    await bench.close()
  })

  test('without the days before the period the figures are others: what they rest on has to be there', {
    tags: ['slow'],
  }, async () => {
    const bench = await benchOf([-10, -5, 5, 10].map((day) => read(day, 1000 + day * 24)))
    const { points } = await recomputed(bench, ({ days }) => ({ days: days.filter((day) => day * DAY_MS >= FROM_MS) }))
    expect(figuresOf(points)).not.toEqual(figuresOf(await stored(bench)))
    await bench.close()
  })
})

test('what a step usually is goes as far back as it takes: a jump after a stand of days is judged as the gateway does', {
  tags: ['slow'],
}, async () => {
  const steps = Array.from({ length: 30 }, (_, i) => read(-12 + i / 24, 1000 + i))
  const stand = Array.from({ length: 11 }, (_, i) => read(-10 + i, 1029))
  const jump = [read(1.25, 9000), read(1.5, 1030), read(1.75, 1031), read(2, 1032), read(2.1, 1033)]
  const bench = await benchOf([...steps, ...stand, ...jump])
  const { points, evidence } = await recomputed(bench)
  expect(figuresOf(points)).toEqual(figuresOf(await stored(bench)))
  // The last day has a third of the kWh between the last reading of the stand and the next one, and two more.
  expect(points.at(-1)?.value).toBeCloseTo(7 / 3, 9)
  expect(daysOf(evidence)[0]).toBe(-12)
  const short = await recomputed(bench, ({ series }) => ({
    series: series.map((one) => ({ ...one, foldFromMs: FROM_MS - 3 * DAY_MS })),
  }))
  expect(short.points.at(-1)?.value).not.toBeCloseTo(7 / 3, 9)
  await bench.close()
})

test('of what no KPI asks for nothing is read', async () => {
  const bench = await benchOf([
    ...[-1, 0, 1, 2].map((day) => read(day, 100 + day)),
    read(0.5, 20, { metric: 'elec_import_kw', device: 'm2' }),
  ])
  const { input } = await offlineOf(bench, SPAN)
  const asked = new Set<string>()
  const readings: DaySource = {
    days: input.readings.days,
    load: (day, isWanted) => {
      for (const { device, metric } of input.series) if (isWanted(device, metric)) asked.add(`${device}/${metric}`)
      return input.readings.load(day, isWanted)
    },
  }
  const done: number[] = []
  const onDay = (days: number) => done.push(days)
  for await (const _ of recomputedPoints({ ...input, readings }, { ...SPAN, ...ENERGY, onDay })) void _
  expect([...asked]).toEqual(['m1/elec_import_kwh'])
  expect(done).toEqual([1, 2])
  await bench.close()
})

test('the days of a zone with half an hour of offset, and the hours in them', async () => {
  const kolkata = plantOf({ timezone: 'Asia/Kolkata', devices: [] })
  const bench = await Bench.open([kolkata], FROM_MS - DAY_MS)
  await bench.feed(Array.from({ length: 97 }, (_, i) => read(-1 + i / 24, 1000 + i)))
  bench.tick(FROM_MS + 9 * DAY_MS)
  await bench.settle()
  const span = { fromMs: FROM_MS - 5.5 * HOUR_MS, toMs: FROM_MS + DAY_MS - 5.5 * HOUR_MS }
  const { input } = await offlineOf(bench, span)
  const points: Point[] = []
  const query = { ...span, ...ENERGY, windows: ['1h', '1d'] } as const
  for await (const point of recomputedPoints(input, query)) points.push(point)
  expect(points.map(({ stream, value }) => `${stream.window} ${value}`)).toEqual([...Array(24).fill('1h 1'), '1d 24'])
  await bench.close()
})
