import { describe, expect, test } from 'vitest'
import { QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { type BoundedValue, chanceAbove } from '../../../src/insight/peak/chance.js'
import { demandOutlook, extraDemandCost } from '../../../src/insight/peak/demand-outlook.js'

const START_MS = Date.parse('2026-11-24T08:00:00Z')
const MINUTE_MS = 60_000
/** 100 kWh in a block is 400 kW. */
const forecast: BoundedValue = { value: 100, low50: 90, high50: 110, low90: 80, high90: 120 }
const outlook = (of: Partial<Parameters<typeof demandOutlook>[0]> = {}) =>
  demandOutlook({
    nowMs: START_MS + 5 * MINUTE_MS,
    limitKw: 440,
    measured: null,
    running: forecast,
    later: [],
    sliding: null,
    ...of,
  })
const measured = (kwh: number, minutes: number) => ({ kwh, untilMs: START_MS + minutes * MINUTE_MS })

describe('a chance', () => {
  test.each([
    [70, 0.95],
    [80, 0.95],
    [85, 0.85],
    [90, 0.75],
    [100, 0.5],
    [105, 0.375],
    [110, 0.25],
    [120, 0.05],
    [500, 0.05],
  ])('that what is expected at 100 comes above %d is %d', (limit, chance) => {
    expect(chanceAbove(limit, forecast)).toBeCloseTo(chance, 10)
  })

  test('is read between bounds that lie on one side of the forecast', () => {
    expect(chanceAbove(108, { ...forecast, low90: 102, low50: 104 })).toBeCloseTo(0.3333, 3)
  })

  test('has two sides where all bounds are the same', () => {
    const sure = { value: 0, low50: 0, high50: 0, low90: 0, high90: 0 }
    expect([chanceAbove(-1, sure), chanceAbove(0, sure)]).toEqual([0.95, 0.05])
  })
})

describe('the running block', () => {
  test('is what was forecast before anything is measured', () => {
    const { running, startMs, endMs, isOver } = outlook()
    expect(running).toMatchObject({ value: 400, low50: 360, high50: 440, low90: 320, high90: 480, chance: 0.25 })
    expect([startMs, endMs, isOver]).toEqual([START_MS, START_MS + QUARTER_HOUR_MS, null])
  })

  test('goes on half as forecast and half as measured when half of it is over', () => {
    // 60 kWh in 7.5 minutes: the rest is 0.5 · (0.5 · 100 + 60) = 55 kWh, and 115 kWh are 460 kW.
    const { running } = outlook({ measured: measured(60, 7.5) })
    expect(running?.value).toBeCloseTo(460, 10)
    expect(running!.high90 - running!.value).toBeCloseTo(80 * Math.SQRT1_2, 10)
  })

  test('is never expected below what was measured of it', () => {
    const { running } = outlook({ measured: measured(130, 14), running: { ...forecast, low90: -300 } })
    expect(running!.low90).toBe(130 / 0.25)
  })

  test('is what was measured at its end, and no later sample makes it longer', () => {
    for (const minutes of [15, 20]) {
      const { running } = outlook({ measured: measured(90, minutes) })
      expect(running).toMatchObject({ value: 360, low90: 360, high90: 360, chance: 0.05 })
    }
  })

  test('is above the limit for certain once its energy alone is, with a forecast or without', () => {
    expect(outlook({ measured: measured(110, 10) }).isOver).toBe(false)
    expect(outlook({ measured: measured(110.5, 10) })).toMatchObject({ isOver: true, running: { chance: 1 } })
    expect(outlook({ measured: measured(110.5, 10), running: null })).toMatchObject({ isOver: true, running: null })
  })

  test('has no chance without a limit, and nothing expected without a forecast', () => {
    expect(outlook({ limitKw: null })).toMatchObject({
      isOver: null,
      running: { value: 400, chance: null },
      firstOver: null,
    })
    expect(outlook({ running: null, measured: measured(60, 10) })).toMatchObject({
      running: null,
      highest: null,
      isOver: false,
    })
  })
})

describe('demand that slides by the minute', () => {
  const even = (kwh: number, minutes = 15) => Array.from({ length: minutes }, () => kwh / 15)
  const sliding = (before: readonly number[] | null, running: readonly number[] = [], ratio = 1) => ({
    sliding: { before, running, ratio },
  })

  test('is the highest fifteen minutes that end in the block, those across its start too', () => {
    // Fourteen minutes at the rate of 120 kWh a block and one at that of 100 are more than the block.
    const { running } = outlook(sliding(even(120)))
    expect(running?.value).toBeCloseTo((14 * 120 + 100) / 15 / 0.25, 9)
    expect(running?.low90).toBeCloseTo((14 * 120 + 80) / 15 / 0.25, 9)
    // Behind a block of less the highest of them is the block itself.
    expect(outlook(sliding(even(60))).running?.value).toBeCloseTo(400, 9)
  })

  test('has what was measured before the rest, minute by minute', () => {
    // Ten minutes at the rate of 150 kWh, and so is the rest: the window of five calm minutes before them is lower than the block.
    const of = { ...sliding(even(30), even(150, 10)), measured: measured(100, 10), nowMs: START_MS + 10 * MINUTE_MS }
    const blocks = outlook({ ...of, sliding: null })
    expect(outlook(of).running?.value).toBeCloseTo(blocks.running!.value, 9)
    const after = outlook({ ...of, ...sliding(even(150), even(30, 10)), measured: measured(20, 10) })
    expect(after.running!.value).toBeCloseTo((14 * 150 + 30) / 15 / 0.25, 9)
  })

  test('is above its limit once fifteen minutes are that have ended, though the block may stay below', () => {
    const of = { measured: measured(20, 5), nowMs: START_MS + 5 * MINUTE_MS }
    expect(outlook(of)).toMatchObject({ isOver: false })
    expect(outlook({ ...of, ...sliding(even(130), even(60, 5)) })).toMatchObject({
      isOver: true,
      running: { chance: 1 },
    })
    expect(outlook({ ...of, ...sliding(null, even(60, 5)) })).toMatchObject({ isOver: false })
  })

  test('exceeds blocks to come, and one behind a gap, as the highest of the month did its blocks', () => {
    const ahead = { startMs: START_MS + QUARTER_HOUR_MS, ...forecast }
    const { running, later, firstOver } = outlook({ later: [ahead], ...sliding(null, [], 1.1) })
    expect([running?.value, later[0]?.value].map((kw) => Math.round(kw!))).toEqual([440, 440])
    expect(firstOver!.chance).toBeCloseTo(0.5, 9)
  })
})

describe('blocks behind it', () => {
  const later = (kwh: readonly number[], fromMs = START_MS) =>
    kwh.map((value, i) => ({
      startMs: fromMs + i * QUARTER_HOUR_MS,
      value,
      low50: value,
      high50: value,
      low90: value,
      high90: value,
    }))

  test('begin with the next quarter: those that are over, and the running one, are left out', () => {
    const { later: ahead } = outlook({ later: later([1, 2, 3, 4], START_MS - QUARTER_HOUR_MS) })
    expect(ahead.map(({ startMs, value }) => [startMs - START_MS, value])).toEqual([
      [QUARTER_HOUR_MS, 12],
      [2 * QUARTER_HOUR_MS, 16],
    ])
  })

  test('give the first that is expected above the limit with its lead time, and the highest of all', () => {
    const { firstOver, highest } = outlook({ later: later([0, 90, 111, 130, 112]) })
    expect(firstOver).toMatchObject({ startMs: START_MS + 2 * QUARTER_HOUR_MS, leadMs: 25 * MINUTE_MS, chance: 0.95 })
    expect(highest).toMatchObject({ startMs: START_MS + 3 * QUARTER_HOUR_MS, value: 520 })
  })

  test('at the limit are not above it', () => {
    expect(outlook({ later: later([0, 110]) }).firstOver).toBeNull()
    expect(outlook({ limitKw: 400 }).firstOver).toMatchObject({ leadMs: 0, chance: 0.5 })
  })

  test('of an hour that the clocks repeat are all there', () => {
    // Berlin, 2026-10-25: 02:00 to 03:00 twice, from 00:00Z to 02:00Z.
    const nowMs = Date.parse('2026-10-25T00:50:00Z')
    const { later: ahead, startMs } = outlook({
      nowMs,
      later: later(Array(100).fill(50), Date.parse('2026-10-24T22:00:00Z')),
    })
    expect(new Date(startMs).toISOString()).toBe('2026-10-25T00:45:00.000Z')
    expect(ahead).toHaveLength(100 - 12)
    expect(new Date(ahead[0]!.startMs).toISOString()).toBe('2026-10-25T01:00:00.000Z')
  })

  test('begin on the quarter in zones with odd offsets too', () => {
    // Kathmandu is 5:45 ahead of UTC.
    const { startMs } = outlook({ nowMs: Date.parse('2026-11-24T10:07:00+05:45') })
    expect(new Date(startMs).toISOString()).toBe('2026-11-24T04:15:00.000Z')
  })
})

test('a new highest demand costs as much a kilowatt as the one before, and nothing when it is none', () => {
  expect(extraDemandCost({ expectedKw: 460, highestKw: 400, cost: 16_000 })).toBe(2_400)
  expect(extraDemandCost({ expectedKw: 390, highestKw: 400, cost: 16_000 })).toBe(0)
  for (const unknown of [{ highestKw: null }, { cost: null }, { highestKw: 0 }])
    expect(extraDemandCost({ expectedKw: 460, highestKw: 400, cost: 16_000, ...unknown })).toBeNull()
})
