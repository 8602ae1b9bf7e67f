import { afterEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, ownGrid, register } from '../../../support/carbon.js'
import { Bench } from '../../../support/engine.js'

const TWO_HOURS = ['2025-07-01T09:00Z', '2025-07-01T11:00Z'] as const

let bench: Bench
afterEach(() => bench.close())

async function run(readings: readonly Reading[], plant: PlantOptions): Promise<void> {
  bench = await Bench.open([plant])
  await bench.feed(
    [...readings].sort((a, b) => a.ts - b.ts),
    at('2027-06-01T00:00Z'),
  )
}

const hour = () => bench.point({ kpi: 'scope1_uncertainty', window: '1h', start: at(TWO_HOURS[0]) })
const meter = (id: string, pct?: number) => ({
  id,
  metrics: { ng_volume_nm3: pct === undefined ? {} : { uncertainty_pct: pct } },
})
const gas = (device: string, nm3 = 20_000) => register(device, 'ng_volume_nm3', TWO_HOURS, nm3)

describe('uncertainty of direct emissions (IPCC approach 1)', () => {
  test('S5: 5 % of the meter and 10 % of the factor are 11.18 %', async () => {
    await run(gas('a'), carbonPlant({ devices: [meter('a', 5)], carbon: { factor_uncertainty_pct: 10 } }))
    expect((await hour())?.value).toBeCloseTo(11.18, 2)
  })

  test('one meter is off by the same in every hour: a day is no better known than an hour', async () => {
    const day = ['2025-06-30T16:00Z', '2025-07-01T16:00Z'] as const
    await run(
      register('a', 'ng_volume_nm3', day, 24_000),
      carbonPlant({ devices: [meter('a', 3)], carbon: { factor_uncertainty_pct: 4 } }),
    )
    const point = await bench.point({ kpi: 'scope1_uncertainty', window: '1d', start: at(day[0]) })
    expect(point?.value).toBeCloseTo(5, 9)
  })

  test('two meters of the same size err apart: 5 % each are 3.54 % together', async () => {
    const carbon = { activity_uncertainty_pct: 3, factor_uncertainty_pct: 4 }
    await run([...gas('a'), ...gas('b')], carbonPlant({ devices: [meter('a'), meter('b')], carbon }))
    expect((await hour())?.value).toBeCloseTo(5 / Math.SQRT2, 9)
  })

  test('what one desk reports errs apart by fuel and gas, as if two desks had reported it', async () => {
    const ts = at(TWO_HOURS[0])
    const said = (type: string, fields: Record<string, unknown>, device = 'desk') => {
      return { plant: 'p', line: 'l', device, id: `${type}-${device}-${ts}`, type, ts, receivedAt: ts, fields }
    }
    const carbon = { activity_uncertainty_pct: 3, factor_uncertainty_pct: 4 }
    const values: unknown[] = []
    for (const desk of ['desk', 'desk-2']) {
      bench = await Bench.open([carbonPlant({ carbon })])
      // 1 t of diesel is 3145.1 kg, and so is this gas at 1530 each.
      const leak = said('refrigerant_refill', { gas: 'hfc134a', kg: 3145.1 / 1530 }, desk)
      await bench.commit([], [said('fuel_used', { fuel: 'diesel', amount: 1 }), leak])
      bench.tick(at('2027-06-01T00:00Z'))
      await bench.settle()
      values.push((await hour())?.value)
      await bench.close()
    }
    bench = await Bench.open([carbonPlant()])
    expect(values[0]).toBeCloseTo(5 / Math.SQRT2, 2)
    expect(values[1]).toBe(values[0])
  })

  test('one gas in two spellings is one source, that errs alike', async () => {
    const ts = at(TWO_HOURS[0])
    const leak = (gas: string, i: number) => {
      const id = `leak-${i}`
      return {
        plant: 'p',
        line: 'l',
        device: 'desk',
        id,
        type: 'refrigerant_refill',
        ts,
        receivedAt: ts,
        fields: { gas, kg: 1 },
      }
    }
    bench = await Bench.open([carbonPlant({ carbon: { activity_uncertainty_pct: 3, factor_uncertainty_pct: 4 } })])
    await bench.commit([], ['R134a', 'HFC-134a', 'hfc134a'].map(leak))
    bench.tick(at('2027-06-01T00:00Z'))
    await bench.settle()
    expect((await hour())?.value).toBeCloseTo(5, 9)
  })

  test('the uncertainty of an own factor goes before that of the tables', async () => {
    const of = (part: string, value: number, unit: string, uncertainty_pct?: number) =>
      ownGrid(value, { id: `own.${part}`, activity: `fuel.natural_gas.${part}`, unit, uncertainty_pct })
    const factors = [
      of('ncv', 36_000, 'kJ/Nm3', 2),
      of('carbon_content', 0.0153, 'tC/GJ', 3),
      of('oxidation_factor', 0.99, '1', 6),
    ]
    await run(gas('a'), carbonPlant({ factors, devices: [meter('a', 24)] }))
    // √(24² + 2² + 3² + 6²) = 25
    expect((await hour())?.value).toBeCloseTo(25, 9)
  })

  test.each([
    ['nothing', {}, undefined],
    ['the meter alone', {}, 5],
    ['the factor alone', { factor_uncertainty_pct: 10 }, undefined],
  ])('with %s configured it is null: what nobody has said is not certain', async (_what, carbon, pct) => {
    await run(gas('a'), carbonPlant({ devices: [meter('a', pct)], carbon }))
    const point = await hour()
    expect(point).toMatchObject({ value: null, reason: 'bad_config', coverage: 1 })
    expect(point?.denominator).toBeCloseTo(21_621.9, 0)
  })

  test('where nothing was burnt there is no part of it: no_denominator', async () => {
    await run(gas('a', 0), carbonPlant({ devices: [meter('a', 5)], carbon: { factor_uncertainty_pct: 10 } }))
    expect(await hour()).toMatchObject({ value: null, reason: 'no_denominator' })
  })
})
