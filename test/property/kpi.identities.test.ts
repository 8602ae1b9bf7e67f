import { fc, test } from '@fast-check/vitest'
import { afterAll, describe, expect } from 'vitest'
import { METRICS } from '../../src/base/metrics.js'
import { qualityRank } from '../../src/base/quality.js'
import type { Reading } from '../../src/base/reading.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import type { Point } from '../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../support/engine.js'
import { DAY_MS, MINUTE_MS, PLACES } from '../support/random-plants.js'
import { occurrences, richEvents } from '../support/rich-events.js'
import { type Rich, richConfiguration, richPlant, WHOLE_PLANT } from '../support/rich-plants.js'
import { richReadings, signals } from '../support/rich-readings.js'

/** Hours without a published point have a part in these: in a silence nobody knows what a machine did. */
const NOT_OF_HOURS = new Set(['time_unknown', 'kwh_unknown', 'co2e_unknown', 'cost_unknown'])
const SUMS = CATALOGUE.filter(({ id, shape }) => shape === 'sum' && !NOT_OF_HOURS.has(id))
const [OF_QUARTERS, OF_HOURS, OF_DAYS] = (['15m', '1h', '1d'] as const).map((window) => {
  return new Set(SUMS.filter(({ windows }) => windows.includes(window)).map(({ id }) => id))
}) as [Set<string>, Set<string>, Set<string>]
const TIMES = CATALOGUE.map(({ id }) => id).filter((id) => id.startsWith('time_'))
const KWH_BY_STATE = CATALOGUE.map(({ id }) => id).filter((id) => /^kwh_(?!per_)/.test(id))
/** In [0, 1] whatever was sent, for what they are made of is a part of a whole. */
const SHARES = new Set(['data_completeness', 'data_validity', 'data_timeliness', 'connectivity', 'standby_share'])

/** The stored points of a plant, by what and when. */
class Figures {
  readonly #points = new Map<string, Point>()
  readonly #parts = new Map<string, Point[]>()

  constructor(points: readonly Point[]) {
    for (const point of points) {
      const { scope, id, kpi, window } = point.stream
      const stream = `${scope}/${id}/${kpi}/${window}`
      this.#points.set(`${stream}/${point.startMs}`, point)
      const own = this.#parts.get(stream) ?? []
      own.push(point)
      this.#parts.set(stream, own)
    }
  }

  /** Another figure of the same scope and window. */
  beside({ stream, startMs }: Point, kpi: string, scope = stream.scope, id = stream.id): Point | undefined {
    return this.#points.get(`${scope}/${id}/${kpi}/${stream.window}/${startMs}`)
  }

  /** The windows of another size inside of one. */
  inside({ stream, startMs, endMs }: Point, window: string): Point[] {
    const { scope, id, kpi } = stream
    const all = this.#parts.get(`${scope}/${id}/${kpi}/${window}`) ?? []
    return all.filter((part) => startMs <= part.startMs && part.endMs <= endMs)
  }
}

/** Equal to a billionth of what was added up. */
function expectSum(found: number, parts: readonly number[], what: string): void {
  const sum = parts.reduce((a, b) => a + b, 0)
  const scale = parts.reduce((a, b) => a + Math.abs(b), 0)
  expect(Math.abs(found - sum), `${what}: ${found} against ${sum}`).toBeLessThanOrEqual(1e-9 * Math.max(1, scale))
}

