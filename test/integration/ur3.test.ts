import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KpiPoint, Window } from '../../src/base/kpi.js'
import { DATASETS_REMEDY, datasetFile, playDataset } from '../support/datasets.js'
import { removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { allPoints } from '../support/series.js'

// Source: UCI 963, "UR3 CobotOps", doi 10.24432/C5J891. One robot, 26 October 2022, about a row a second.
const CYCLES = 248
const DAY = { from: '2022-10-26T00:00:00Z', to: '2022-10-27T00:00:00Z' }
const MORNING_END = Date.parse('2022-10-26T09:06:19.201Z')
const AFTERNOON_START = Date.parse('2022-10-26T14:19:53.326Z')

const HOLD_MAX_MS = 300_000
const COVERAGE_MIN = 0.75
const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000

const file = datasetFile('ur3-cobot.csv')

// A device that has fallen silent for this long leaves its windows final. It changes when, not what.
const period = { period_s: 1, idle_s: 5 }
const config = {
  plants: [
    {
      id: 'ur3',
      name: { en: 'Robot cell' },
      timezone: 'UTC',
      lines: [{ id: 'cell' }],
      devices: [{ id: 'ur3', line: 'cell', role: 'robot', metrics: { state: period, cycle_count: period } }],
    },
  ],
}

const STATES = ['producing', 'held', 'idle_starved'] as const
type Known = (typeof STATES)[number]

/** The rows of the file as the figures are checked against them: nothing of the product is used here. */
interface Row {
  readonly ts: number
  readonly state: Known
  readonly cycle: string
}

function rowsOf(path: string): Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  const names = header.split(';').map((name) => name.trim())
  return lines.map((line) => {
    const cells = line.split(';')
    const cell = (name: string) => cells[names.indexOf(name)] ?? ''
    const speeds = [0, 1, 2, 3, 4, 5].map((joint) => Math.abs(Number(cell(`Speed_J${joint}`).replace(',', '.'))))
    const moves = Math.max(...speeds) > 0.01
    const state = cell('Robot_ProtectiveStop') === 'True' ? 'held' : moves ? 'producing' : 'idle_starved'
    return { ts: Date.parse(cell('Timestamp')), state, cycle: cell('cycle') }
  })
}

/** Milliseconds in each state in [startMs, endMs), and those of which nothing is known since the first row. */
function accountOf(rows: readonly Row[], startMs: number, endMs: number) {
  const ms = { producing: 0, held: 0, idle_starved: 0 }
  for (const [i, row] of rows.entries()) {
    const untilMs = Math.min(rows[i + 1]?.ts ?? Infinity, row.ts + HOLD_MAX_MS, endMs)
    ms[row.state] += Math.max(0, untilMs - Math.max(row.ts, startMs))
  }
  const expected = endMs - Math.max(startMs, rows[0]?.ts ?? endMs)
  const known = ms.producing + ms.held + ms.idle_starved
  return { ...ms, unknown: expected - known, coverage: known / expected }
}

/** Counts the changes of the cycle number from one row to the next in (startMs, endMs]. */
function cyclesIn(rows: readonly Row[], startMs: number, endMs: number): number {
  return rows.filter((row, i) => {
    return i > 0 && row.ts > startMs && row.ts <= endMs && row.cycle !== rows[i - 1]?.cycle
  }).length
}

