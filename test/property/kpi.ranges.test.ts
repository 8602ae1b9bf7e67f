/** Proves that windows put together say what the longer window says of itself, for every KPI of random plants. */
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { KpiInfo } from '../../src/base/kpi.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { combined, type WindowShare } from '../../src/kpi/over-range/combine.js'
import { besideOf, rangeRule } from '../../src/kpi/over-range/rules.js'
import { type Point, toWire } from '../../src/kpi/windows/point.js'
import { Bench } from '../support/engine.js'
import { DAY_MS, PLACES } from '../support/random-plants.js'
import { occurrences, richEvents } from '../support/rich-events.js'
import { type Rich, richConfiguration, richPlant, WHOLE_PLANT } from '../support/rich-plants.js'
import { richReadings, signals } from '../support/rich-readings.js'
import { smallPlant } from '../support/small-plant.js'

/** Hours without a published point have a part in these: in a silence nobody knows what a machine did. */
const NOT_OF_HOURS = new Set([
  'time_unknown',
  'kwh_unknown',
  'co2e_unknown',
  'cost_unknown',
  // The best heard metric of a device is another one in each hour, and what an hour has too many of another one lacks.
  'connectivity',
  'data_completeness',
])

class Windows {
  readonly #parts = new Map<string, Point[]>()

  constructor(points: readonly Point[]) {
    for (const point of points) {
      const { scope, id, kpi, window } = point.stream
      const key = `${scope}/${id}/${kpi}/${window}`
      const own = this.#parts.get(key) ?? []
      this.#parts.set(key, own)
      own.push(point)
    }
  }

  inside({ stream, startMs, endMs }: Point, kpi: string, window: string): WindowShare[] {
    const { scope, id } = stream
    const all = this.#parts.get(`${scope}/${id}/${kpi}/${window}`) ?? []
    return all
      .filter((part) => startMs <= part.startMs && part.endMs <= endMs)
      .sort((a, b) => a.startMs - b.startMs)
      .map((part) => ({ point: toWire(part), lengthMs: part.endMs - part.startMs }))
  }
}

const PAIRS = [
  ['1d', '1h'],
  ['1mo', '1d'],
] as const

const BY_ID = new Map(CATALOGUE.map((info) => [info.id, info]))

/** KPIs that were compared at least once. */
const compared = new Set<string>()

/** Compares what the parts of each longer window come to with what it says itself. */
function expectWhole(points: readonly Point[]): Map<string, string> {
  const windows = new Windows(points)
  const wrong = new Map<string, string>()
  const longer = points.filter(({ stream }) => PAIRS.some(([window]) => window === stream.window))
  for (const point of longer) {
    const info = BY_ID.get(point.stream.kpi) as KpiInfo
    for (const [window, shorter] of PAIRS) {
      if (point.stream.window !== window || !info.windows.includes(shorter) || rangeRule(info) === 'window') continue
      if (NOT_OF_HOURS.has(info.id)) continue
      const own = windows.inside(point, info.id, shorter)
      const beside = new Map(besideOf(info.id).map((kpi) => [kpi, windows.inside(point, kpi, shorter)]))
      // Before the first sample and in a long silence there are no shorter windows, though a part of the longer one is due.
      const filledMs = own.reduce((sum, { lengthMs }) => sum + lengthMs, 0)
      if (filledMs < point.endMs - point.startMs) continue
      compared.add(info.id)
      const range = { fromMs: point.startMs, toMs: point.endMs, nowMs: Number.POSITIVE_INFINITY }
      const made = combined(info, { own, beside }, range)
      const [found, expected] = [made.known, point.denominator === 0 ? null : point.numerator / point.denominator]
      const scale = Math.max(
        1,
        Math.abs(expected ?? 0),
        ...own.map(({ point: { numerator } }) => Math.abs(numerator ?? 0)),
      )
      const isSame = found === null || expected === null ? true : Math.abs(found - expected) <= 1e-9 * scale
      if (!isSame) wrong.set(`${info.id} ${point.stream.scope} ${window}`, `${found} against ${expected}`)
    }
  }
  return wrong
}

const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const TIME_LIMIT_MS = Number(process.env.PROPERTY_MS ?? 15_000)
const isDeep = process.env.PROPERTY_MS !== undefined
const numRuns = isDeep ? 100_000 : 3

describe('a figure of a range of any plant', { tags: ['deep'] }, () => {
  test.prop([fc.constantFrom(...PLACES), richConfiguration, signals, occurrences], {
    numRuns,
    seed,
    ...(isDeep ? { interruptAfterTimeLimit: TIME_LIMIT_MS } : {}),
  })(
    'is that of the day or the month when the range is one',
    async (place, drawn, sent, happened) => {
      const fromMs = Date.parse(place.from)
      const own: Partial<Rich> = {
        devices: WHOLE_PLANT.devices,
        listsAll: true,
        hasTree: true,
        own: true,
        multiplier: 1,
      }
      // Nobody has configured `u`: it is a member while it sends, of a day more than of its hours.
      const readings = richReadings(sent, fromMs).filter(({ device }) => device !== 'u')
      const events = richEvents(happened, readings, fromMs).filter(({ device }) => device !== 'u')
      const bench = await Bench.open([richPlant(place.timezone, { ...drawn, ...own })], fromMs - DAY_MS)
      try {
        await bench.commit(readings, events)
        bench.tick((readings.at(-1)?.ts ?? fromMs) + 40 * DAY_MS)
        await bench.settle()
        await bench.cycle()
        expect([...expectWhole(await bench.points())]).toEqual([])
      } finally {
        await bench.close()
      }
    },
    TIME_LIMIT_MS + 600_000,
  )
})

describe('a figure of a range', () => {
  test('is that of each day of a plant that sends each half hour, by every rule that it has figures for', {
    tags: ['slow'],
  }, async () => {
    const bench = await smallPlant()
    compared.clear()
    expect([...expectWhole(await bench.points())]).toEqual([])
    await bench.close()
    const rules = new Set(CATALOGUE.filter(({ id }) => compared.has(id)).map((info) => rangeRule(info)))
    expect([...rules]).toEqual(expect.arrayContaining(['sum', 'ratio', 'max', 'load', 'due']))
  })
})
