// @module-tag slow

import { describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../src/base/plant.js'
import type { Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { at, level, register } from '../../support/carbon.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** Proves that whoever is heard of when windows are final changes them as if it had been known all along. */

const CONFIGURED = '2025-06-20T00:00Z'
const MORNING = ['2025-07-01T06:00Z', '2025-07-01T10:00Z'] as const
const NOON = ['2025-07-01T08:00Z', '2025-07-01T11:00Z'] as const

const KPIS = ['energy_elec_import', 'good_units', 'kwh_per_good_part', 'co2e_per_good_part', 'data_completeness']

/** The final figures of a plant to which these came one after the other, by window. */
async function figuresAfter(
  portions: readonly (readonly Reading[])[],
  { plant, since }: { readonly plant: PlantOptions; readonly since: string },
): Promise<Map<string, object>> {
  const bench = await Bench.open([plant], at(since))
  try {
    for (const portion of portions) {
      await bench.commit(portion.map((one) => ({ ...one, receivedAt: at('2025-07-02T00:00Z') })))
      await bench.settle()
    }
    bench.tick(at('2025-07-04T00:00Z'))
    await bench.settle()
    const points = (await bench.points()).filter(({ provisional }) => !provisional)
    return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
  } finally {
    await bench.close()
  }
}

function figureOf({ value, numerator, denominator, coverage, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, reason, flags }
}

/** One reading in the middle of the morning. */
function once(device: string, metric: string): Reading[] {
  return [reading({ device, metric, ts: at('2025-07-01T07:10Z'), value: 5 })]
}

/** A word each five minutes. */
function said(device: string, span: readonly [string, string], word: string): Reading[] {
  return level(device, 'state', span, 0).map((one) => ({ ...one, value: word }))
}

interface HeardLater {
  readonly devices?: readonly object[]
  readonly since?: string
  readonly kpis?: null
  readonly early: readonly Reading[]
  readonly later: readonly Reading[]
}

const submeter = register('sub', 'elec_submeter_kwh', MORNING, 4)

const CASES: Readonly<Record<string, HeardLater>> = {
  'the main meter of a line': {
    devices: [{ id: 'main', role: 'main' }],
    early: submeter,
    later: register('main', 'elec_import_kwh', NOON, 7),
  },
  'the main meter of a line, which sends water first': {
    devices: [{ id: 'main', role: 'main' }],
    early: submeter,
    later: register('main', 'water_fresh_m3', NOON, 7),
  },
  'the main meter of a line, once and long ago': {
    devices: [{ id: 'main', role: 'main' }],
    early: submeter,
    later: once('main', 'elec_import_kwh'),
  },
  'a meter in front of another one': {
    devices: [
      { id: 'front', line: 'l' },
      { id: 'sub', line: 'l', parent: 'front' },
    ],
    early: submeter,
    later: register('front', 'elec_submeter_kwh', NOON, 7),
  },
  'a counting point': {
    devices: [{ id: 'count', counting_point: true }],
    early: register('m', 'parts_good', MORNING, 4),
    later: register('count', 'parts_good', NOON, 7),
  },
  'rejects of a counting point that stands on no line': {
    devices: [{ id: 'count', counting_point: true }],
    early: [...register('m', 'parts_good', MORNING, 4), ...register('count', 'parts_total', MORNING, 7)],
    later: register('count', 'parts_reject', NOON, 2),
  },
  'a counter of rejects beside one of all pieces': {
    early: [...register('m', 'parts_total', MORNING, 40), ...register('n', 'parts_good', MORNING, 20)],
    later: register('m', 'parts_reject', NOON, 7),
  },
  'a meter that turns out to be that of a machine': {
    early: ['m', 'n'].flatMap((device) => [
      ...register(device, 'elec_submeter_kwh', MORNING, 40),
      ...(device === 'n' ? register(device, 'parts_good', MORNING, 40) : []),
    ]),
    later: register('m', 'parts_good', NOON, 7),
  },
  'a meter that sends often beside one that sends seldom': {
    devices: [{ id: 'sub', line: 'l', metrics: { elec_submeter_kwh: { period_s: 3600 } } }],
    early: submeter,
    later: register('b', 'elec_submeter_kwh', NOON, 7),
  },
  'generation beside a main meter with gaps': {
    devices: [{ id: 'main', role: 'main' }],
    early: [
      ...register('main', 'elec_import_kwh', ['2025-07-01T06:00Z', '2025-07-01T07:00Z'], 3),
      ...register('m', 'parts_good', MORNING, 40),
      ...register('m', 'elec_submeter_kwh', MORNING, 2),
    ],
    later: register('pv', 'renew_onsite_kwh', NOON, 7),
  },
  'a meter that turns out to be that of a machine, while the other machine is silent': {
    kpis: null,
    early: [
      ...level('m', 'elec_import_kw', ['2025-06-28T06:00Z', '2025-07-01T11:00Z'], 5),
      ...['2025-06-28T06:00Z', '2025-07-01T06:00Z'].flatMap((from) => {
        const span = [from, from.replace('06:00', '10:00')] as const
        return [...level('n', 'elec_import_kw', span, 5), ...said('n', span, 'PRODUCTIVE')]
      }),
    ],
    later: said('m', NOON, 'IDLE'),
  },
  'the register of a configured device with a submeter': {
    devices: [{ id: 'm', line: 'l' }],
    early: register('m', 'elec_submeter_kwh', MORNING, 4),
    later: register('m', 'elec_import_kwh', NOON, 7),
  },
  'a metric of a configured device, once and long ago': {
    devices: [{ id: 'sub', line: 'l' }],
    early: submeter,
    later: once('sub', 'water_fresh_m3'),
  },
  'a device of before its configuration, once': {
    devices: [{ id: 'other', line: 'l', metrics: { elec_submeter_kwh: { period_s: 60 } } }],
    since: '2025-07-01T12:10Z',
    early: submeter,
    later: once('other', 'elec_submeter_kwh'),
  },
}

describe('final figures are the same whether it comes at once, later or first', () => {
  test.each(Object.entries(CASES))('%s', async (_, { devices = [], since = CONFIGURED, kpis = KPIS, early, later }) => {
    const of = { plant: plantOf({ devices, ...(kpis && { kpis }), grid_region: 'CN-JS' }), since }
    const all = await figuresAfter([[...early, ...later]], of)
    for (const portions of [
      [early, later],
      [later, early],
    ]) {
      const found = await figuresAfter(portions, of)
      const differing = [...new Set([...all.keys(), ...found.keys()])].filter((key) => {
        return JSON.stringify(found.get(key)) !== JSON.stringify(all.get(key))
      })
      expect(differing.map((key) => ({ key, found: found.get(key), expected: all.get(key) })).slice(0, 4)).toEqual([])
    }
  })

  test('windows that are not there yet when another subject has them are owed, and come', async () => {
    const portions = [
      register('d', 'parts_good', ['2025-07-01T00:05Z', '2025-07-01T05:50Z'], 70),
      level('b', 'elec_import_kw', ['2025-07-01T00:35Z', '2025-07-01T00:55Z'], 5),
      register('b', 'parts_reject', ['2025-07-01T06:40Z', '2025-07-01T07:50Z'], 4),
    ]
    const of = { plant: plantOf({ devices: [{ id: 'b' }] }), since: CONFIGURED }
    const [all, found] = [await figuresAfter([portions.flat()], of), await figuresAfter(portions, of)]
    expect([...found.keys()].sort()).toEqual([...all.keys()].sort())
    expect(found).toEqual(all)
  })

  test('a line has the sum of its submeters up to its main meter, and that meter from then on', async () => {
    const plant = plantOf({ devices: [{ id: 'main', role: 'main' }], kpis: ['energy_elec_import'] })
    const bench = await Bench.open([plant], at(CONFIGURED))
    await bench.feed([...submeter, ...register('main', 'elec_import_kwh', NOON, 6)], at('2025-07-02T00:00Z'))
    const hour = { kpi: 'energy_elec_import', window: '1h', scope: 'line', id: 'l' } as const
    expect(await bench.point({ ...hour, start: '2025-07-01T07:00Z' })).toMatchObject({ value: 1, coverage: 1 })
    expect(await bench.point({ ...hour, start: '2025-07-01T08:00Z' })).toMatchObject({ value: 2, coverage: 1 })
    await bench.close()
  })
})
