import { fc } from '@fast-check/vitest'
import type { EventType } from '../../src/base/events.js'
import type { PlantOptions } from '../../src/base/plant.js'
import type { ConnectionChange, DeviceEvent, Reading } from '../../src/base/reading.js'
import { plantOf, reading } from './engine.js'

export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000

/** Plants in zones with days of 23, 24 and 25 hours and with half an hour of offset; the data begin the evening before. */
export const PLACES = [
  { timezone: 'Asia/Shanghai', from: '2025-06-30T12:00:00Z' },
  { timezone: 'Asia/Kolkata', from: '2025-06-30T14:00:00Z' },
  { timezone: 'Europe/Berlin', from: '2024-03-30T18:00:00Z' },
  { timezone: 'Europe/Berlin', from: '2024-10-26T18:00:00Z' },
  { timezone: 'America/New_York', from: '2025-03-09T00:00:00Z' },
  { timezone: 'America/New_York', from: '2025-11-02T00:00:00Z' },
] as const

const METRICS = [
  'elec_import_kwh',
  'elec_import_kw',
  'elec_reactive_kvarh',
  'renew_onsite_kwh',
  'elec_submeter_kwh',
  'parts_good',
  'nox_mgm3',
  'stack_flow_nm3h',
  'cycle_count',
  'parts_total',
  'parts_reject',
  'o2_pct',
  'ng_volume_nm3',
] as const

const WORDS = ['Execute', 'Idle', 'Suspended', 'Held', 'Aborted', 'Stopped', 'Starting', 'off', 'singing', 'UNKNOWN']

/** Step from one sample of a meter to the next: what happens between them, and at the second. */
interface Step {
  readonly afterS: number
  readonly rise: number
  readonly what: 'rise' | 'reset' | 'to_zero_once' | 'up_once' | 'a_little_down' | 'manual' | 'fault' | 'jump'
}

const step: fc.Arbitrary<Step> = fc.record({
  afterS: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(60, 300, 300, 300, 420, 900) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 4000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4000, max: 100_000 }) },
  ),
  rise: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 97 }).map((n) => n / 7) }, fc.constant(0)),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constant('rise' as const) },
    fc.constantFrom('reset', 'to_zero_once', 'up_once', 'a_little_down', 'manual', 'fault', 'jump'),
  ),
})

export interface Meter {
  readonly device: string
  readonly metric: (typeof METRICS)[number]
  readonly startMin: number
  readonly register: number
  readonly steps: readonly Step[]
}

export const meter: fc.Arbitrary<Meter> = fc.record({
  device: fc.constantFrom('a', 'b', 'c'),
  metric: fc.constantFrom(...METRICS),
  startMin: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2000 })),
  register: fc.constantFrom(0, 3, 1234.5, 99_990),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
})

/** Readings of a machine with their times: words, orders and changeovers. */
export interface Machine {
  readonly device: string
  readonly startMin: number
  readonly steps: readonly {
    readonly afterS: number
    readonly metric: 'state' | 'order_active' | 'changeover'
    readonly value: string | number
    readonly quality: number
  }[]
}

export const machine: fc.Arbitrary<Machine> = fc.record({
  device: fc.constantFrom('r', 'q'),
  startMin: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2000 })),
  steps: fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          afterS: fc.oneof(fc.constantFrom(0, 15, 60, 299, 300, 301, 900), fc.integer({ min: 1, max: 20_000 })),
          metric: fc.constant('state' as const),
          value: fc.constantFrom(...WORDS),
          quality: fc.constantFrom(0, 0, 0, 0, 1, 5),
        }),
      },
      fc.record({
        afterS: fc.constantFrom(0, 60, 600, 3600),
        metric: fc.constantFrom('order_active' as const, 'changeover' as const),
        value: fc.constantFrom(0, 1),
        quality: fc.constant(0),
      }),
    ),
    { minLength: 1, maxLength: 40, size: 'max' },
  ),
})

/** The connection of the robot `r`: after so many minutes up, after so many down, …; in the end down for good. */
export const connection = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 9, size: 'max' })

export function linksOf(minutes: readonly number[], fromMs: number, lastMs: number): ConnectionChange[] {
  let at = fromMs
  const links = minutes.map((after, i) => {
    at += after * MINUTE_MS
    return { plant: 'p', device: 'r', at, isUp: i % 2 === 0 }
  })
  return [...links, { plant: 'p', device: 'r', at: Math.max(at, lastMs) + 3_600_000, isUp: false }]
}

