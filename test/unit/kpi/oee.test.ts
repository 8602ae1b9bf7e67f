import { afterEach, describe, expect, test } from 'vitest'
import type { Window } from '../../../src/base/kpi.js'
import { type Bench, reading } from '../../support/engine.js'
import {
  at,
  benchOf,
  cap,
  counted,
  counting,
  EARLY,
  figureOf,
  machine,
  makes,
  said,
  type Word,
} from './machine-bench.js'

let bench: Bench
afterEach(() => bench.close())
const run = async (...given: Parameters<typeof benchOf>) => {
  bench = await benchOf(...given)
}
type Asked = [kpi: string, id?: string, window?: Window, start?: string]
const figure = (...asked: Asked) => figureOf(bench, ...asked)

const BREAKS = [
  { start: '10:00', end: '10:30' },
  { start: '12:00', end: '12:30' },
]

/** The shift of O3: 480 min, 60 of breaks, 47 down, 1 s a piece. */
const VORNE_WORDS: readonly Word[] = [
  ['06:00', 'Execute'],
  ['08:00', 'Aborted'],
  ['08:47', 'Execute'],
  ['10:00', 'Stopped'],
  ['10:30', 'Execute'],
  ['12:00', 'Stopped'],
  ['12:30', 'Execute'],
  ['14:00', 'Stopped'],
]
const vorne = (device: string) => [
  ...said(device, VORNE_WORDS),
  ...counted(device, 'parts_total', [
    ['06:00', 500],
    ['09:00', 8500],
    ['13:59', 500 + 19_271],
  ]),
  ...counted(device, 'parts_reject', [
    ['06:00', 7],
    ['13:59', 7 + 423],
  ]),
]
const vornePlant = (breaksInPbt: boolean) => ({
  shifts: [{ ...EARLY, breaks: BREAKS, breaks_in_pbt: breaksInPbt }],
  products: [cap],
  devices: [counting('m')],
})