/** @param configuredMs from when on all of it is expected, epoch ms */
function expectIdentities(points: readonly Point[], hasContract: boolean, configuredMs: number): void {
  const figures = new Figures(points)
  for (const point of points) {
    const { stream, startMs, endMs, value, numerator } = point
    const { scope, id, kpi, window } = stream
    const what = `${scope} ${id} ${kpi} ${window} ${new Date(startMs).toISOString()}`
    const sumOf = (parts: readonly Point[]) =>
      expectSum(
        numerator,
        parts.map((part) => part.numerator),
        what,
      )
    if (window === '1d' && OF_HOURS.has(kpi)) sumOf(figures.inside(point, '1h'))
    if (window === '1mo' && OF_DAYS.has(kpi)) sumOf(figures.inside(point, '1d'))
    if (window === '1h' && OF_QUARTERS.has(kpi)) {
      const quarterHours = figures.inside(point, '15m')
      if (quarterHours.length === 4) sumOf(quarterHours)
    }
    if (kpi === 'time_producing' && scope === 'device' && window !== '1mo' && startMs >= configuredMs) {
      const times = TIMES.map((time) => figures.beside(point, time)?.numerator ?? Number.NaN)
      expectSum((endMs - startMs) / 1000, times, what)
    }
    if (kpi === 'kwh_unknown' && scope === 'device' && id === 'r') {
      const energy = figures.beside(point, 'energy_elec_import')
      const spent = KWH_BY_STATE.map((one) => figures.beside(point, one)?.numerator ?? Number.NaN)
      if (energy !== undefined) expectSum(energy.numerator, spent, what)
    }
    if (kpi === 'energy_unmetered' && scope === 'plant') {
      const parent = figures.beside(point, 'energy_elec_import')
      const children = ['area', 'q'].map((one) => figures.beside(point, 'energy_elec_import', 'device', one))
      if (parent !== undefined && children.every((one) => one !== undefined)) {
        expectSum(parent.numerator, [numerator, ...children.map((one) => one.numerator)], what)
      }
    }
    if (kpi === 'scope2_mb' && !hasContract) {
      const { numerator: byLocation = Number.NaN } = figures.beside(point, 'scope2_lb') ?? {}
      expectSum(numerator, [byLocation], what)
    }
    if (kpi === 'oee' && scope === 'device' && id === 'q' && value !== null) {
      const [good, busyS] = [figures.beside(point, 'quality_ratio'), figures.beside(point, 'availability')]
      const ofOneProduct = ((good?.numerator ?? Number.NaN) * 12.5) / (busyS?.denominator ?? Number.NaN)
      expect(Math.abs(value - ofOneProduct), what).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)))
    }
    if (SHARES.has(kpi) && value !== null) {
      expect(value, what).toBeGreaterThanOrEqual(0)
      expect(value, what).toBeLessThanOrEqual(1 + 1e-12)
    }
    expect(point.coverage, what).toBeLessThanOrEqual(1 + 1e-9)
  }
}

/**
 * Each level and state ends with a sample that says it is not known any more: what the last one of all goes on saying is in
 * its day, and in an hour after it that nobody publishes. Source: KPI specification §1.5.
 */
function withEnds(readings: readonly Reading[]): Reading[] {
  const last = new Map(readings.map((one) => [`${one.device}/${one.metric}`, one]))
  const isHeld = ({ metric }: Reading) => !['counter', 'pieces'].includes(METRICS.get(metric)?.kind ?? '')
  const ends = [...last.values()]
    .filter(isHeld)
    .map((one) => ({ ...one, ts: one.ts + MINUTE_MS, quality: qualityRank('fault') ?? 0 }))
  return [...readings, ...ends].sort((a, b) => a.ts - b.ts)
}

const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const TIME_LIMIT_MS = Number(process.env.PROPERTY_MS ?? 15_000)
const numRuns = process.env.PROPERTY_MS === undefined ? 30 : 100_000

describe('a stack at its reference oxygen', () => {
  test.prop(
    [
      fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 0, max: 19 }),
    ],
    {
      numRuns: 12,
      seed,
    },
  )('has the concentration that was measured', async (levels, o2) => {
    const fromMs = Date.parse('2025-07-01T08:00:00Z')
    const limits = [{ stack: 's', pollutant: 'nox', standard: 'permit', limit: 100, o2_ref: o2 }]
    const bench = await Bench.open([plantOf({ limits, devices: [{ id: 's', role: 'stack' }] })], fromMs)
    try {
      const at = (i: number) => ({ device: 's', ts: fromMs + i * 5 * MINUTE_MS })
      const readings = levels.flatMap((value, i) => [
        reading({ ...at(i), metric: 'nox_mgm3', value }),
        reading({ ...at(i), metric: 'o2_pct', value: o2 }),
      ])
      await bench.feed(readings, fromMs + DAY_MS)
      const of = (kpi: string) => bench.point({ kpi, window: '1h', start: fromMs, scope: 'device', id: 's' })
      const [measured, corrected] = [await of('pollutant_mean_nox'), await of('pollutant_ref_mean_nox')]
      expect(measured?.value).not.toBeNull()
      const scale = Math.max(1, measured?.value ?? 0)
      expect(Math.abs((corrected?.value ?? Number.NaN) - (measured?.value ?? 0))).toBeLessThanOrEqual(1e-12 * scale)
    } finally {
      await bench.close()
    }
  })
})

