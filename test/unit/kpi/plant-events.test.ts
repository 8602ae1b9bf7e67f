import { performance } from 'node:perf_hooks'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plantOptions } from '../../../src/base/plant.js'
import { PlantEvents } from '../../../src/kpi/events/plant-events.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import type { Analysis } from '../../../src/kpi/settings/laboratory.js'
import { IdealCycles } from '../../../src/kpi/settings/products.js'
import { PlantVersion } from '../../../src/kpi/settings/version.js'

/** An event that figures depend on for good costs the same, however many were there before. */

const EVENTS = 20_000
/** Ten times what it takes; what grows by the square took more than a minute. */
const MS_MAX = 5000

function tookMs(work: () => void): number {
  const startMs = performance.now()
  work()
  return performance.now() - startMs
}

describe('as many as a plant has room for in a day', () => {
  test('runs of products, the newest first, and what was made at each instant', () => {
    const plantEvents = new PlantEvents()
    const plant = plantOptions.parse({
      id: 'p',
      name: {},
      timezone: 'UTC',
      products: [{ id: 'p7', ideal_cycle_s: 2 }],
    })
    const cycles = new IdealCycles(
      [new PlantVersion(0, -Infinity, plant, bundledLibrary())],
      'd',
      plantEvents.runsOf('d'),
    )
    const took = tookMs(() => {
      for (let i = EVENTS; i > 0; i--) plantEvents.ran('d', i * 10, { status: 'start', product: `p${i}` })
      for (let i = 1; i <= EVENTS; i++) expect(cycles.at(i * 10 + 5)).toBe(i === 7 ? 2000 : null)
    })
    expect(took).toBeLessThan(MS_MAX)
  })

  test('replaced meters', () => {
    const plantEvents = new PlantEvents()
    const took = tookMs(() => {
      for (let i = EVENTS; i > 0; i--) expect(plantEvents.restart('d', 'elec_import_kwh', i)).toBe(true)
      for (let i = EVENTS; i > 0; i--) expect(plantEvents.restart('d', 'elec_import_kwh', i)).toBe(false)
      for (let i = EVENTS; i > 0; i--) plantEvents.restartAll('d', i)
    })
    expect(took).toBeLessThan(MS_MAX)
    expect(plantEvents.replacementsOf('d', 'elec_import_kwh')).toHaveLength(EVENTS)
    expect(plantEvents.replacementsOf('d', 'gas_m3').slice(0, 3)).toEqual([1, 2, 3])
  })

  test('analyses, whose factors are made when somebody asks', () => {
    const { laboratory } = new PlantEvents()
    const fields = { fuel: 'diesel', ncv: 42, unit: 'GJ/t', valid_from: '2026-01-01', valid_to: '2026-01-02' } as const
    const took = tookMs(() => {
      for (let i = 0; i < EVENTS; i++) laboratory.add({ device: 'd', id: `a${i}`, ts: i, fields } as Analysis)
    })
    expect(took).toBeLessThan(MS_MAX)
    expect(laboratory.factors).toHaveLength(EVENTS)
    laboratory.withdraw('d', 'a1')
    expect(laboratory.factors).toHaveLength(EVENTS - 1)
  })
})

test('runs and replacements are the same in whatever order they came', () => {
  const at = fc.integer({ min: 0, max: 20 })
  const run = fc.record({ ts: at, product: fc.constantFrom('a', 'b'), status: fc.constantFrom('start', 'end') })
  const runs = fc.array(run as fc.Arbitrary<{ ts: number; product: string; status: 'start' | 'end' }>, {
    maxLength: 12,
  })
  fc.assert(
    fc.property(runs, fc.array(at, { maxLength: 12 }), (sent, replaced) => {
      const [first, second] = [new PlantEvents(), new PlantEvents()]
      for (const { ts, ...fields } of sent) {
        const toMs = first.ran('d', ts, fields)
        expect(toMs).toBe(first.runsOf('d').find((one) => one.ts > ts)?.ts ?? Infinity)
      }
      for (const { ts, ...fields } of sent.toReversed()) second.ran('d', ts, fields)
      expect(second.runsOf('d')).toEqual(first.runsOf('d'))
      for (const ms of replaced) first.restart('d', 'm', ms)
      for (const ms of replaced.toReversed()) second.restart('d', 'm', ms)
      const expected = [...new Set(replaced)].sort((a, b) => a - b)
      expect(first.replacementsOf('d', 'm')).toEqual(expected)
      expect(second.replacementsOf('d', 'm')).toEqual(expected)
    }),
    { numRuns: 100 },
  )
})
