import { afterEach, describe, expect, it, vi } from 'vitest'
import { changeOf } from '../../../dashboards/src/chart/facts.js'
import { frameOf } from '../../../dashboards/src/chart/frame.js'
import { type ChartModel, type ChartReference, stateOf } from '../../../dashboards/src/chart/model.js'
import { eventsOf, notesAmong } from '../../../dashboards/src/chart/notes.js'
import { pointWords } from '../../../dashboards/src/chart/words.js'
import { figureFor } from '../../../dashboards/src/format.js'
import { en } from '../../../dashboards/src/i18n/en.js'
import { gapsOf } from '../../../dashboards/src/series/points.js'
import { isTooFine } from '../../../dashboards/src/time/range.js'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

const HOUR = 3_600_000
const at = (hour: number) => Date.UTC(2026, 10, 24, hour)
const info = { id: 'energy_elec_import', unit: 'kWh', shape: 'sum', pillar: 'green' } as KpiInfo

/** A day or a month with 1 kWh. */
const dayPoint = (fromMs: number, toMs: number) =>
  hourPoint(0, 1, { start: new Date(fromMs).toISOString(), end: new Date(toMs).toISOString() })

function model(points: readonly KpiPoint[], more: Partial<ChartModel> = {}): ChartModel {
  return {
    view: '',
    stream: { plant: 'suzhou-1', kpi: info.id, window: '1h' },
    points,
    span: { fromMs: at(0), toMs: at(4) },
    dueMs: at(4),
    info,
    isBars: true,
    figure: figureFor(info, 100),
    reference: null,
    before: null,
    notes: [],
    restated: new Map(),
    zone: 'Asia/Shanghai',
    language: 'en',
    ...more,
  }
}

describe('the period before', () => {
  const now = [hourPoint(0, 10), hourPoint(1, 20), hourPoint(2, 30), hourPoint(3, 40)]
  const before = { points: [-4, -3, -2, -1].map((hour) => hourPoint(hour, 5)), shiftMs: 4 * HOUR }

  it('both sums and the change of a period that is over', () => {
    expect(changeOf(model(now, { before }))).toEqual({ now: 100, before: 20, share: 4, isRunning: false })
  })

  it('a running period is compared with as much of the one before, without the window that is under way', () => {
    const running = [hourPoint(0, 10), hourPoint(1, 20), hourPoint(2, 3, { provisional: true })]
    const change = changeOf(model(running, { before, dueMs: at(2) + HOUR / 2 }))
    expect(change).toEqual({ now: 30, before: 10, share: 2, isRunning: true })
  })

  it('an hour that is not known in one period does not count in the other', () => {
    const holes = { ...before, points: [hourPoint(-4, 5), hourPoint(-3, null), hourPoint(-1, 5)] }
    expect(changeOf(model(now, { before: holes }))).toMatchObject({ now: 10 + 40, before: 10 })
    const withHole = [hourPoint(0, null), hourPoint(1, 20)]
    expect(changeOf(model(withHole, { before }))).toMatchObject({ now: 20, before: 5 })
    expect(changeOf(model(now, { before: { ...before, points: [hourPoint(-4, null)] } }))).toBeNull()
  })

  it('a month of 30 days is compared with 30 of 31', () => {
    const DAY = 24 * HOUR
    const days = (fromMs: number, count: number) =>
      Array.from({ length: count }, (_, i) => dayPoint(fromMs + i * DAY, fromMs + (i + 1) * DAY))
    const [october, november] = [Date.UTC(2026, 9), Date.UTC(2026, 10)]
    const points = days(november, 30)
    const span = { fromMs: november, toMs: november + 30 * DAY }
    const earlier = { points: days(october, 31), shiftMs: 31 * DAY }
    const change = changeOf(model(points, { span, dueMs: span.toMs, before: earlier }))
    expect(change).toMatchObject({ now: 30, before: 30, share: 0 })
  })

  it('days are the same days also after the clocks have changed, months also in a leap year', () => {
    // Berlin: 25 October 2026 has 25 hours.
    const monday = Date.UTC(2026, 9, 18, 22)
    const week = [0, 24, 48, 72, 96, 120, 144, 169].map((hour) => monday + hour * HOUR)
    const daysOf = (starts: readonly number[]) => starts.slice(1).map((end, i) => dayPoint(starts[i]!, end))
    const next = [0, 24, 48].map((hour) => week.at(-1)! + hour * HOUR)
    const span = { fromMs: next[0]!, toMs: next.at(-1)! }
    const weeks = model(daysOf(next), { span, dueMs: span.toMs, before: { points: daysOf(week), shiftMs: 169 * HOUR } })
    expect(changeOf(weeks)).toMatchObject({ now: 2, before: 2 })

    const monthsOf = (year: number) => daysOf(Array.from({ length: 13 }, (_, month) => Date.UTC(year, month)))
    const [leap, year] = [Date.UTC(2024, 0), { fromMs: Date.UTC(2025, 0), toMs: Date.UTC(2026, 0) }]
    const before2025 = { points: monthsOf(2024), shiftMs: year.fromMs - leap }
    expect(changeOf(model(monthsOf(2025), { span: year, dueMs: year.toMs, before: before2025 }))).toMatchObject({
      now: 12,
      before: 12,
    })
  })

  it('levels and ratios have no sums', () => {
    expect(changeOf(model(now, { before, info: { ...info, shape: 'level' } }))).toBeNull()
  })

  it('has room on the axis too', () => {
    const high = { ...before, points: [hourPoint(-4, 900)] }
    expect(frameOf(model(now, { before: high })).ticks.at(-1)).toBeGreaterThanOrEqual(900)
  })
})

