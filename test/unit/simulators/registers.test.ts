// @module-tag slow

import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { positiveArea } from '../../../simulators/physics/flow.js'
import { PlantRegisters } from '../../../simulators/physics/registers.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'

const DAY_MS = 86_400_000
const DAYS = 40

/** The limits are those of the demo config's targets; the rest is what a plant of this size takes on a working day. */
const PLANTS = [
  { ...suzhou, kwh: [14_000, 17_000], peakKw: [1000, 1110], gas: [1200, 2200], water: [110, 180] },
  { ...dresden, kwh: [21_000, 32_500], peakKw: [1250, 1420], gas: [1500, 4000], water: [80, 140] },
  { ...monterrey, kwh: [18_500, 26_000], peakKw: [1350, 1500], gas: [1300, 1900], water: [120, 190] },
] as const

/** Midnight of a date in the plant's zone. */
function midnight(zone: string, date: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
}

describe.each(PLANTS.map((plant) => [plant.model.id, plant] as const))('the registers of %s', (_, plant) => {
  const { model } = plant
  const { epochMs, zone } = model.days
  const drives = model.drives.map(({ robot }) => robot.id)
  const loads = model.loads.map(({ id }) => id)
  const flows = ['import', 'export', 'reactive', 'solar', 'gas', 'water', ...loads, ...drives]
  const meters = new PlantRegisters(model, 1)
  const instant = fc.integer({ min: 0, max: DAYS * DAY_MS }).map((ms) => epochMs + ms)
  const flow = fc.constantFrom(...flows)

  function grown(name: string, fromMs: number, toMs: number): number {
    return meters.register(name, toMs) - meters.register(name, fromMs)
  }

  it('stand at zero at the epoch and are not defined before it', () => {
    for (const name of flows) expect(meters.register(name, epochMs)).toBe(0)
    expect(() => meters.register('import', epochMs - 1)).toThrow(`begins at ${new Date(epochMs).toISOString()}`)
  })

  it('never run backwards', () => {
    fc.assert(
      fc.property(flow, instant, fc.integer({ min: 1, max: 120_000 }), (name, at, later) => {
        expect(meters.register(name, at + later)).toBeGreaterThanOrEqual(meters.register(name, at))
      }),
    )
  })

  it('do not run backwards across midnight, and do not jump there', () => {
    for (let day = 1; day < DAYS; day++) {
      const { startMs } = model.days.day(day)
      for (const name of flows) {
        const around = [-2, -1, 0, 1, 2].map((ms) => meters.register(name, startMs + ms))
        expect(around).toEqual([...around].sort((a, b) => a - b))
        expect(around[4]! - around[0]!).toBeLessThan(0.01)
      }
    }
  })

  it('are the same after a restart, whatever was asked before and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(flow, instant), { minLength: 1, maxLength: 6 }), (asked) => {
        const restarted = new PlantRegisters(model, 1)
        for (const [name, at] of [...asked].reverse()) {
          expect(restarted.register(name, at)).toBe(meters.register(name, at))
        }
      }),
      { numRuns: 10 },
    )
  })

  it('grow by the power shown', () => {
    // Ten seconds of straight power are its mean; what is left is the meter's step of a thousandth at each end.
    fc.assert(
      fc.property(flow, fc.integer({ min: 0, max: DAYS * 8640 - 1 }), (name, step) => {
        if (name === 'reactive') return
        const at = epochMs + step * 10_000
        const shown = meters.power(name, at + 5000)
        // A power through zero bends inside the ten seconds.
        const bend = name === 'import' || name === 'export' ? 3 : 0.01
        expect(Math.abs(grown(name, at, at + 10_000) * 360 - shown)).toBeLessThanOrEqual(0.001 * 360 + bend)
      }),
    )
  })

  it('balance: what the consumers take is import plus sun minus export', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const taken = model.loads.reduce((sum, load) => sum + meters.register(load.id, at), 0)
        const given = meters.register('import', at) + meters.register('solar', at) - meters.register('export', at)
        expect(Math.abs(taken - given)).toBeLessThan(0.01)
      }),
    )
  })

  it('of a machine show no more than that of its area, in any quarter of an hour', () => {
    fc.assert(
      fc.property(fc.constantFrom(...model.drives), fc.integer({ min: 0, max: DAYS * 96 - 1 }), (drive, quarter) => {
        const from = epochMs + quarter * 900_000
        const own = grown(drive.robot.id, from, from + 900_000)
        expect(own).toBeLessThan(grown(drive.behind, from, from + 900_000))
        expect(own).toBeGreaterThanOrEqual(drive.kw.off / 4 - 0.002)
        expect(own).toBeLessThanOrEqual(drive.kw.working / 4 + 0.002)
      }),
    )
  })

  it('depend on the seed', () => {
    const other = new PlantRegisters(model, 2)
    const at = epochMs + DAY_MS
    for (const name of flows) {
      // There is no export in a week of work, whatever the sun does.
      if (name !== 'export') expect(other.register(name, at)).not.toBe(meters.register(name, at))
    }
  })

  it.each(['2026-01-05', '2026-07-06'])(
    'keep the working week of %s inside the targets of the demo config',
    (monday) => {
      for (let day = 0; day < 5; day++) {
        const from = midnight(zone, monday) + day * DAY_MS
        const to = from + DAY_MS
        const kwh = grown('import', from, to)
        const quarters = Array.from({ length: 96 }, (_, i) => from + i * 900_000)
        const peak = Math.max(...quarters.map((start) => 4 * grown('import', start, start + 900_000)))
        const powerFactor = kwh / Math.hypot(kwh, grown('reactive', from, to))
        expect(kwh).toBeGreaterThan(plant.kwh[0])
        expect(kwh).toBeLessThan(plant.kwh[1])
        expect(peak).toBeGreaterThan(plant.peakKw[0])
        expect(peak).toBeLessThan(plant.peakKw[1])
        expect(powerFactor).toBeGreaterThan(0.9)
        expect(powerFactor).toBeLessThan(0.97)
        expect(grown('water', from, to)).toBeGreaterThan(plant.water[0])
        expect(grown('water', from, to)).toBeLessThan(plant.water[1])
      }
    },
  )

  it('show gas that follows the heat: process in any season, halls in winter', () => {
    const winter = midnight(zone, '2026-01-14')
    const summer = midnight(zone, '2026-07-15')
    const sunday = midnight(zone, '2026-07-19')
    expect(grown('gas', winter, winter + DAY_MS)).toBeGreaterThan(plant.gas[0])
    expect(grown('gas', winter, winter + DAY_MS)).toBeLessThan(plant.gas[1])
    expect(grown('gas', winter, winter + DAY_MS)).toBeGreaterThan(grown('gas', summer, summer + DAY_MS))
    expect(grown('gas', sunday, sunday + DAY_MS)).toBeLessThan(grown('gas', summer, summer + DAY_MS) / 2)
  })

  it('rest when the plant is closed, and give what the sun is too much', () => {
    const summer = midnight(zone, '2026-05-03')
    const sundays = Array.from({ length: 12 }, (_, week) => summer + week * 7 * DAY_MS)
    const monday = summer + DAY_MS
    for (const sunday of sundays) {
      const taken = model.loads.reduce((sum, { id }) => sum + grown(id, sunday, sunday + DAY_MS), 0)
      const working = model.loads.reduce((sum, { id }) => sum + grown(id, monday, monday + DAY_MS), 0)
      expect(taken).toBeLessThan(working / 3)
    }
    expect(sundays.some((sunday) => grown('export', sunday, sunday + DAY_MS) > 300)).toBe(true)
    expect(grown('export', monday, monday + DAY_MS)).toBeLessThan(1)
  })
})

