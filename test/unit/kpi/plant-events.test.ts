import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { plantOptions } from '../../../src/base/plant.js'
import { PlantEvents } from '../../../src/kpi/events/plant-events.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import type { Analysis } from '../../../src/kpi/settings/laboratory.js'
import { IdealCycles } from '../../../src/kpi/settings/products.js'
import { PlantVersion } from '../../../src/kpi/settings/version.js'

/** An event that figures depend on for good costs the same, however many were there before. */

const EVENTS = 20_000
/** Several times what it takes to find a place by halves; who looks through all before it needs a hundred times as many. */
const LOOKS_MAX = 100 * EVENTS

let looks = 0
beforeEach(() => {
  looks = 0
})

/** An instant that counts how often somebody looks at it. */
class CountedInstant {
  constructor(readonly ms: number) {}

  valueOf(): number {
    looks++
    return this.ms
  }
}

/** Each of these instants is there once, as the number that it stands for would be. */
function instants(stepMs: number): readonly number[] {
  return Array.from({ length: EVENTS + 1 }, (_, i) => new CountedInstant(i * stepMs) as unknown as number)
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
    const starts = instants(10)
    for (let i = EVENTS; i > 0; i--) plantEvents.ran('d', starts[i]!, { status: 'start', product: `p${i}` })
    for (let i = 1; i <= EVENTS; i++) expect(cycles.at(i * 10 + 5)).toBe(i === 7 ? 2000 : null)
    expect(looks).toBeGreaterThan(EVENTS)
    expect(looks).toBeLessThan(LOOKS_MAX)
  })

  test('replaced meters', () => {
    const plantEvents = new PlantEvents()
    const replaced = instants(1)
    for (let i = EVENTS; i > 0; i--) expect(plantEvents.restart('d', 'elec_import_kwh', replaced[i]!)).toBe(true)
    for (let i = EVENTS; i > 0; i--) expect(plantEvents.restart('d', 'elec_import_kwh', replaced[i]!)).toBe(false)
    for (let i = EVENTS; i > 0; i--) plantEvents.restartAll('d', replaced[i]!)
    expect(looks).toBeGreaterThan(EVENTS)
    expect(looks).toBeLessThan(LOOKS_MAX)
    expect(plantEvents.replacementsOf('d', 'elec_import_kwh')).toHaveLength(EVENTS)
    expect(plantEvents.replacementsOf('d', 'gas_m3').slice(0, 3).map(Number)).toEqual([1, 2, 3])
  })

  test('analyses, whose factors are made when somebody asks', () => {
    const { laboratory } = new PlantEvents()
    const of = { fuel: 'diesel', unit: 'GJ/t', valid_from: '2026-01-01', valid_to: '2026-01-02' } as const
    const ncv = () => {
      looks++
      return 42
    }
    const fields = Object.defineProperty({ ...of, ncv: 42 }, 'ncv', { get: ncv })
    for (let i = 0; i < EVENTS; i++) laboratory.add({ device: 'd', id: `a${i}`, ts: i, fields } as Analysis)
    expect(looks).toBe(0)
    expect(laboratory.factors).toHaveLength(EVENTS)
    expect(looks).toBeGreaterThanOrEqual(EVENTS)
    const once = looks
    expect(laboratory.factors).toHaveLength(EVENTS)
    expect(looks).toBe(once)
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

describe('a register that counts in another unit', () => {
  const replacements = (...steps: readonly ((events: PlantEvents) => void)[]) => {
    const events = new PlantEvents()
    for (const step of steps) step(events)
    return events.replacementsOf('m', 'elec_import_kwh')
  }
  const changed = (events: PlantEvents) => events.changeUnit('m', 'elec_import_kwh', 5)
  const kept = (events: PlantEvents) => events.keepUnit('m', 'elec_import_kwh', 5)
  const told = (events: PlantEvents) => void events.restart('m', 'elec_import_kwh', 5)

  test('starts anew there for as long as a configuration says so', () => {
    expect(replacements(changed)).toEqual([5])
    expect(replacements(changed, kept)).toEqual([])
    expect(replacements(kept, changed, changed)).toEqual([5])
  })

  test('stays one that somebody has replaced then, whichever came first', () => {
    expect(replacements(changed, told, kept)).toEqual([5])
    expect(replacements(told, changed, kept)).toEqual([5])
  })
})