describe.runIf(file !== null)(`the day of a ur3 (${DATASETS_REMEDY})`, () => {
  const rows = file === null ? [] : rowsOf(file)
  const quarters = [...new Set(rows.map((row) => Math.floor(row.ts / QUARTER_MS) * QUARTER_MS))]
  let gateway: TestGateway

  const series = (kpi: string, window: Window, scope: 'plant' | 'device' = 'device') =>
    allPoints(gateway, { plant: 'ur3', kpi, window, scope, id: 'ur3', ...DAY })

  async function theDay(kpi: string, scope: 'plant' | 'device' = 'device'): Promise<KpiPoint> {
    const points = await series(kpi, '1d', scope)
    expect(points, kpi).toHaveLength(1)
    return points[0]!
  }

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await playDataset(gateway, 'ur3', file ?? '')
    await settled(gateway)
    await until(async () => (await series('time_unknown', '1d'))[0]?.provisional === false)
  })

  afterAll(async () => {
    await gateway.stop()
    removeData(gateway)
  })

  test('arrives whole', async () => {
    const accounts = await settled(gateway)
    expect(accounts.closes).toBe(true)
    // State, cycle count and lost grips.
    expect(accounts.readings).toMatchObject({ archived: 3 * rows.length, duplicate: 0, conflict: 0 })
  })

  test.each(['device', 'plant'] as const)(
    'has 248 cycles and too little coverage to publish them (%s)',
    async (scope) => {
      expect(cyclesIn(rows, -Infinity, Infinity)).toBe(CYCLES)
      const cycles = await theDay('cycles', scope)
      expect(cycles).toMatchObject({ value: null, reason: 'low_coverage', numerator: CYCLES, provisional: false })
    },
  )

  test.each(['device', 'plant'] as const)('has too little coverage for a utilization (%s)', async (scope) => {
    const day = accountOf(rows, Date.parse(DAY.from), Date.parse(DAY.to))
    const utilization = await theDay('robot_util_calendar', scope)
    expect(utilization).toMatchObject({ value: null, reason: 'low_coverage', provisional: false })
    expect(utilization.numerator).toBeCloseTo(day.producing / 1000, 9)
    expect(utilization.coverage).toBeCloseTo(day.coverage, 9)
  })

  test.each([...STATES, 'unknown'] as const)('has its time %s in the day as in the rows', async (state) => {
    const day = accountOf(rows, Date.parse(DAY.from), Date.parse(DAY.to))
    const point = await theDay(`time_${state}`)
    expect(point).toMatchObject({ unit: 's', reason: '', provisional: false })
    expect(point.value).toBeCloseTo(day[state] / 1000, 9)
  })

  test.each([...STATES, 'unknown'] as const)('has its time %s in each quarter as in the rows', async (state) => {
    const points = await series(`time_${state}`, '15m')
    expect(points.map((point) => Date.parse(point.start))).toEqual(quarters)
    for (const point of points) {
      const quarter = accountOf(rows, Date.parse(point.start), Date.parse(point.end))
      expect(point.value, point.start).toBeCloseTo(quarter[state] / 1000, 9)
    }
  })

  test('knows nothing of the five hours in which nobody logged, and calls them neither idle nor down', async () => {
    expect(AFTERNOON_START - MORNING_END).toBeGreaterThan(5 * HOUR_MS)
    const inThePause = (points: readonly KpiPoint[]) =>
      points.filter((p) => Date.parse(p.start) > MORNING_END && Date.parse(p.end) < AFTERNOON_START)
    expect(inThePause(await series('time_unknown', '1h')).map((p) => p.value)).toEqual([3600, 3600, 3600, 3600])
    for (const state of [...STATES, 'down_fault']) {
      expect(inThePause(await series(`time_${state}`, '1h')).map((p) => p.value)).toEqual([0, 0, 0, 0])
    }
    const utilization = inThePause(await series('robot_util_calendar', '1h'))
    expect(utilization.map((p) => [p.value, p.coverage])).toEqual(Array.from({ length: 4 }, () => [null, 0]))
    expect((await theDay('time_down_fault')).value).toBe(0)
  })

  test('has a utilization in each quarter that is known for three quarters of its time', async () => {
    const points = await series('robot_util_calendar', '15m')
    expect(points.map((point) => Date.parse(point.start))).toEqual(quarters)
    for (const point of points) {
      const quarter = accountOf(rows, Date.parse(point.start), Date.parse(point.end))
      expect(point.coverage, point.start).toBeCloseTo(quarter.coverage, 9)
      expect(point.numerator, point.start).toBeCloseTo(quarter.producing / 1000, 9)
      if (quarter.coverage < COVERAGE_MIN) {
        expect(point, point.start).toMatchObject({ value: null, reason: 'low_coverage' })
      } else {
        expect(point.value, point.start).toBeCloseTo(point.numerator! / point.denominator!, 12)
      }
      if (quarter.unknown === 0 && Date.parse(point.start) > rows[0]!.ts) {
        expect(point.value, point.start).toBeCloseTo(quarter.producing / QUARTER_MS, 12)
      }
    }
    const low = points.filter((point) => point.value === null)
    expect(low.map((point) => [point.start.slice(11, 16), point.coverage.toFixed(3)])).toEqual([
      ['14:15', '0.674'],
      ['15:30', '0.741'],
    ])
  })

  test('counts its cycles in the quarter in which each begins, 248 in all', async () => {
    const points = await series('cycles', '15m')
    for (const point of points) {
      const { start, end } = point
      expect(point.numerator, start).toBe(cyclesIn(rows, Date.parse(start), Date.parse(end)))
      const isCovered = point.coverage >= COVERAGE_MIN
      expect([point.value, point.reason], start).toEqual(isCovered ? [point.numerator, ''] : [null, 'low_coverage'])
    }
    expect(points.reduce((total, point) => total + (point.numerator ?? 0), 0)).toBe(CYCLES)
  })
})
