import { Dice } from './dice.js'
import { checksOf, type Element, machineOf, measuresOf, STEPS, withModes, withOrders } from './machine-world.js'
import type { DeviceSettings, PlantSettings } from './recompute/inputs.js'
import { instantOf } from './recompute/windows.js'

/** Plants drawn by lot, with what their devices send over some days: meters with the faults of meters, machines, a stack. */

export interface Sent {
  readonly topic: string
  readonly payload: string
}

export interface World {
  readonly plants: readonly PlantSettings[]
  /** Whole days of each plant, as it counts them. */
  readonly from: string
  readonly to: string
  readonly messages: readonly Sent[]
  readonly readings: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York'] as const
const ELEMENTS = 500
/** In the second of the days the clocks of Berlin are put back: it has 25 hours. */
const FROM = '2025-10-25'
const TO = '2025-10-27'
/** Probability of each fault of a meter at one sample. */
const FAULTS = { zero: 0.003, gap: 0.004, reset: 0.0008, bad: 0.003 }

interface Meter {
  readonly device: string
  readonly metric: string
  readonly perHour: number
  readonly periodS: number
}

/** @param seed the same one makes the same world */
export function worldOf(seed: number, plantCount: number): World {
  const dice = new Dice(seed)
  const made = Array.from({ length: plantCount }, (_, i) =>
    plantOf(`plant-${i + 1}`, dice, new Dice(seed + i), i % 2 === 1),
  )
  const messages = made.flatMap(({ messages }) => messages)
  const readings = made.reduce((sum, one) => sum + one.readings, 0)
  return { plants: made.map(({ plant }) => plant), from: FROM, to: TO, messages, readings }
}

/** The second pause of the early shift lies off the five minutes in which machines say what they do. */
const SHIFTS = [
  {
    name: 'early',
    start: '06:00',
    end: '14:00',
    breaks: [
      { start: '09:30', end: '10:00' },
      { start: '12:07', end: '12:22' },
    ],
  },
  { name: 'late', start: '14:00', end: '22:00', breaks: [{ start: '18:00', end: '18:30' }] },
]

/** Metrics that each kind of machine sends beside those that all machines send. */
const WORDS = { robot: ['op_mode'], machine: ['order_active', 'parts_rework'] } as const

function plantOf(id: string, dice: Dice, chosen: Dice, hasShifts: boolean) {
  const stopped = chosen.of([FROM, '2025-10-26'])
  const timezone = hasShifts ? dice.of(ZONES) : 'Europe/Berlin'
  const meters = metersOf(dice)
  const period = (device: string) =>
    Object.fromEntries(
      meters.filter((one) => one.device === device).map(({ metric, periodS }) => [metric, { period_s: periodS }]),
    )
  const machine = (device: string, role: 'robot' | 'machine'): DeviceSettings => ({
    id: device,
    line: 'press',
    role,
    product: `part-${role}`,
    counting_point: role === 'machine',
    ...(role === 'machine' && { energy_meter: 'sub-1', capacity_per_h: 60 + chosen.below(90) }),
    metrics: Object.fromEntries(
      [...WORDS[role], 'state', 'parts_total', 'parts_good', 'parts_reject', 'cycle_count'].map((one) => [
        one,
        { period_s: 300 },
      ]),
    ),
  })
  const stack = Object.fromEntries(
    ['nox_mgm3', 'o2_pct', 'stack_flow_nm3h'].map((metric) => [metric, { period_s: 60 }]),
  )
  const plant = {
    id,
    name: { en: id },
    timezone,
    grid_region: 'CN',
    employees: 100,
    automation: { automatic_operations: 10 + chosen.below(40), all_operations: 60 },
    lines: [{ id: 'press' }, { id: 'utilities' }],
    ...(hasShifts && {
      shifts: SHIFTS.map((shift) => ({ ...shift, breaks_in_pbt: chosen.isSo(0.5) })),
      calendar: [{ date: stopped, name: 'holiday', planned_stop: true }],
      energy: { demand_mode: chosen.of(['block', 'sliding']) },
    }),
    products: ['robot', 'machine'].map((role) => ({
      id: `part-${role}`,
      ideal_cycle_s: 20 + dice.below(20),
      valid_from: '2020-01-01',
    })),
    process_steps: STEPS,
    characteristics: [
      { id: 'bore', lsl: 8, usl: 12 },
      { id: 'bore', device: 'machine-1', lsl: 8, usl: 11 + Math.round(chosen.next() * 100) / 100 },
      { id: 'length', usl: 12.5 },
    ],
    factors: [
      {
        id: 'own.gas',
        activity: 'coal_equivalent.natural_gas',
        value: 1.1 + Math.round(dice.next() * 200) / 1000,
        unit: 'kgce/m3',
        valid_from: '2020-01-01',
        published: '2020-01-01',
        source: 'supplier',
      },
    ],
    carbon: { gwp: dice.of(['AR4', 'AR5', 'AR6']) },
    contracts: [
      {
        id: `${id}-wind`,
        kwh: 4000 + dice.below(30_000),
        factor: 0,
        vintage: 2025,
        valid_from: FROM,
        valid_to: '2025-10-26',
        technology: 'wind',
        certificates: [`GEC-${id}`],
      },
      { id: `${id}-works`, kwh: 3000, factor: 0.7, vintage: 2025, valid_from: '2025-10-26', valid_to: '2025-10-26' },
    ],
    limits: [{ stack: 'boiler-1', pollutant: 'nox', limit: 100, o2_ref: 3.5, standard: 'permit' }],
    tariffs: [
      {
        id: 'tariff',
        currency: 'CNY',
        valid_from: '2020-01-01',
        periods: [
          { name: 'valley', price_per_kwh: 0.31, from: '00:00', to: '08:00' },
          { name: 'peak', price_per_kwh: 1.07, from: '08:00', to: '24:00' },
        ],
      },
    ],
    devices: [
      { id: 'main-1', line: 'utilities', role: 'main', metrics: period('main-1') },
      { id: 'pv-1', line: 'utilities', role: 'pv', metrics: period('pv-1') },
      { id: 'sub-1', line: 'press', role: 'sub', metrics: period('sub-1') },
      { id: 'boiler-1', line: 'utilities', role: 'stack', metrics: stack },
      machine('robot-1', 'robot'),
      machine('machine-1', 'machine'),
    ],
  }
  const fromMs = instantOf(FROM, '00:00', timezone) - HOUR_MS
  const toMs = instantOf(TO, '00:00', timezone) + HOUR_MS
  const elements = new Map<string, Element[]>()
  const put = (line: string, device: string, under: string, all: readonly Element[]) =>
    elements.set(`plants/${id}/${line}/${device}/${under}`, [
      ...(elements.get(`plants/${id}/${line}/${device}/${under}`) ?? []),
      ...all,
    ])
  for (const meter of meters)
    put(meter.device === 'sub-1' ? 'press' : 'utilities', meter.device, 'energy', registerOf(meter, fromMs, toMs, dice))
  const ofRobot = { device: 'robot-1', metric: 'elec_submeter_kwh', perHour: 5 + chosen.next() * 20, periodS: 300 }
  put('press', 'robot-1', 'energy', registerOf(ofRobot, fromMs, toMs, chosen))
  put('utilities', 'boiler-1', 'emissions', stackOf(fromMs, toMs, dice))
  const when = (ts: number) => (hasShifts ? planned(ts, timezone, stopped) : 'work')
  put('press', 'robot-1', 'robot', withModes(machineOf(fromMs, toMs, dice, when), chosen))
  put('press', 'machine-1', 'production', withOrders(machineOf(fromMs, toMs, dice, when), chosen))
  put('utilities', 'main-1', 'energy', consumptionOf(fromMs, toMs, dice))
  put('press', 'machine-1', 'production', checksOf(fromMs, toMs, dice, 'a'))
  put('press', 'robot-1', 'robot', checksOf(fromMs, toMs, dice, 'b'))
  put('press', 'machine-1', 'production', measuresOf(fromMs, toMs, chosen, 'a', 5))
  put('press', 'robot-1', 'robot', measuresOf(fromMs, toMs, chosen, 'b', 10))
  const messages = [...elements].flatMap(([topic, all]) => {
    const sorted = all.toSorted((a, b) => a.ts - b.ts)
    return Array.from({ length: Math.ceil(sorted.length / ELEMENTS) }, (_, i) => ({
      topic,
      payload: JSON.stringify(sorted.slice(i * ELEMENTS, (i + 1) * ELEMENTS)),
    }))
  })
  const readings = [...elements.values()]
    .flat()
    .reduce((sum, { metrics }) => sum + Object.keys(metrics ?? {}).length, 0)
  return { plant: plant as PlantSettings, messages, readings }
}

function planned(ts: number, timezone: string, stopped: string): 'work' | 'pause' | 'night' {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(ts)
  const isIn = ({ start, end }: { readonly start: string; readonly end: string }) =>
    ts >= instantOf(day, start, timezone) && ts < instantOf(day, end, timezone)
  if (!SHIFTS.some(isIn)) return 'night'
  return day === stopped || SHIFTS.some(({ breaks }) => breaks.some(isIn)) ? 'pause' : 'work'
}

function metersOf(dice: Dice): readonly Meter[] {
  const rate = () => 20 + dice.next() * 180
  const main: readonly [string, number][] = [
    ['elec_import_kwh', 400 + rate()],
    ['elec_reactive_kvarh', rate()],
    ['ng_volume_nm3', rate()],
    ['heat_gj', rate() / 10],
    ['water_fresh_m3', rate() / 10],
    ['water_reused_m3', rate() / 20],
    ...(dice.isSo(0.5) ? ([['elec_export_kwh', rate() / 4]] as const).map(([a, b]): [string, number] => [a, b]) : []),
    ...(dice.isSo(0.5) ? ([['diesel_mass_t', rate() / 1000]] as const).map(([a, b]): [string, number] => [a, b]) : []),
    ...(dice.isSo(0.5) ? ([['lpg_mass_t', rate() / 1000]] as const).map(([a, b]): [string, number] => [a, b]) : []),
    ...(dice.isSo(0.5) ? ([['comp_air_nm3', rate()]] as const).map(([a, b]): [string, number] => [a, b]) : []),
  ]
  const periodS = dice.of([60, 300])
  return [
    ...main.map(([metric, perHour]) => ({ device: 'main-1', metric, perHour, periodS })),
    { device: 'pv-1', metric: 'renew_onsite_kwh', perHour: rate(), periodS: 300 },
    { device: 'sub-1', metric: 'elec_submeter_kwh', perHour: rate(), periodS: 300 },
  ]
}

/** A register that climbs, and now and then reads zero once, begins again, is silent, or says that it is out of order. */
function registerOf({ metric, perHour, periodS }: Meter, fromMs: number, toMs: number, dice: Dice): Element[] {
  const elements: Element[] = []
  let register = 10_000 + dice.next() * 90_000
  let quietUntil = 0
  let calm = 0
  for (let ts = fromMs; ts < toMs; ts += periodS * 1000) {
    register += (perHour * periodS * (0.5 + dice.next())) / 3600
    if (ts < quietUntil) continue
    const odd = ++calm > 25
    const sample = { ts, metrics: { [metric]: Math.round(register * 1000) / 1000 } }
    if (odd && dice.isSo(FAULTS.zero)) elements.push({ ts, metrics: { [metric]: 0 } })
    else if (odd && dice.isSo(FAULTS.bad)) elements.push({ ...sample, quality: { [metric]: 'fault' } })
    else if (odd && dice.isSo(FAULTS.reset)) {
      register = 1
      elements.push({ ts, metrics: { [metric]: register } })
    } else {
      elements.push(sample)
      if (odd && dice.isSo(FAULTS.gap)) quietUntil = ts + (10 + dice.below(100)) * MINUTE_MS
      else continue
    }
    calm = 0
  }
  return elements
}

function stackOf(fromMs: number, toMs: number, dice: Dice): Element[] {
  const elements: Element[] = []
  let spoiltUntil = 0
  let level = 80
  for (let ts = fromMs; ts < toMs; ts += MINUTE_MS) {
    level = Math.max(20, Math.min(140, level + (dice.next() - 0.5) * 12))
    if (dice.isSo(0.004)) spoiltUntil = ts + (5 + dice.below(50)) * MINUTE_MS
    const metrics = {
      nox_mgm3: Math.round(level * 100) / 100,
      o2_pct: Math.round((4 + dice.next() * 3) * 100) / 100,
      stack_flow_nm3h: 8000 + dice.below(2000),
    }
    elements.push(
      ts < spoiltUntil ? { ts, metrics, quality: { nox_mgm3: dice.of(['calibration', 'fault']) } } : { ts, metrics },
    )
  }
  return elements
}

/** Fuel, refills and materials that people report, one each before the days begin and some on them. */
function consumptionOf(fromMs: number, toMs: number, dice: Dice): Element[] {
  const kinds = [
    () => ({ type: 'fuel_used', fuel: 'diesel', amount: 0.1 + dice.next(), unit: 't' }),
    () => ({ type: 'fuel_used', fuel: 'gasoline', amount: 10 + dice.below(90), unit: 'kg' }),
    () => ({ type: 'refrigerant_refill', gas: dice.of(['hfc134a', 'r410a', 'sf6']), kg: 0.5 + dice.next() }),
    () => ({ type: 'process_input', material: 'caco3', t: 0.1 + dice.next() }),
  ]
  return kinds.flatMap((kind, k) =>
    Array.from({ length: 6 }, (_, i) => ({
      ts: i === 0 ? fromMs : fromMs + Math.floor(dice.next() * (toMs - fromMs)),
      events: [{ id: `report-${k}-${i}`, ...kind() }],
    })),
  )
}