/** Way of the readings to the gateway: delays, repeats and batches. */
export interface Travel {
  /** Longest delay of a reading against its event time, minutes. */
  readonly delayMin: number
  readonly delays: readonly number[]
  /** Every so many readings one comes twice, and one with another value. */
  readonly repeatEvery: number
  readonly conflictEvery: number
  readonly batches: readonly { readonly size: number; readonly next: Next }[]
  /** Readings come as they are made, or all of them long after. */
  readonly isLive: boolean
}

type Next = 'nothing' | 'cycle' | 'late' | 'all' | 'restart' | 'cycle_and_restart'

export const travel: fc.Arbitrary<Travel> = fc.record({
  delayMin: fc.constantFrom(0, 2, 20, 90, 1500, 10_000),
  delays: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 7, maxLength: 97, size: 'max' }),
  repeatEvery: fc.integer({ min: 2, max: 50 }),
  conflictEvery: fc.integer({ min: 2, max: 50 }),
  batches: fc.array(
    fc.record({
      size: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 80 })),
      next: fc.constantFrom<Next[]>('nothing', 'cycle', 'cycle', 'late', 'all', 'restart', 'cycle_and_restart'),
    }),
    { minLength: 1, maxLength: 12, size: 'max' },
  ),
  isLive: fc.boolean(),
})

const DAY_SHIFT = {
  name: 'day',
  start: '08:00',
  end: '20:00',
  breaks: [{ start: '12:00', end: '12:45' }],
  breaks_in_pbt: false,
}
const NIGHT_SHIFT = { name: 'night', start: '22:00', end: '06:00', days: ['mon', 'sat', 'sun'] }

export const robotConfiguration = fc.record({
  shifts: fc.constantFrom([], [DAY_SHIFT, NIGHT_SHIFT]),
  isOnChange: fc.boolean(),
  robotPeriodS: fc.constantFrom(15, 60, 900),
})

/** Later configuration of the meter and the robot, and when it comes; null for a plant that stays as it is. */
export const change = fc.option(
  fc.record({
    afterMin: fc.integer({ min: 0, max: 3000 }),
    multiplier: fc.constantFrom<number[]>(1, 40),
    robot: robotConfiguration,
  }),
)

export const meterConfiguration = fc.record({
  isConfigured: fc.boolean(),
  role: fc.constantFrom('main', 'sub', undefined),
  period_s: fc.constantFrom(60, 300, 900, 3600),
  modulus: fc.constantFrom(undefined, 100_000),
  max_rate: fc.constantFrom(undefined, 5000),
  multiplier: fc.constantFrom<number[]>(1, 0.1),
  interpolation: fc.constantFrom('hold', 'linear'),
})

/** Type of the values that an arbitrary of fast-check gives. */
export type Value<T> = T extends fc.Arbitrary<infer V> ? V : never

export function plantsOf(
  timezone: string,
  configured: Value<typeof meterConfiguration>,
  { shifts, isOnChange, robotPeriodS }: Value<typeof robotConfiguration>,
): PlantOptions[] {
  const { isConfigured, role, interpolation, ...counter } = configured
  const metrics = { elec_import_kwh: counter, elec_import_kw: { period_s: counter.period_s, interpolation } }
  const meter = { id: 'a', metrics, ...(role === undefined ? {} : { role }) }
  const period = { period_s: robotPeriodS }
  const robot = {
    id: 'r',
    role: 'robot',
    product: 'odd',
    on_change: isOnChange,
    metrics: { state: period, cycle_count: period },
  }
  const stack = { id: 'b', role: 'stack', line: 'boiler', metrics: { nox_mgm3: { period_s: 300 } } }
  const products = [
    { id: 'even', ideal_cycle_s: 12.5 },
    { id: 'odd', ideal_cycle_s: 7, valid_from: '2025-07-01' },
    { id: 'odd', ideal_cycle_s: 9 },
  ]
  const region = { grid_region: 'CN-JS' }
  return [plantOf({ timezone, shifts, products, ...region, devices: isConfigured ? [meter, robot, stack] : [] })]
}

