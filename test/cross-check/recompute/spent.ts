import { gridFactor, priceAt } from './carbon.js'
import { type Figure, lengthMs, ratio, type Span, total } from './inputs.js'
import {
  type Amount,
  type Asked,
  amountOf,
  coverageOf,
  deviceAmount,
  goodUnits,
  importOf,
  membersOf,
  NOTHING,
  roleOf,
  sumOf,
} from './members.js'
import { type Bucket, stretchesOf, timesIn } from './states.js'
import { hoursOf, quartersOf, wallOf } from './windows.js'

/**
 * Electricity of machines by what they did, as the catalogue has it, since no standard does: each quarter of an hour split
 * by the time in each state. Emissions by the factor of the grid, KPI specification §2.3, for what came from it.
 */

const NAMES: Readonly<Record<string, Bucket>> = {
  producing: 'producing',
  setup: 'setup',
  starved: 'idle_starved',
  blocked: 'idle_blocked',
  held: 'held',
  down: 'down_fault',
  idle: 'idle_no_order',
  planned_stop: 'planned_stop',
  break: 'break',
  pm: 'pm',
  off: 'off',
  unknown: 'unknown',
}
const WORKING: readonly Bucket[] = ['producing', 'setup']

interface Machine {
  readonly device: string
  readonly meter: string
  readonly metric: string
}

/** Machines and robots of a scope with a meter: one that they name, else their submeter, else their import. */
function machinesOf({ input, scope, id }: Asked): readonly Machine[] {
  const senders = input.senders.filter((one) => scope === 'plant' || (scope === 'line' ? one.line : one.id) === id)
  return senders.flatMap(({ id: device }) => {
    const named = input.plant.devices?.find((one) => one.id === device)?.energy_meter
    const isMachine = ['machine', 'robot'].includes(roleOf(input, device) ?? '')
    if (named === undefined && !isMachine) return []
    const registers = ['elec_submeter_kwh', 'elec_import_kwh']
    const meter = named ?? device
    const metric = (named === undefined ? registers : registers.toReversed()).find(
      (one) => input.samplesOf(meter, one).length > 0,
    )
    return metric === undefined ? [] : [{ device, meter, metric }]
  })
}

interface Spent {
  readonly kwh: Map<Bucket, number>
  readonly kg: Map<Bucket, number>
  readonly money: Map<Bucket, number>
  energy: Amount
  /** Known time of the states, beside that of the energy. */
  states: Amount
}

const known = new WeakMap<object, Map<string, Spent | undefined>>()

/** All figures of a span are made of the same sums. */
function spentIn(asked: Asked, machines: readonly Machine[]): Spent | undefined {
  const { input, scope, id, span } = asked
  const bySpan = known.get(input) ?? new Map<string, Spent | undefined>()
  known.set(input, bySpan)
  const key = `${scope} ${id} ${span.fromMs} ${span.toMs}`
  if (!bySpan.has(key)) bySpan.set(key, sumsIn(asked, machines))
  return bySpan.get(key)
}

function sumsIn(asked: Asked, machines: readonly Machine[]): Spent | undefined {
  const spent: Spent = { kwh: new Map(), kg: new Map(), money: new Map(), energy: NOTHING, states: NOTHING }
  for (const hour of hoursOf(asked.span, asked.input.plant.timezone)) {
    const kgPerKwh = emissionOf(asked, hour)
    for (const quarter of quartersOf(hour)) {
      const price = priceAt(asked.input, quarter.fromMs)
      if (kgPerKwh === undefined || price === undefined) return undefined
      for (const machine of machines) addMachine(spent, asked, machine, quarter, kgPerKwh, price)
    }
  }
  return spent
}

function addMachine(
  spent: Spent,
  asked: Asked,
  { device, meter, metric }: Machine,
  span: Span,
  kgPerKwh: number,
  price: number,
): void {
  const used = deviceAmount({ ...asked, span }, meter, metric)
  const times = timesIn(stretchesOf(asked.input, device), span)
  spent.energy = sumOf([spent.energy, used])
  const coveredMs = lengthMs(span) - times.unknown
  spent.states = sumOf([spent.states, { amount: 0, coveredMs, expectedMs: lengthMs(span) }])
  for (const [bucket, ms] of Object.entries(times) as [Bucket, number][]) {
    const kwh = (used.amount * ms) / lengthMs(span)
    add(spent.kwh, bucket, kwh)
    add(spent.kg, bucket, kwh * kgPerKwh)
    add(spent.money, bucket, kwh * price)
  }
}

