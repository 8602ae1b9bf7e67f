import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import type { Sample } from '../../../simulators/plant.js'
import { METRICS } from '../../../src/base/metrics.js'

const DAY_MS = 86_400_000

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0)
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB))
}

function good(samples: readonly Sample[], metric: string): number[] {
  return samples.filter(({ quality }) => quality === undefined).map(({ metrics }) => metrics[metric] as number)
}

describe.each(demoPlants(1).map((plant) => [plant.id, plant] as const))('the stack of %s', (_, plant) => {
  const stack = plant.devices.find((device) => device.class === 'emissions')!
  const start = (date: string) => Temporal.PlainDate.from(date).toZonedDateTime(plant.timezone).epochMilliseconds
  const from = start('2026-01-12')
  const week = stack.samples(from, from + 7 * DAY_MS, 60_000)

  it('reads values that are inside the range of their metric', () => {
    const outside = week.flatMap(({ metrics }) =>
      Object.entries(metrics).filter(([name, value]) => {
        const { min = 0, max = Infinity } = METRICS.get(name)!
        return typeof value !== 'number' || value < min || value > max
      }),
    )
    expect(outside).toEqual([])
  })

  it('sees more fire as more flow, more NOx, more heat and less oxygen', () => {
    const flow = good(week, 'stack_flow_nm3h')
    expect(correlation(flow, good(week, 'nox_mgm3'))).toBeGreaterThan(0.6)
    expect(correlation(flow, good(week, 'stack_temp_c'))).toBeGreaterThan(0.9)
    expect(correlation(flow, good(week, 'o2_pct'))).toBeLessThan(-0.8)
  })

  it('has the flow of the gas that is burned, thinned by the air in excess', () => {
    const meter = plant.devices.find(({ path }) => path.device === 'gas-1')!
    const volume = (at: number) => meter.samples(at, at + 1, 1)[0]!.metrics.ng_volume_nm3 as number
    const burned = volume(from + DAY_MS) - volume(from)
    const minutes = week.slice(0, 1440)
    const dry = minutes
      .filter(({ quality }) => quality === undefined)
      .map(({ metrics }) => {
        const share = (21 - (metrics.o2_pct as number)) / 21
        return (metrics.stack_flow_nm3h as number) * share
      })
    // 8.6 Nm³ of dry flue gas for each Nm³ of natural gas, without excess air.
    const meanGas = dry.reduce((sum, flow) => sum + flow, 0) / dry.length / 8.6
    expect(meanGas / (burned / 24)).toBeGreaterThan(0.98)
    expect(meanGas / (burned / 24)).toBeLessThan(1.02)
  })

  // 2026-03-29 and 2026-10-25 have 23 and 25 hours in Dresden.
  it.each(['2026-01-12', '2026-03-29', '2026-10-25'])('is calibrated once on %s, for twelve minutes', (date) => {
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString()
    const calibrated = stack.samples(start(date), start(next), 15_000).filter(({ quality }) => quality !== undefined)
    expect(calibrated).toHaveLength(12 * 4)
    expect(calibrated.at(-1)!.ts - calibrated[0]!.ts).toBe(12 * 60_000 - 15_000)
    for (const { metrics, quality } of calibrated) {
      expect(quality).toEqual({
        nox_mgm3: 'calibration',
        so2_mgm3: 'calibration',
        pm_mgm3: 'calibration',
        o2_pct: 'calibration',
      })
      expect([0, 240]).toContain(metrics.nox_mgm3)
    }
  })

  it('reads the same after a restart, and something else with another seed', () => {
    const again = (seed: number) => {
      const devices = demoPlants(seed).find(({ id }) => id === plant.id)!.devices
      return devices.find((device) => device.class === 'emissions')!.samples(from, from + DAY_MS, 60_000)
    }
    expect(again(1)).toEqual(week.slice(0, 1440))
    expect(again(2)).not.toEqual(week.slice(0, 1440))
  })
})
