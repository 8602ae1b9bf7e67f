import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suzhouPlant } from '../../../simulators/demo-plants.js'
import { positiveArea } from '../../../simulators/physics/flow.js'
import { PlantRegisters } from '../../../simulators/physics/registers.js'

const { model } = suzhouPlant()
const DAY_MS = 86_400_000
const DAYS = 40
const FLOWS = ['import', 'export', 'reactive', 'solar', 'press', 'weld', 'paint', 'compressor', 'unmetered']

const meters = new PlantRegisters(model, 1)
const instant = fc.integer({ min: 0, max: DAYS * DAY_MS }).map((ms) => model.epochMs + ms)
const flow = fc.constantFrom(...FLOWS)

function energy(name: string, fromMs: number, toMs: number): number {
  return meters.register(name, toMs) - meters.register(name, fromMs)
}

describe('registers of the demo plant', () => {
  it('stand at zero at the epoch and are not defined before it', () => {
    for (const name of FLOWS) expect(meters.register(name, model.epochMs)).toBe(0)
    expect(() => meters.register('import', model.epochMs - 1)).toThrow('begin at 2025-12-31T16:00:00.000Z')
  })

  it('never run backwards', () => {
    fc.assert(
      fc.property(flow, instant, fc.integer({ min: 1, max: 120_000 }), (name, at, later) => {
        expect(meters.register(name, at + later)).toBeGreaterThanOrEqual(meters.register(name, at))
      }),
    )
  })

  it('do not run backwards across midnight', () => {
    for (let day = 1; day < DAYS; day++) {
      const midnight = model.epochMs + day * DAY_MS
      for (const name of FLOWS) {
        const around = [-2, -1, 0, 1, 2].map((ms) => meters.register(name, midnight + ms))
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
    // Ten seconds of straight power are its mean; what is left is the meter's step of 1 Wh at each end.
    fc.assert(
      fc.property(flow, fc.integer({ min: 0, max: DAYS * 8640 - 1 }), (name, step) => {
        if (name === 'reactive') return
        const at = model.epochMs + step * 10_000
        const shown = meters.power(name, at + 5000)
        const kwh = energy(name, at, at + 10_000)
        // A power through zero bends inside the ten seconds.
        const bend = name === 'import' || name === 'export' ? 3 : 0.01
        expect(Math.abs(kwh * 360 - shown)).toBeLessThanOrEqual(0.001 * 360 + bend)
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

  it('depend on the seed', () => {
    const at = model.epochMs + DAY_MS
    expect(new PlantRegisters(model, 2).register('import', at)).not.toBe(meters.register('import', at))
  })

  it('keep a working day inside the targets of the demo config', () => {
    // 2026-01-05 is a Monday.
    const monday = model.epochMs + 4 * DAY_MS
    for (let day = 0; day < 6; day++) {
      const midnight = monday + day * DAY_MS
      const kwh = energy('import', midnight, midnight + DAY_MS)
      const quarters = Array.from({ length: 96 }, (_, i) => midnight + i * 900_000)
      const peak = Math.max(...quarters.map((start) => 4 * energy('import', start, start + 900_000)))
      const powerFactor = kwh / Math.hypot(kwh, energy('reactive', midnight, midnight + DAY_MS))
      expect(kwh).toBeGreaterThan(14_000)
      expect(kwh).toBeLessThan(17_000)
      expect(peak).toBeGreaterThan(1000)
      expect(peak).toBeLessThan(1110)
      expect(powerFactor).toBeGreaterThan(0.9)
      expect(powerFactor).toBeLessThan(0.97)
    }
  })

  it('rest on Sundays and in the break', () => {
    const sunday = model.epochMs + 3 * DAY_MS
    expect(energy('press', sunday, sunday + DAY_MS)).toBeLessThan(500)
    const breakTime = model.epochMs + 4 * DAY_MS + (12 * 60 + 30) * 60_000
    expect(meters.power('press', breakTime)).toBeLessThan(80)
    expect(meters.power('press', breakTime - 3_600_000)).toBeGreaterThan(220)
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
