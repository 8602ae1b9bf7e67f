import { describe, expect, it } from 'vitest'
import { demandBlocks, demandLimits, highestBlock, laidOver } from '../../../dashboards/src/plant/demand.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

const QUARTER_MS = 900_000
const EIGHT_MS = Date.UTC(2026, 10, 24, 8)
const quarter = (i: number, kwh: number | null, more: Partial<KpiPoint> = {}) =>
  hourPoint(8, kwh, {
    window: '15m',
    start: new Date(EIGHT_MS + i * QUARTER_MS).toISOString(),
    end: new Date(EIGHT_MS + (i + 1) * QUARTER_MS).toISOString(),
    ...more,
  })
const at = (ms: number) => ({ nowMs: ms, newestMs: ms })
const LATER = at(EIGHT_MS + 24 * 3_600_000)
const limits = demandLimits([{ kpi: 'peak_demand_15', window: '1d', max: 1150, warn: 0.95 }])

describe('15-minute demand', () => {
  it('a limit of 1,150 kW that warns at 95 %: 1,092.5 kW', () => {
    expect(limits.limit).toBe(1150)
    expect(limits.warn).toBeCloseTo(1092.5, 9)
    expect(demandLimits([])).toEqual({ limit: null, warn: null })
  })

  it('the limit is the max of demand by blocks before that of sliding demand', () => {
    const of = (kpi: string, max?: number) => ({ kpi, window: '1d' as const, ...(max === undefined ? {} : { max }) })
    const limitOf = (...targets: ReturnType<typeof of>[]) => demandLimits(targets).limit
    expect(limitOf(of('peak_demand_15_sliding', 500), of('peak_demand_15', 450))).toBe(450)
    expect(limitOf(of('peak_demand_15'), of('peak_demand_15_sliding', 500))).toBe(500)
    expect(limitOf(of('energy_elec_import', 500))).toBeNull()
  })

  it('75 kWh in a block are 300 kW', () => {
    expect(demandBlocks([quarter(0, 75)], limits, LATER)[0]?.kw).toBe(300)
  })

  it('a block that runs is the mean of what is over of it: 25 kWh in five minutes are 300 kW', () => {
    const kwAt = (nowMs: number, newestMs = nowMs) => demandBlocks([quarter(0, 25)], limits, { nowMs, newestMs })[0]?.kw
    expect(kwAt(EIGHT_MS + 300_000)).toBeCloseTo(300, 9)
    // The data have come to the fifth minute, the clock is at the sixth.
    expect(kwAt(EIGHT_MS + 360_000, EIGHT_MS + 300_000)).toBeCloseTo(300, 9)
    expect(kwAt(EIGHT_MS + 59_000)).toBeNull()
    expect(kwAt(EIGHT_MS + 300_000, Number.NEGATIVE_INFINITY)).toBeNull()
  })

  it('of a block that is over all of it counts, however old the data are', () => {
    const blocks = demandBlocks([quarter(0, 75)], limits, { nowMs: EIGHT_MS + QUARTER_MS, newestMs: EIGHT_MS })
    expect(blocks[0]?.kw).toBe(300)
  })

  it('as high as the limit is not above it', () => {
    const blocks = demandBlocks([quarter(0, 287.5), quarter(1, 288), quarter(2, 273)], limits, LATER)
    expect(blocks.map(({ state }) => state)).toEqual(['warn', 'limit', 'normal'])
  })

  it('the highest is one that counts and is over', () => {
    const points = [quarter(0, 100), quarter(1, 120, { estimated_share: 0.5 }), quarter(2, 100), quarter(3, 110)]
    const running = at(EIGHT_MS + 3 * QUARTER_MS + 60_000)
    expect(highestBlock(demandBlocks(points, limits, running))?.kw).toBe(400)
    expect(highestBlock(demandBlocks(points, limits, running))?.fromMs).toBe(EIGHT_MS)
    expect(highestBlock(demandBlocks(points, limits, LATER))?.kw).toBe(440)
    expect(highestBlock(demandBlocks([quarter(0, null)], limits, LATER))).toBeNull()
  })

  it('the day before lies over this one at the same time of day', () => {
    const dayMs = 24 * 3_600_000
    const day = { fromMs: EIGHT_MS + dayMs, toMs: EIGHT_MS + 2 * dayMs }
    const [first] = laidOver(
      [quarter(1, 75), quarter(2, null)],
      { fromMs: EIGHT_MS, toMs: EIGHT_MS + dayMs },
      day,
      'UTC',
    )
    expect(first).toEqual({ fromMs: day.fromMs + QUARTER_MS, toMs: day.fromMs + 2 * QUARTER_MS, kw: 300 })
  })

  it('at the same time of day also when the clocks change: what only one day has is left out', () => {
    const HOUR_MS = 3_600_000
    // Berlin: Sunday 25 October 2026 has 25 hours, from 22:00 UTC of Saturday on.
    const [saturday, sunday, monday] = [Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)]
    const blocks = (fromMs: number, toMs: number) =>
      Array.from({ length: (toMs - fromMs) / QUARTER_MS }, (_, i) => quarter((fromMs - EIGHT_MS) / QUARTER_MS + i, 75))
    const over = (from: number, day: number, end: number) =>
      laidOver(blocks(from, day), { fromMs: from, toMs: day }, { fromMs: day, toMs: end }, 'Europe/Berlin')

    const onMonday = over(sunday, monday, monday + 24 * HOUR_MS)
    expect(onMonday).toHaveLength(96)
    expect(onMonday.map(({ fromMs }) => fromMs)).toEqual(
      blocks(monday, monday + 24 * HOUR_MS).map((b) => Date.parse(b.start)),
    )
    // Eight o'clock of Saturday is eight o'clock of Sunday, nine hours after its midnight.
    const onSunday = over(saturday, sunday, monday)
    expect(onSunday[32]?.fromMs).toBe(sunday + 9 * HOUR_MS)

    const [before, spring] = [Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 28, 23)]
    expect(over(before, spring, spring + 23 * HOUR_MS)).toHaveLength(92)
  })
})
