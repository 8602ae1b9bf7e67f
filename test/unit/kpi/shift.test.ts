import { describe, expect, test } from 'vitest'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000

/** A kWh a minute from an instant on, sampled each minute. */
function minutes(from: string, count: number, first = 0) {
  const fromMs = Date.parse(from)
  return Array.from({ length: count }, (_, i) =>
    reading({ metric: 'elec_import_kwh', ts: fromMs + i * MINUTE_MS, value: first + i }),
  )
}

function plant(shifts: readonly unknown[], options: Record<string, unknown> = {}) {
  return plantOf({
    shifts,
    devices: [{ id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
    ...options,
  })
}

const early = { name: 'early', start: '06:00', end: '14:00' }
const energy = { kpi: 'energy_elec_import', window: 'shift' } as const

describe('the window of a shift', () => {
  test('is as long as the shift, and its energy is that of its hours', async () => {
    const bench = await Bench.open([plant([early])])
    await bench.feed(minutes('2025-07-01T05:00:00Z', 600))
    const shift = await bench.point({ ...energy, start: '2025-07-01T06:00:00Z' })
    expect(shift).toMatchObject({ value: 480, coverage: 1, provisional: false })
    expect(shift?.endMs).toBe(Date.parse('2025-07-01T14:00:00Z'))
    await bench.close()
  })

  test('crosses midnight, where the clock goes back it is an hour longer', async () => {
    const night = { name: 'night', start: '22:00', end: '06:00' }
    const bench = await Bench.open([plant([night], { timezone: 'Europe/Berlin' })])
    await bench.feed(minutes('2024-10-26T19:00:00Z', 720))
    const shift = await bench.point({ ...energy, start: '2024-10-26T20:00:00Z' })
    expect(shift).toMatchObject({ value: 540, endMs: Date.parse('2024-10-27T05:00:00Z') })
    await bench.close()
  })

  test('off the quarters of an hour it is exact to the minute, live and from the archive', async () => {
    const ragged = { name: 'early', start: '05:50', end: '14:20' }
    const live = await Bench.open([plant([ragged])])
    const readings = minutes('2025-07-01T05:00:00Z', 600)
    for (let at = 0; at < readings.length; at += 50) await live.feed(readings.slice(at, at + 50))
    const late = await Bench.open([plant([ragged])])
    await late.feed(minutes('2025-07-09T05:00:00Z', 10, 1e6))
    await late.feed(readings)
    for (const bench of [live, late]) {
      const shift = await bench.point({ ...energy, start: '2025-07-01T05:50:00Z' })
      expect(shift).toMatchObject({ value: 510, coverage: 1 })
      await bench.close()
    }
  })

  test('two shifts that overlap have a window each', async () => {
    const late = { name: 'late', start: '13:30', end: '22:00' }
    const bench = await Bench.open([plant([early, late])])
    await bench.feed(minutes('2025-07-01T05:00:00Z', 1100))
    expect(await bench.point({ ...energy, start: '2025-07-01T06:00:00Z' })).toMatchObject({ value: 480 })
    expect(await bench.point({ ...energy, start: '2025-07-01T13:30:00Z' })).toMatchObject({ value: 510 })
    await bench.close()
  })

  test('there is none on a day without one: a holiday, or a weekday on which it is not worked', async () => {
    const calendar = [
      { date: '2025-07-01', shifts: [] },
      { date: '2025-07-05', shifts: ['early'], name: 'make-up Saturday' },
    ]
    const weekdays = { ...early, days: ['mon', 'tue', 'wed', 'thu', 'fri'] }
    const bench = await Bench.open([plant([weekdays], { calendar })])
    await bench.feed(minutes('2025-07-01T00:00:00Z', 6 * 1440))
    const starts = (await bench.points())
      .filter(({ stream }) => stream.window === 'shift' && stream.scope === 'plant' && stream.kpi === energy.kpi)
      .map(({ startMs }) => new Date(startMs).toISOString().slice(5, 16))
    // The first of July is a Tuesday: 2, 3 and 4 are worked, and the Saturday that makes up.
    expect(starts).toEqual(['07-02T06:00', '07-03T06:00', '07-04T06:00', '07-05T06:00'])
    await bench.close()
  })
})