describe('a day that is split anywhere', { tags: ['slow'] }, () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 1439 }), { minLength: 1, maxLength: 4 })
  const steps = fc.array(
    fc.record({ s: fc.integer({ min: 7, max: 4000 }), kwh: fc.double({ min: 0, max: 9, noNaN: true }) }),
    {
      minLength: 40,
      maxLength: 80,
    },
  )

  test.prop([minutes, steps], { numRuns: 10, seed })('has the energy of its parts', async (cuts, taken) => {
    const bounds = [0, ...cuts.sort((a, b) => a - b), 1440]
    const clock = (minute: number) => {
      const [h, m] = [Math.floor(minute / 60) % 24, minute % 60]
      return `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`
    }
    const shifts = bounds.slice(1).map((end, i) => ({ name: `s${i}`, start: clock(bounds[i]!), end: clock(end) }))
    const dayMs = Date.parse('2025-07-01T16:00:00Z')
    let [ts, value] = [dayMs - MINUTE_MS, 1000]
    const readings = taken.map(({ s, kwh }) => {
      ts += 1000 * s
      value += kwh
      return reading({ metric: 'elec_import_kwh', ts, value })
    })
    const devices = [{ id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 60, max_gap_s: 7200 } } }]
    const bench = await Bench.open([plantOf({ timezone: 'Asia/Shanghai', shifts, devices })], dayMs - DAY_MS)
    try {
      await bench.feed(readings, dayMs + 5 * DAY_MS)
      const points = (await bench.points()).filter(({ stream, startMs, endMs }) => {
        return (
          stream.scope === 'plant' && stream.kpi === 'energy_elec_import' && dayMs <= startMs && endMs <= dayMs + DAY_MS
        )
      })
      const of = (window: string) => points.filter(({ stream }) => stream.window === window).map((one) => one.numerator)
      expect(of('1d')).toHaveLength(1)
      for (const day of of('1d')) expectSum(day, of('shift'), `cut at ${cuts}`)
    } finally {
      await bench.close()
    }
  })
})

// The last: the plant at which its time ends goes on being computed for some seconds, which the others would wait for.
describe('in a plant that says what it has', { tags: ['deep'] }, () => {
  const seen = new Set<string>()
  afterAll(() => {
    for (const kpi of [...OF_HOURS].filter((id) => /^(energy_|scope|time_|kwh_)/.test(id)).slice(0, 3)) {
      expect([...seen], `the random plants have no ${kpi}`).toContain(kpi)
    }
  })

  test.prop([fc.constantFrom(...PLACES), richConfiguration, signals, occurrences], {
    numRuns,
    seed,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
  })(
    'a day is the sum of its hours, a month of its days, states fill the time and the energy, and parts make the whole',
    async (place, drawn, sent, happened) => {
      const fromMs = Date.parse(place.from)
      const configured: Rich = {
        ...drawn,
        devices: WHOLE_PLANT.devices,
        listsAll: true,
        hasTree: true,
        own: true,
        multiplier: 1,
      }
      // Nobody has configured `u`: it is a member while it sends, of a day more than of its hours.
      const readings = withEnds(richReadings(sent, fromMs).filter(({ device }) => device !== 'u'))
      const ofOneProduct = happened.filter(({ type }) => type !== 'order')
      const events = richEvents(ofOneProduct, readings, fromMs).filter(({ device }) => device !== 'u')
      const bench = await Bench.open([richPlant(place.timezone, configured)], fromMs - DAY_MS)
      try {
        await bench.commit(readings, events)
        bench.tick((readings.at(-1)?.ts ?? fromMs) + 40 * DAY_MS)
        await bench.settle()
        await bench.cycle()
        const points = await bench.points()
        for (const { stream } of points) seen.add(stream.kpi)
        expectIdentities(points, configured.contractKwh > 0, fromMs - DAY_MS)
      } finally {
        await bench.close()
      }
    },
    TIME_LIMIT_MS + 600_000,
  )
})