describe('OEE of one machine', () => {
  test('is that of the published shift: A 0.8881, P 0.8611, Q 0.9780, OEE 0.7479 (O3, Vorne)', async () => {
    await run(vornePlant(false), vorne('m'))
    expect(await figure('availability', 'm')).toMatchObject({ numerator: 373 * 60, denominator: 420 * 60, coverage: 1 })
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.8881, 4)
    expect((await figure('effectiveness', 'm')).value).toBeCloseTo(0.8611, 4)
    expect((await figure('quality_ratio', 'm')).value).toBeCloseTo(0.978, 4)
    const oee = await figure('oee', 'm')
    expect(oee.value).toBeCloseTo(0.7479, 4)
    expect(oee).toMatchObject({ flags: [], coverage: 1, reason: '' })
  })

  test('of a single product is PRU · GQ / PBT to the last bit, and the product of its three parts', async () => {
    await run(vornePlant(false), vorne('m'))
    const oee = await figure('oee', 'm')
    expect(oee).toMatchObject({ value: (1 * 18_848) / (420 * 60), numerator: 18_848, denominator: 25_200 })
    const parts = ['availability', 'effectiveness', 'quality_ratio'] as const
    let product = 1
    for (const part of parts) product *= (await figure(part, 'm')).value!
    expect(Math.abs(product - oee.value!)).toBeLessThan(1e-12)
  })

  test('counts breaks as planned time only where the shift says so', async () => {
    await run(vornePlant(true), vorne('m'))
    expect(await figure('availability', 'm')).toMatchObject({ numerator: 373 * 60, denominator: 480 * 60 })
    expect(await figure('oee', 'm')).toMatchObject({ value: 18_848 / 28_800 })
  })

  test('of a shift is the sum of the times and pieces of its hours', async () => {
    await run(vornePlant(false), vorne('m'))
    for (const kpi of ['availability', 'effectiveness', 'oee']) {
      let [numerator, denominator] = [0, 0]
      for (let hour = 6; hour < 14; hour++) {
        const point = await figure(kpi, 'm', '1h', `${String(hour).padStart(2, '0')}:00`)
        denominator += point.denominator
        // Good pieces are weighed by the ideal time of the hour: only the times add up for OEE.
        numerator += point.numerator
      }
      const shift = await figure(kpi, 'm')
      expect(denominator, kpi).toBe(shift.denominator)
      if (kpi !== 'oee') expect(numerator, kpi).toBeCloseTo(shift.numerator, 9)
    }
  })

  test('of two products weighs each piece with the ideal cycle of what was made (event order)', async () => {
    await run(
      {
        shifts: [EARLY],
        products: [cap, { id: 'lid', ideal_cycle_s: 4 }],
        devices: [machine('m', { product: 'cap' })],
      },
      [
        ...said('m', [['06:00', 'Execute']]),
        ...counted('m', 'parts_good', [
          ['06:00', 0],
          ['09:59', 9000],
          ['13:59', 11_000],
        ]),
        ...counted('m', 'parts_reject', [['06:00', 0]]),
      ],
      [makes('m', '10:00', 'lid')],
    )
    expect(await figure('effectiveness', 'm')).toMatchObject({ numerator: 9000 + 2000 * 4, denominator: 8 * 3600 })
  })

  test('above 1 is published and flagged, never clipped', async () => {
    await run({ ...vornePlant(false), products: [{ ...cap, ideal_cycle_s: 2 }] }, vorne('m'))
    expect((await figure('oee', 'm')).value).toBeCloseTo(1.4959, 4)
    expect((await figure('effectiveness', 'm')).flags).toEqual(['out_of_expected_range'])
  })

  test('without an ideal cycle is bad_config, while availability and quality are known', async () => {
    await run({ ...vornePlant(false), products: [] }, vorne('m'))
    for (const kpi of ['oee', 'effectiveness', 'nee']) {
      expect(await figure(kpi, 'm'), kpi).toMatchObject({ value: null, reason: 'bad_config' })
    }
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.8881, 4)
    expect((await figure('quality_ratio', 'm')).value).toBeCloseTo(0.978, 4)
  })

  test('of a shift in which it was down throughout is 0, and what is divided by no pieces or no time is null', async () => {
    const none = [...counted('m', 'parts_total', [['06:00', 5]]), ...counted('m', 'parts_good', [['06:00', 5]])]
    await run(vornePlant(false), [...said('m', [['06:00', 'Aborted']]), ...none])
    expect(await figure('oee', 'm')).toMatchObject({ value: 0, numerator: 0, denominator: 25_200 })
    expect(await figure('quality_ratio', 'm')).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(await figure('effectiveness', 'm')).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  test('NEE of pieces that came while nothing was producing is null over the time that was planned', async () => {
    const made = (metric: string) =>
      counted('m', metric, [
        ['06:00', 5],
        ['13:59', 9],
      ])
    await run(vornePlant(false), [...said('m', [['06:00', 'Aborted']]), ...made('parts_total'), ...made('parts_good')])
    expect(await figure('nee', 'm')).toMatchObject({
      value: null,
      reason: 'no_denominator',
      numerator: 0,
      denominator: 25_200,
    })
  })

  test('says so when total, good and rejected pieces do not add up by more than one', { tags: ['slow'] }, async () => {
    const counts = (good: number) => [
      ...said('m', VORNE_WORDS),
      ...counted('m', 'parts_total', [
        ['06:00', 0],
        ['13:59', 100],
      ]),
      ...counted('m', 'parts_reject', [
        ['06:00', 0],
        ['13:59', 10],
      ]),
      ...counted('m', 'parts_good', [
        ['06:00', 0],
        ['13:59', good],
      ]),
    ]
    await run(vornePlant(false), counts(89))
    expect((await figure('quality_ratio', 'm')).flags).not.toContain('count_mismatch')
    await bench.close()
    await run(vornePlant(false), counts(88))
    expect((await figure('quality_ratio', 'm')).flags).toContain('count_mismatch')
  })
})