describe('the presses of Suzhou', () => {
  it('stand still in the break', () => {
    const meters = new PlantRegisters(suzhou.model, 1)
    const monday = midnight('Asia/Shanghai', '2026-01-05')
    expect(meters.power('press', monday + 12.5 * 3_600_000)).toBeLessThan(80)
    expect(meters.power('press', monday + 11.5 * 3_600_000)).toBeGreaterThan(220)
  })
})

describe('a plant whose clocks are put forward and back', () => {
  const meters = new PlantRegisters(dresden.model, 1)

  // The Mondays after the changes of 29 March and 25 October: the shift begins at six by the clocks of the day.
  it.each([
    ['2026-03-27', '05:00Z'],
    ['2026-03-30', '04:00Z'],
    ['2026-10-23', '04:00Z'],
    ['2026-10-26', '05:00Z'],
  ])('on %s begins its early shift at %s', (date, six) => {
    const at = Date.parse(`${date}T${six}`)
    const ramped = 10 * 60_000
    if (new Date(at).getUTCDay() === 1) expect(meters.power('machining', at - ramped)).toBeLessThan(100)
    expect(meters.power('machining', at + ramped)).toBeGreaterThan(400)
  })

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ])('takes on %s what a Sunday of %d hours takes', (date, hours) => {
    const from = midnight('Europe/Berlin', date)
    const kwh = meters.register('hardening', from + hours * 3_600_000) - meters.register('hardening', from)
    expect(midnight('Europe/Berlin', date) + hours * 3_600_000).toBe(
      Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime('Europe/Berlin').epochMilliseconds,
    )
    expect(kwh / hours).toBeGreaterThan(112)
    expect(kwh / hours).toBeLessThan(118)
  })
})

describe('a one-way register in a minute whose power passes zero', () => {
  it.each([
    [100, 100, 1, 100],
    [0, 100, 1, 50],
    [-100, -50, 1, 0],
    [100, -100, 1, 25],
    [-100, 100, 1, 25],
    [-100, 100, 0.5, 0],
    [100, -100, 0.5, 25],
    [0, 0, 1, 0],
  ])('from %d to %d kW, %f of it: %d', (a, b, x, area) => {
    expect(positiveArea(a, b, x)).toBe(area)
  })
})
