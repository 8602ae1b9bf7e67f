import { describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { at, register } from '../../support/carbon.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const LATER = '2025-07-04T00:00Z'

/** A plant to which these came one after the other; behind each, all was made that could be made of what was there. */
async function plantAfter(...portions: readonly (readonly Reading[])[]): Promise<Bench> {
  const bench = await Bench.open([plantOf({})], at('2025-06-30T00:00Z'))
  for (const portion of portions) {
    await bench.commit(portion.map((one) => ({ ...one, receivedAt: at('2025-07-03T00:00Z') })))
    await bench.settle()
  }
  bench.tick(at(LATER))
  await bench.settle()
  return bench
}

describe('figures do not depend on how their readings came', () => {
  test('an hour that was looked at before anything reached it is there when its readings have come', async () => {
    const [first, between, ...later] = [
      ['08:00', '08:40'],
      ['08:10', '08:20'],
      ['09:00', '09:20'],
    ].map(([from, to]) => register('m1', 'elec_import_kwh', [`2025-07-01T${from}Z`, `2025-07-01T${to}Z`], 1))
    // All of it is old: no time passes between one and the next.
    const bench = await plantAfter(first!, between!, ...later)
    expect(await bench.point({ kpi: 'energy_elec_import', window: '1h', start: '2025-07-01T09:00Z' })).toBeDefined()
    expect(await bench.point({ kpi: 'energy_elec_import', window: '15m', start: '2025-07-01T09:15Z' })).toBeDefined()
    await bench.close()
  })

  test('a machine that gets a meter at noon does not bring the pieces of its morning under the energy of others', async () => {
    const morning = ['2025-07-01T08:00Z', '2025-07-01T10:00Z'] as const
    const [metered, other, meter] = [
      [...register('m1', 'parts_good', morning, 20), ...register('m1', 'elec_submeter_kwh', morning, 10)],
      register('m2', 'parts_good', morning, 40),
      register('m2', 'elec_submeter_kwh', ['2025-07-01T12:00Z', '2025-07-01T13:00Z'], 4),
    ]
    const hour = { kpi: 'kwh_per_good_part', window: '1h', start: '2025-07-01T08:00Z', scope: 'line', id: 'l' } as const
    for (const portions of [[[...metered, ...other, ...meter]], [metered, other, meter]]) {
      const bench = await plantAfter(...portions)
      expect(await bench.point(hour)).toMatchObject({ numerator: 5, denominator: 10, value: 0.5 })
      await bench.close()
    }
  })

  test('a meter that is replaced before it has ever sent starts anew at its replacement all the same', async () => {
    const readings = register('m1', 'ng_volume_nm3', ['2025-07-01T08:00Z', '2025-07-01T09:00Z'], 60)
    const ts = at('2025-07-01T08:32Z')
    for (const isFirst of [true, false]) {
      for (const fields of [{}, { metric: 'ng_volume_nm3' }]) {
        const event = {
          plant: 'p',
          line: 'l',
          device: 'm1',
          id: 'e1',
          type: 'meter_replaced',
          ts,
          receivedAt: ts,
          fields,
        }
        const bench = await Bench.open([plantOf({})], at('2025-06-30T00:00Z'))
        await bench.commit(isFirst ? [] : readings, isFirst ? [event] : [])
        await bench.settle()
        await bench.commit(isFirst ? readings : [], isFirst ? [] : [event])
        bench.tick(at(LATER))
        await bench.settle()
        // The five minutes around the replacement are nobody's: 60 m3 less 5.
        const hour = await bench.point({ kpi: 'energy_natural_gas', window: '1h', start: '2025-07-01T08:00Z' })
        expect(hour).toMatchObject({ value: 55 })
        await bench.close()
      }
    }
  })

  test('a month goes on and ends although its plant no longer says what a figure is made of', async () => {
    const states = (day: string) =>
      register('m1', 'parts_total', [`${day}T08:00Z`, `${day}T09:00Z`], 9).map(({ ts }) => {
        return reading({ device: 'm1', metric: 'state', ts, value: 'Execute' })
      })
    const automation = { automatic_operations: 3, all_operations: 4 }
    const bench = await Bench.open([plantOf({ automation })], at('2025-06-30T00:00Z'))
    const month = { kpi: 'automation_share', window: '1mo', start: '2025-07-01T00:00Z' } as const
    await bench.feed(states('2025-07-01'), at('2025-07-02T12:00Z'))
    expect(await bench.point(month)).toMatchObject({ value: 0.75 })
    await bench.configure([plantOf({})], at('2025-07-02T12:00Z'))
    await bench.feed(states('2025-07-03'), at('2025-08-02T00:00Z'))
    expect(await bench.point(month)).toMatchObject({ value: null, reason: 'bad_config', provisional: false })
    await bench.close()
  })

  test('an hour between two events of a configured device is there when the later one came first', async () => {
    const refill = (id: string, time: string) => {
      const ts = at(time)
      const fields = { gas: 'sf6', kg: 1 }
      return { plant: 'p', line: 'l', device: 'm1', id, type: 'refrigerant_refill', ts, receivedAt: ts, fields }
    }
    const [early, late] = [refill('e1', '2025-07-01T08:10Z'), refill('e2', '2025-07-01T11:10Z')]
    for (const events of [
      [early, late],
      [late, early],
    ]) {
      const bench = await Bench.open([plantOf({ devices: [{ id: 'm1' }] })], at('2025-06-30T00:00Z'))
      for (const event of events) {
        await bench.commit([], [event])
        await bench.settle()
      }
      bench.tick(at(LATER))
      await bench.settle()
      const hour = {
        kpi: 'scope1_fugitive',
        window: '1h',
        start: '2025-07-01T09:00Z',
        scope: 'device',
        id: 'm1',
      } as const
      expect(await bench.point(hour)).toMatchObject({ value: 0 })
      await bench.close()
    }
  })

  test('a stack without an analyser of oxygen has no figure at reference oxygen before it gets one', async () => {
    const level = (metric: string, from: string, to: string) =>
      register('m1', 'parts_total', [from, to], 9).map(({ ts }) => {
        return reading({ device: 'm1', metric, ts, value: 10, class: 'emissions' })
      })
    const nox = level('nox_mgm3', '2025-07-01T08:00Z', '2025-07-01T11:00Z')
    const oxygen = level('o2_pct', '2025-07-01T10:00Z', '2025-07-01T11:00Z')
    const hour = { kpi: 'pollutant_ref_mean_nox', window: '1h', scope: 'device', id: 'm1' } as const
    for (const portions of [[[...nox, ...oxygen]], [nox, oxygen]]) {
      const bench = await plantAfter(...portions)
      expect(await bench.point({ ...hour, start: '2025-07-01T08:00Z' })).toBeUndefined()
      expect(await bench.point({ ...hour, start: '2025-07-01T10:00Z' })).toBeDefined()
      await bench.close()
    }
  })
})