function add(sums: Map<Bucket, number>, bucket: Bucket, amount: number): void {
  sums.set(bucket, (sums.get(bucket) ?? 0) + amount)
}

function sum(sums: ReadonlyMap<Bucket, number>, isWanted: (bucket: Bucket) => boolean): number {
  return [...sums].reduce((all, [bucket, one]) => (isWanted(bucket) ? all + one : all), 0)
}

/** kg for each kWh of the hour: what came from the grid, of all that flowed in the plant. */
function emissionOf({ input }: Asked, span: Span): number | undefined {
  const plant: Asked = { input, scope: 'plant', id: input.plant.id, span }
  const factor = gridFactor(input, wallOf(span.fromMs, input.plant.timezone).day.slice(0, 4))
  if (factor === undefined) return undefined
  const bought = importOf(plant)?.amount ?? 0
  const amount = (metric: string) => amountOf(plant, metric).amount
  const others = amount('renew_onsite_kwh') - amount('elec_export_kwh') + amount('storage_discharge_kwh')
  if (bought <= 0) return 0
  return factor.value * (others <= 0 ? 1 : bought / (bought + others))
}

export function spentFigure(kpi: string, asked: Asked): Figure | undefined {
  const [, what, name] = /^(kwh|co2e|cost)_(.+)$/.exec(kpi) ?? []
  if (name === 'per_good_part') return partFigure(kpi, asked)
  const bucket = NAMES[name ?? '']
  if (bucket === undefined && kpi !== 'standby_share' && kpi !== 'cost_of_standing') return undefined
  const machines = machinesOf(asked).filter(({ device }) => asked.input.samplesOf(device, 'state').length > 0)
  const spent = machines.length === 0 ? undefined : spentIn(asked, machines)
  if (spent === undefined) return undefined
  const both = Math.min(coverageOf(spent.energy), coverageOf(spent.states))
  const isStanding = (one: Bucket) => one !== 'unknown' && !WORKING.includes(one)
  if (kpi === 'standby_share')
    return ratio(
      sum(spent.kwh, isStanding),
      sum(spent.kwh, (one) => one !== 'unknown'),
      both,
    )
  if (kpi === 'cost_of_standing') return total(sum(spent.money, isStanding), both)
  const coverage = bucket === 'unknown' ? coverageOf(spent.energy) : both
  if (what === 'kwh') return total(spent.kwh.get(bucket!) ?? 0, coverage)
  if (what === 'cost') return total(spent.money.get(bucket!) ?? 0, coverage)
  return total(spent.kg.get(bucket!) ?? 0, Math.min(coverage, gridCoverage(asked)))
}

/** Known part of what came from the grid, 0..1: that of the import of the plant. */
function gridCoverage({ input, span }: Asked): number {
  const imported = importOf({ input, scope: 'plant', id: input.plant.id, span })
  return imported === null ? 1 : coverageOf(imported)
}

/** Energy of machines over the good pieces of the same; of a plant over those of its counting points. */
function partFigure(kpi: string, asked: Asked): Figure | undefined {
  const counted = membersOf(asked, 'parts_good')
  const machines = machinesOf(asked).filter(({ device }) => asked.scope === 'plant' || counted.includes(device))
  if (machines.length === 0) return undefined
  const energy = sumOf(machines.map(({ meter, metric }) => deviceAmount(asked, meter, metric)))
  const good =
    asked.scope === 'plant'
      ? goodUnits(asked)
      : sumOf(machines.map(({ device }) => deviceAmount(asked, device, 'parts_good', 'whole')))
  if (good === null) return undefined
  const coverage = Math.min(coverageOf(energy), coverageOf(good))
  if (kpi === 'kwh_per_good_part') return ratio(energy.amount, good.amount, coverage)
  let kg = 0
  for (const hour of hoursOf(asked.span, asked.input.plant.timezone)) {
    const kgPerKwh = emissionOf(asked, hour)
    if (kgPerKwh === undefined) return undefined
    for (const { meter, metric } of machines)
      kg += deviceAmount({ ...asked, span: hour }, meter, metric).amount * kgPerKwh
  }
  return ratio(kg, good.amount, Math.min(coverage, gridCoverage(asked)))
}
