import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report, ReportTable } from '../../../src/base/report.js'
import { readStackHours } from '../../../src/pipeline/stack-hours.js'
import { figureValue, reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { smallPlant } from '../../support/small-plant.js'

/** Two days of a plant of Shanghai of which every hour of the stack is valid, and September, of which only the end has data. */
let bench: Bench
let days: Report
let month: Report
let first: Report

beforeAll(async () => {
  bench = await smallPlant()
  const now = '2026-10-15T00:00:00.000Z'
  days = await reportOf(bench, { from: '2026-10-01', to: '2026-10-03', now })
  month = await reportOf(bench, { from: '2026-09-01', to: '2026-10-01', now })
  first = await reportOf(bench, { from: '2026-10-01', to: '2026-10-03', now, edition: 1 })
})
afterAll(() => bench.close())

function table(report: Report, id: string): ReportTable {
  const found = report.sections.flatMap(({ tables }) => tables).find((one) => one.id === id)
  if (found === undefined) throw new Error(`there is no table ${id}`)
  return found
}

function cell(report: Report, id: string, column: string, row = 0): unknown {
  const { columns, rows } = table(report, id)
  return rows[row]?.cells[columns.findIndex((one) => one.id === column)]
}

describe('a stack of which every hour is valid', () => {
  const stack = (name: string) => `p/stack/boiler-1/nox/${name}`

  test('has a capture of 100 %, and its mass the coverage 1', () => {
    expect(figureValue(days, stack('valid'))).toBe('48')
    expect(figureValue(days, stack('capture'))).toBe('100')
    expect(days.figures[stack('kg')]?.coverage).toBe(1)
  })

  test('had 1 % in edition 1, and its mass 0.01', () => {
    expect(figureValue(first, stack('capture'))).toBe('1')
    expect(first.figures[stack('kg')]?.coverage).toBe(0.01)
  })

  test('below its limit has no multiple of it, and its highest hour by the clocks of the plant', () => {
    expect(cell(days, 'pollutants', 'multiple')).toEqual({ text: { en: 'not above', zh: '未超标' } })
    expect(cell(days, 'pollutants', 'at')).toEqual({ word: expect.stringMatching(/^2026-10-0[12]T\d\d:00:00\+08:00$/) })
    expect(cell(first, 'pollutants', 'at')).toEqual({ word: expect.stringMatching(/^2026-.*Z$/) })
  })
})

describe('a stack whose first figure is on the 29th day of the month', () => {
  const stack = (name: string) => `p/stack/boiler-1/nox/${name}`

  test('has a capture of the calendar month: hours before its first figure are invalid', () => {
    const [valid, invalid] = [figureValue(month, stack('valid')), figureValue(month, stack('invalid'))]
    expect(Number(valid) + Number(invalid)).toBe(720)
    expect(Number(figureValue(month, stack('capture')))).toBeCloseTo((Number(valid) / 720) * 100, 9)
    expect(Number(figureValue(month, stack('capture')))).toBeLessThan(6)
    expect(month.figures[stack('kg')]).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('tells these hours together, not one by one', () => {
    const { rows, note } = table(month, 'substituted')
    expect(rows.length).toBeLessThan(3)
    expect(note?.en).toMatch(/^boiler-1, NOx: the first 6\d\d hours of the period lie before its first data/)
  })
})

test('a stack that the configuration names from a day on has no hours before it', async () => {
  const metrics = { nox_mgm3: { period_s: 1800 }, stack_flow_nm3h: { period_s: 1800 } }
  const builtMs = Date.parse('2026-09-29T00:00:00Z')
  const bench = await Bench.open([plantOf({ devices: [] })], Date.parse('2026-08-30T00:00:00Z'))
  await bench.configure([plantOf({ devices: [{ id: 's', role: 'stack', metrics }] })], builtMs)
  const readings = Array.from({ length: 90 }, (_, i) => builtMs + i * 1_800_000).flatMap((ts) => [
    reading({ device: 's', metric: 'nox_mgm3', ts, value: 90 }),
    reading({ device: 's', metric: 'stack_flow_nm3h', ts, value: 12_000 }),
  ])
  await bench.feed(readings, Date.parse('2026-10-10T00:00:00Z'))
  const report = await reportOf(bench, { from: '2026-09-01', to: '2026-10-01', now: '2026-10-15T00:00:00.000Z' })
  await bench.close()
  const hours = ['valid', 'invalid'].map((name) => Number(figureValue(report, `p/stack/s/nox/${name}`)))
  expect(hours).toEqual([45, 3])
  expect(Number(figureValue(report, 'p/stack/s/nox/capture'))).toBe(93.75)
})

test('a stack that holds from a day before it was configured has its hours due from that day on, measured or not, on the page too', async () => {
  const metrics = { nox_mgm3: { period_s: 1800 }, stack_flow_nm3h: { period_s: 1800 } }
  const begunMs = Date.parse('2026-09-29T10:00:00Z')
  const bench = await Bench.open([plantOf({ devices: [] })], Date.parse('2026-08-30T00:00:00Z'))
  const readings = Array.from({ length: 70 }, (_, i) => begunMs + i * 1_800_000).flatMap((ts) => [
    reading({ device: 's', metric: 'nox_mgm3', ts, value: 90 }),
    reading({ device: 's', metric: 'stack_flow_nm3h', ts, value: 12_000 }),
  ])
  await bench.feed(readings, Date.parse('2026-10-10T00:00:00Z'))
  const adopted = plantOf({ devices: [{ id: 's', role: 'stack', holds_from: '2026-09-29', metrics }] })
  const toldMs = Date.parse('2026-10-10T00:00:01Z')
  await bench.configure([adopted], toldMs)
  bench.tick(Date.parse('2026-10-15T00:00:00Z'))
  await bench.settle()
  const report = await reportOf(bench, { from: '2026-09-01', to: '2026-10-01', now: '2026-10-15T00:00:00.000Z' })
  const of = (name: string) => Number(figureValue(report, `p/stack/s/nox/${name}`))
  expect([of('valid'), of('invalid')]).toEqual([35, 13])
  const { captures } = await readStackHours(
    {
      archive: { events: async () => [] },
      points: bench.store.points.bind(bench.store),
      timezone: 'UTC',
      stated: [
        { fromMs: Date.parse('2026-08-30T00:00:00Z'), options: plantOf({ devices: [] }) },
        { fromMs: toldMs, options: adopted },
      ],
      nowMs: Date.parse('2026-10-01T00:00:00Z'),
    },
    {
      ...{ plant: 'p', stack: 's', pollutant: 'nox', profile: 'hj75', afterMs: null, limit: 1000 },
      ...{ fromMs: Date.parse('2026-09-01T00:00:00Z'), toMs: Date.parse('2026-10-01T00:00:00Z') },
    },
  )
  expect(captures).toMatchObject([{ hours: 48, stopped: 0, invalid: 13 }])
  const day = { kpi: 'valid_capture_nox', window: '1d', scope: 'device', id: 's' } as const
  const point = await bench.point({ ...day, start: Date.parse('2026-09-29T00:00:00Z') })
  await bench.close()
  expect(point?.numerator).toBe(1400)
  expect(point?.denominator).toBe(24)
})

describe('a month whose data begin on its 29th day at 08:07', () => {
  test('is as complete in the headline as its streams are', () => {
    const streams = Object.entries(month.figures).filter(([id]) => id.startsWith('p/stream/'))
    const sum = (name: string) =>
      streams.filter(([id]) => id.endsWith(`/${name}`)).reduce((n, [, { value }]) => n + Number(value), 0)
    expect(figureValue(month, 'p/data_completeness/whole')).toBe(String(sum('expected')))
    expect(figureValue(month, 'p/data_completeness/part')).toBe(String(sum('received')))
    const each = streams.filter(([id]) => id.endsWith('/completeness')).map(([, { value }]) => Number(value))
    const headline = Number(figureValue(month, 'p/data_completeness'))
    expect(headline).toBeLessThan(6)
    expect(headline).toBeGreaterThanOrEqual(Math.min(...each))
    expect(headline).toBeLessThanOrEqual(Math.max(...each))
  })

  test('covers the part of the calendar month that has data, and says since when', () => {
    const { coverage, value, data_from: from } = month.figures['p/energy_elec_import']!
    // From the configuration of 30 days before the readings on data were due; the readings are 39.88 of 720 hours.
    expect(coverage).toBeCloseTo(39.8833 / 720, 3)
    expect(value).toBeNull()
    expect(from).toBeUndefined()
  })

  test('says on its first page from when to when there are data', () => {
    const [row] = table(month, 'notice').rows.filter(({ cells }) => JSON.stringify(cells[0]).includes('"Data"'))
    expect(JSON.stringify(row?.cells[1])).toContain(
      'from 2026-09-29T08:07:00+08:00 to 2026-10-01T00:00:00+08:00, of a period from 2026-09-01T00:00:00+08:00',
    )
  })
})

test('a day in which the data begin is no whole day', async () => {
  const fromMs = Date.parse('2026-10-01T18:00:00Z')
  const late = await Bench.open([plantOf({ devices: [{ id: 'm1', role: 'main' }] })], fromMs)
  const readings = Array.from({ length: 31 }, (_, i) => {
    return reading({ metric: 'elec_import_kwh', ts: fromMs + i * 3_600_000, value: 10 * i })
  })
  await late.commit(readings)
  late.tick(Date.parse('2026-10-05T00:00:00Z'))
  await late.settle()
  const asked = { from: '2026-10-01', to: '2026-10-03', now: '2026-10-05T00:00:00.000Z' }
  const figure = (report: Report) => report.figures['p/energy_elec_import']!
  const today = figure(await reportOf(late, asked))
  const before = figure(await reportOf(late, { ...asked, edition: 1 }))
  await late.close()
  expect(today).toMatchObject({ coverage: 30 / 48, value: null, data_from: '2026-10-01T18:00:00+00:00' })
  // It took the six hours of the first day for a whole one.
  expect(before).toMatchObject({ coverage: 1, value: '300' })
})

test('a factor of a year gone by is called the newest published, and printed parts of a sum are explained', () => {
  const rows = table(days, 'factors').rows.map(({ cells }) => JSON.stringify(cells))
  const grid = rows.find((row) => row.includes('cn.grid.'))
  expect(grid).toContain('the newest published')
  expect(table(days, 'totals').note?.en).toContain('Each value is rounded for itself')
  expect(table(first, 'totals').note?.en).not.toContain('rounded')
})