export function readingsOf(meters: readonly Meter[], machines: readonly Machine[], fromMs: number): Reading[] {
  const readings = new Map<string, Reading>()
  for (const { device, startMin, steps } of machines) {
    let ts = fromMs + startMin * MINUTE_MS
    for (const { afterS, metric, value, quality } of steps) {
      ts += afterS * 1000
      const key = `${device}/${metric}/${ts}`
      if (!readings.has(key)) readings.set(key, reading({ device, metric, ts, value, quality }))
    }
  }
  for (const { device, metric, startMin, register, steps } of meters) {
    let ts = fromMs + startMin * MINUTE_MS
    let level = register
    for (const { afterS, rise, what } of steps) {
      ts += afterS * 1000
      level = what === 'reset' ? rise : what === 'a_little_down' ? Math.max(0, level - rise) : level + rise
      if (what === 'jump') level += 5000
      const value = what === 'to_zero_once' ? 0 : what === 'up_once' ? level + 54_321 : level
      const quality = what === 'manual' ? 1 : what === 'fault' ? 5 : 0
      const one = reading({ device, metric, ts, value: shaped(metric, value), quality })
      const key = `${device}/${metric}/${ts}`
      if (!readings.has(key)) readings.set(key, one)
    }
  }
  return [...readings.values()].sort((a, b) => a.ts - b.ts)
}

/** Pieces are whole, oxygen is a share of air. */
function shaped(metric: string, value: number): number {
  if (metric.startsWith('parts_') || metric === 'cycle_count') return Math.round(value)
  return metric === 'o2_pct' ? value % 21 : value
}

/** Event that happens once, `afterMin` minutes after the one before. */
interface Incident {
  readonly device: string
  readonly afterMin: number
  readonly type: EventType
  readonly n: number
}

export const incidents: fc.Arbitrary<Incident[]> = fc.array(
  fc.record({
    device: fc.constantFrom('a', 'b', 'r'),
    afterMin: fc.oneof(fc.constantFrom(0, 1, 15, 60), fc.integer({ min: 0, max: 1500 })),
    type: fc.constantFrom<EventType[]>('order', 'measure', 'serial_result', 'fuel_used', 'refrigerant_refill'),
    n: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 12 },
)

export function eventsOf(all: readonly Incident[], fromMs: number): DeviceEvent[] {
  let ts = fromMs
  return all.map(({ device, afterMin, type, n }, i) => {
    ts += afterMin * MINUTE_MS
    return { plant: 'p', line: 'l', device, id: `e${i}`, type, ts, receivedAt: ts, fields: fieldsOf(type, n) }
  })
}

function fieldsOf(type: EventType, n: number): DeviceEvent['fields'] {
  switch (type) {
    case 'order':
      return { status: n === 0 ? 'end' : 'start', product: n % 2 === 0 ? 'even' : 'odd' }
    case 'measure':
      return { char: 'bore', value: 10 + n / 7, subgroup: n % 3 }
    case 'serial_result':
      return {
        serial: `s${n}`,
        op: n % 2 === 0 ? 'weld' : 'paint',
        result: n > 6 ? 'fail' : 'pass',
        first_attempt: n !== 5,
      }
    case 'fuel_used':
      return { fuel: 'diesel', amount: 1 + n / 3, unit: 't' }
    default:
      return { gas: 'hfc134a', kg: 1 + n / 3 }
  }
}

/** The same readings and more that say the same or lose, in the order of their arrival. */
export function travelled(
  readings: readonly Reading[],
  { delayMin, delays, repeatEvery, conflictEvery, isLive }: Travel,
): Reading[] {
  const all = readings.flatMap((one, i) => [
    one,
    ...(i % repeatEvery === 1 ? [one] : []),
    ...(i % conflictEvery === 1 ? [loserOf(one)] : []),
  ])
  const last = readings.at(-1)?.ts ?? 0
  const sent = all.map((one, i) => {
    const delay = ((delays[(i * 31) % delays.length] ?? 0) / 1000) * delayMin * MINUTE_MS
    return { one, at: one.ts + delay }
  })
  return sent
    .sort((a, b) => a.at - b.at)
    .map(({ one, at }) => ({ ...one, receivedAt: isLive ? Math.floor(at) : last + DAY_MS }))
}

/** The same key with what loses against it. */
function loserOf(one: Reading): Reading {
  return { ...one, quality: one.quality + 1, value: typeof one.value === 'number' ? one.value + 1 : 'Execute' }
}

export function changed(
  timezone: string,
  configured: Value<typeof meterConfiguration>,
  { multiplier, robot }: NonNullable<Value<typeof change>>,
): { plants: PlantOptions[] } {
  return { plants: plantsOf(timezone, { ...configured, multiplier }, robot) }
}