describe('OEE of a plant', () => {
  const two = {
    shifts: [EARLY],
    products: [cap],
    devices: [counting('a'), counting('b')],
  }

  test('adds up times and pieces, and never averages: 350 of 500 min are 0.70, not 0.625 (S12)', async () => {
    // The same holds of robots as of machines. PM takes the rest of the shift out of planned busy time.
    const robots = { ...two, devices: [machine('a', { role: 'robot' }), machine('b', { role: 'robot' })] }
    await run(robots, [
      ...said('a', [
        ['06:00', 'Execute'],
        ['11:00', 'Held'],
        ['12:40', 'PM'],
      ]),
      ...said('b', [
        ['06:00', 'Execute'],
        ['06:50', 'Held'],
        ['07:40', 'PM'],
      ]),
    ])
    for (const kpi of ['robot_util_planned', 'availability']) {
      expect(await figure(kpi), kpi).toMatchObject({ value: 0.7, numerator: 350 * 60, denominator: 500 * 60 })
    }
    expect((await figure('robot_util_planned', 'b')).value).toBe(0.5)
  })

  test('is ΣAPT/ΣPBT · Σ(PRU·PQ)/ΣAPT · ΣGQ/ΣPQ, not the mean of two OEEs', { tags: ['slow'] }, async () => {
    await run(two, [
      ...said('a', [['06:00', 'Execute']]),
      ...counted('a', 'parts_total', [
        ['06:00', 0],
        ['13:59', 28_800],
      ]),
      ...counted('a', 'parts_good', [
        ['06:00', 0],
        ['13:59', 28_800],
      ]),
      ...said('b', [
        ['06:00', 'Execute'],
        ['07:00', 'PM'],
      ]),
      ...counted('b', 'parts_total', [
        ['06:00', 0],
        ['06:59', 1800],
      ]),
      ...counted('b', 'parts_good', [
        ['06:00', 0],
        ['06:59', 900],
      ]),
    ])
    expect((await figure('oee', 'a')).value).toBe(1)
    expect((await figure('oee', 'b')).value).toBe(0.25)
    // 9 h planned, 30,600 s of pieces, 29,700 of 30,600 good: 29,700 / 32,400.
    expect((await figure('oee')).value).toBe(29_700 / 32_400)
  })

  test('is made of the machines that can be rated, and says so', async () => {
    const plant = { ...two, devices: [counting('a'), counting('b', 'nobody_knows')] }
    await run(plant, [...vorne('a'), ...vorne('b')])
    expect(await figure('oee')).toMatchObject({ value: 18_848 / 28_800, flags: ['approx'] })
    expect(await figure('oee', 'b')).toMatchObject({ value: null, reason: 'bad_config' })
    expect(await figure('availability')).toMatchObject({ denominator: 2 * 28_800, flags: [] })
  })

  test('is made of the machines that count, availability of all that tell their state', async () => {
    await run({ ...two, devices: [counting('a'), machine('b')] }, [...vorne('a'), ...said('b', [['06:00', 'Aborted']])])
    expect(await figure('oee')).toMatchObject({ value: 18_848 / 28_800, flags: [] })
    expect(await figure('availability')).toMatchObject({ numerator: 373 * 60, denominator: 2 * 28_800 })
  })
})

describe('times of machines', () => {
  const plant = { shifts: [EARLY], devices: [machine('m', { capacity_per_h: 100 })] }
  const words = said('m', [
    ['06:00', 'Setup'],
    ['07:00', 'Execute'],
    ['11:00', 'Suspended'],
    ['12:00', 'Fault'],
    ['13:00', 'Complete'],
  ])
  const order = [
    reading({ device: 'm', metric: 'order_active', ts: at('06:00'), value: 1 }),
    reading({ device: 'm', metric: 'order_active', ts: at('13:00'), value: 0 }),
  ]
  const made = [
    ...counted('m', 'parts_total', [
      ['06:00', 0],
      ['12:00', 630],
    ]),
    ...counted('m', 'parts_good', [
      ['06:00', 0],
      ['12:00', 630],
    ]),
  ]

  test('one hour of setup, four producing, one blocked, one of fault, one without an order', async () => {
    await run(plant, [...words, ...order, ...made])
    const expected: Readonly<Record<string, number>> = {
      availability: 4 / 8,
      allocation_efficiency: 7 / 8,
      utilization_efficiency: 4 / 7,
      technical_efficiency: 4 / 6,
      setup_ratio: 1 / 5,
      allocation_ratio: 7 / 7,
      production_process_ratio: 4 / 7,
      throughput_rate: 630 / 7,
      equipment_load: 630 / 800,
    }
    for (const [kpi, value] of Object.entries(expected)) {
      expect((await figure(kpi, 'm')).value, kpi).toBeCloseTo(value, 12)
      expect((await figure(kpi)).value, kpi).toBeCloseTo(value, 12)
    }
  })

  test('a machine that says nothing of orders is rated by its planned time, approximately', async () => {
    await run(plant, [...words, ...made])
    const rate = await figure('throughput_rate', 'm')
    expect(rate.value).toBe(630 / 8)
    expect(rate.flags).toContain('approx')
  })

  test('without capacity_per_h the load is bad_config', async () => {
    await run({ shifts: [EARLY], devices: [machine('m')] }, [...words, ...made])
    expect(await figure('equipment_load', 'm')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('NEE counts setup as work: AUPT / PBT · effectiveness · quality ratio', async () => {
    await run({ ...plant, products: [{ id: 'cap', ideal_cycle_s: 16 }], devices: [machine('m', { product: 'cap' })] }, [
      ...words,
      ...made,
    ])
    // 5 of 8 h, 630 · 16 s = 2.8 h of 4 h.
    expect((await figure('nee', 'm')).value).toBeCloseTo((5 / 8) * (2.8 / 4), 12)
  })
})