describe('gaps do not cover the future', () => {
  const day = { fromMs: at(0), toMs: at(24) }

  it('what is left of a running day is blank', () => {
    expect(gapsOf([hourPoint(0, 1), hourPoint(1, 2)], day, at(2))).toEqual([])
  })

  it('a silence is one until now', () => {
    expect(gapsOf([hourPoint(0, 1), hourPoint(1, 2)], day, at(5))).toEqual([{ fromMs: at(2), toMs: at(5) }])
  })

  it('a running window without data is one as far as it has run', () => {
    const running = hourPoint(1, null, { provisional: true })
    expect(gapsOf([hourPoint(0, 1), running], day, at(1) + HOUR / 2)).toEqual([
      { fromMs: at(1), toMs: at(1) + HOUR / 2 },
    ])
  })
})

describe('a limit', () => {
  const limit: ChartReference = { value: 100, isLimit: true, label: '', warn: { value: 95, label: '' } }

  it('is passed only above it, and near from the warning on', () => {
    expect([94, 95, 100, 101].map((value) => stateOf(value, limit))).toEqual(['normal', 'near', 'near', 'over'])
  })

  it('a target or a budget colours nothing', () => {
    expect(stateOf(101, { ...limit, isLimit: false })).toBe('normal')
    expect(stateOf(101, null)).toBe('normal')
  })
})

describe('what is said of a window', () => {
  const event = (ts: number, device: string, line: string) => ({
    id: String(ts),
    type: 'downtime_reason',
    line,
    device,
    ts: new Date(ts).toISOString(),
    received_at: new Date(ts).toISOString(),
    fields: { code: 'no_material', comment: 'coil late' },
  })
  const events = [event(at(2), 'press-1', 'press'), event(at(1), 'weld-1', 'weld')]

  it('a line has the events of its own devices', () => {
    expect(notesAmong(events, {}).map(({ event: { device } }) => device)).toEqual(['weld-1', 'press-1'])
    expect(notesAmong(events, { line: 'press' }).map(({ ms }) => ms)).toEqual([at(2)])
    expect(notesAmong(events, { device: 'weld-1' }).map(({ ms }) => ms)).toEqual([at(1)])
  })

  it('flags, what it was before, and what happened in it, in the time of the plant', () => {
    const point = hourPoint(2, 10, { rev: 1, flags: ['restated'] })
    const figure = (value: number) => ({ value, numerator: value, denominator: 1 })
    const item = {
      ...point,
      before: figure(12),
      after: figure(10),
      at: new Date(at(9)).toISOString(),
      reason: 'late_data' as const,
    }
    const shown = model([point], { notes: notesAmong(events, {}), restated: new Map([[at(2), item]]) })
    expect(pointWords(point, shown, en)).toEqual([
      'restated',
      'was 12, late data',
      '10:00 press-1: downtime · no_material · coil late',
    ])
  })
})

it('a window of which a range has more than two a pixel cannot be chosen', () => {
  expect(isTooFine(24 * HOUR, '1m')).toBe(false)
  expect(isTooFine(7 * 24 * HOUR, '1m')).toBe(true)
  expect(isTooFine(365 * 24 * HOUR, '1d')).toBe(false)
})

describe('flags that could not be read', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('are asked for again, and not taken for none; those that were read are asked for once', async () => {
    const comment = { type: 'comment', ts: new Date(at(1)).toISOString(), device: 'press-1', line: 'press' }
    let isDown = true
    let count = 0
    vi.stubGlobal('fetch', async (path: string) => {
      count++
      if (isDown) return new Response('{"error":"busy"}', { status: 503 })
      return Response.json({ items: path.includes('type=comment') ? [comment] : [], next: null })
    })
    const ask = () => eventsOf('suzhou-1', { fromMs: at(0), toMs: at(4) }, null)
    expect(await ask()).toEqual([])
    isDown = false
    expect(await ask()).toEqual([comment])
    const after = count
    expect(await ask()).toEqual([comment])
    expect(count).toBe(after)
  })
})
