import { demandTargetOf } from '../../base/demand-limit.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { demandModeOf } from '../../base/options/energy.js'
import type { ChargerOptions, ShiftableLoadOptions, StorageOptions } from '../../base/options/flexibility.js'
import type { PlantOptions } from '../../base/plant.js'
import { SLIDING_DEMAND, slidingRatio } from '../../base/sliding-demand.js'
import { reachedDemand } from '../../insight/load-plan/expected-day.js'
import type { PlannedCharger, PlannedStorage, PlanStep, ShiftableLoad } from '../../insight/load-plan/problem.js'
import { type LocalDay, LocalDays } from '../../insight/series/local-days.js'
import type { LoadPlanTask, ReadQuarters } from '../../insight/stage/load-plan-task.js'
import { Calendar } from '../../kpi/series/calendar.js'
import { PlantTariffs } from '../../kpi/settings/tariffs.js'
import type { PlantRoundDeps } from '../plant-rounds.js'

/** Days that similar ones are looked for in, and those that are judged before. */
const HISTORY_DAYS = 105
/** Figures are read by so many days at a time, so that live ones wait for milliseconds. */
const SLICE_DAYS = 14
/** Days of which the emissions of a kWh are the mean. */
const FACTOR_DAYS = 28
const KG_A_T = 1000
const QUARTERS_AN_HOUR = 4

type Points = PlantRoundDeps['points']

/** True of a plant in which a plan could place anything. */
export function hasFlexibility({ shiftable_loads, storages, chargers }: PlantOptions): boolean {
  return shiftable_loads.length + storages.length + chargers.length > 0
}

/** The day behind the one that holds an instant, by the clock of the plant. */
export function nextDay(plan: PlantOptions, nowMs: number): LocalDay {
  const days = new LocalDays(plan)
  return days.day(days.dayAt(nowMs).number + 1)
}

/** Reads all that a plan of a day is made of; null when a quarter of it has no price. */
export async function readPlanTask(points: Points, plan: PlantOptions, day: LocalDay): Promise<LoadPlanTask | null> {
  const tariffs = new PlantTariffs(plan, new Calendar(plan.timezone))
  const starts = startsOf(day)
  const found = starts.map((ms) => tariffs.at(ms))
  const kgCo2ePerKwh = await readFactor(points, plan, day)
  const prices = found.flatMap((price): Omit<PlanStep, 'netKw'>[] =>
    price === null
      ? []
      : [{ price: price.period.price_per_kwh, exportPrice: price.tariff.export_price_per_kwh ?? 0, kgCo2ePerKwh }],
  )
  if (prices.length < starts.length) return null
  const days = new LocalDays(plan)
  const stepAt = (time: string) => (days.instantOf(day, minutesOf(time) * MINUTE_MS) - day.startMs) / QUARTER_HOUR_MS
  const { timezone, shifts, calendar } = plan
  const reached = await readReached(points, plan, day)
  const { slidingRatio: ratio } = reached
  const limitKw = demandTargetOf(plan.targets)?.max ?? null
  const holding = plan.storages.filter(({ holds_demand }) => holds_demand).map(({ id }) => id)
  return {
    slidingRatio: ratio,
    plan: { timezone, shifts, calendar },
    dayMs: day.startMs,
    net: holding.length > 0 ? await readRest(points, plan, day) : await readNet(points, plan, day),
    prices,
    holding,
    monthMs: reached.monthMs,
    lastMonthMs: reached.lastMonthMs,
    thisMonthKw: reached.thisMonthKw,
    problem: {
      demand: {
        pricePerKw: (tariffs.tariffAt(day.startMs)?.demand_price_per_kw_month ?? 0) * ratio,
        reachedKw: reached.blocksKw,
        limitKw: limitKw === null ? null : limitKw / ratio,
        deviationsKw: [],
      },
      pricePerKgCo2e: plan.carbon_price_per_t / KG_A_T,
      loads: plan.shiftable_loads.map((one) => loadOf(one, stepAt)),
      storages: plan.storages.map(storageOf),
      chargers: plan.chargers.map((one) => chargerOf(one, stepAt)),
    },
  }
}

export function startsOf({ startMs, endMs }: LocalDay): readonly number[] {
  return Array.from(
    { length: Math.round((endMs - startMs) / QUARTER_HOUR_MS) },
    (_, at) => startMs + at * QUARTER_HOUR_MS,
  )
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

function loadOf(of: ShiftableLoadOptions, stepAt: (time: string) => number): ShiftableLoad {
  return {
    ...{ id: of.id, powerKw: of.power_kw, steps: (of.duration_h * HOUR_MS) / QUARTER_HOUR_MS },
    ...{ from: stepAt(of.earliest), until: stepAt(of.latest), usualFrom: stepAt(of.usual_start) },
    ...{ isExpected: of.in_forecast, mayPause: of.may_pause, after: of.after, worth: of.worth ?? null },
  }
}

function storageOf(of: StorageOptions): PlannedStorage {
  return {
    ...{ id: of.id, capacityKwh: of.capacity_kwh, chargeKw: of.charge_kw, dischargeKw: of.discharge_kw },
    ...{ leastKwh: (of.capacity_kwh * of.reserve_pct) / 100, startKwh: (of.capacity_kwh * of.start_pct) / 100 },
    ...{ efficiency: of.efficiency, wearPerKwh: of.wear_per_kwh },
  }
}

function chargerOf(of: ChargerOptions, stepAt: (time: string) => number): PlannedCharger {
  const { id, power_kw: powerKw, energy_kwh: energyKwh, in_forecast: isExpected } = of
  return { id, powerKw, energyKwh, isExpected, from: stepAt(of.arrive), until: stepAt(of.leave) }
}

/** Import less export of each quarter of which both are known and final; import alone where the plant has no export. */
async function readNet(points: Points, plan: PlantOptions, day: LocalDay): Promise<ReadQuarters> {
  const bought = await readQuarters(points, plan, 'energy_elec_import', day)
  return quartersOf(bought, await readFourths(points, plan, 'energy_elec_export', day))
}

/** Import less export of each quarter that is known and final, without what storages take and give: what the plant uses less what it makes. */
async function readRest(points: Points, plan: PlantOptions, day: LocalDay): Promise<ReadQuarters> {
  const used = await readQuarters(points, plan, 'energy_elec_consumed', day)
  return quartersOf(used, await readFourths(points, plan, 'energy_elec_onsite', day))
}

/** Energy that is fed in or made is told by hours, of which each quarter has a fourth. */
async function readFourths(points: Points, plan: PlantOptions, kpi: string, day: LocalDay) {
  const hours = await readHistory(points, plan, { kpi, window: '1h' }, day)
  const quarters = [...hours].flatMap(([startMs, value]) =>
    Array.from({ length: QUARTERS_AN_HOUR }, (_, at) => {
      return [startMs + at * QUARTER_HOUR_MS, value / QUARTERS_AN_HOUR] as const
    }),
  )
  return new Map(quarters)
}

/** Quarters with something taken off them, where there ever is any; those of which it is not known are left out. */
function quartersOf(from: ReadonlyMap<number, number>, less: ReadonlyMap<number, number>): ReadQuarters {
  const known = [...from].flatMap(([startMs, value]) => {
    const off = less.size === 0 ? 0 : less.get(startMs)
    return off === undefined ? [] : [[startMs, value - off] as const]
  })
  return {
    startsMs: Float64Array.from(known, ([startMs]) => startMs),
    values: Float64Array.from(known, ([, value]) => value),
  }
}

function readQuarters(points: Points, plan: PlantOptions, kpi: string, day: LocalDay) {
  return readHistory(points, plan, { kpi, window: '15m' }, day)
}

async function readHistory(
  points: Points,
  { id }: PlantOptions,
  of: { readonly kpi: string; readonly window: '15m' | '1h' },
  { startMs }: LocalDay,
) {
  const found = new Map<number, number>()
  for (let fromMs = startMs - HISTORY_DAYS * DAY_MS; fromMs < startMs; fromMs += SLICE_DAYS * DAY_MS) {
    const name = { plant: id, scope: 'plant', id, ...of } as const
    const toMs = Math.min(startMs, fromMs + SLICE_DAYS * DAY_MS)
    for (const one of await points.points({ ...name, fromMs, toMs, limit: (SLICE_DAYS * DAY_MS) / QUARTER_HOUR_MS })) {
      if (one.value !== null && !one.provisional) found.set(one.startMs, one.value)
    }
  }
  return found
}

async function readDays(points: Points, { id }: PlantOptions, kpi: string, fromMs: number, toMs: number) {
  const name = { plant: id, scope: 'plant', id, kpi, window: '1d' } as const
  const found = await points.points({ ...name, fromMs, toMs, limit: 70 })
  return new Map(found.flatMap(({ startMs, value }) => (value === null ? [] : [[startMs, value] as const])))
}

/**
 * The demand of blocks that the month of the day is taken to have reached, by days of it and of the one before that are final; and the highest that is billed
 * over that of blocks, which is 1 where demand does not slide.
 */
async function readReached(points: Points, plan: PlantOptions, day: LocalDay) {
  const calendar = new Calendar(plan.timezone)
  const month = calendar.spanAt('1mo', day.startMs)
  const lastMonth = calendar.spanAt('1mo', month.startMs - 1)
  const read = (kpi: string) => readDays(points, plan, kpi, lastMonth.startMs, day.startMs)
  const blocks = [...(await read('peak_demand_15'))]
  const sliding = demandModeOf(plan) === 'sliding' ? [...(await read(SLIDING_DEMAND.kpi))] : []
  const highest = (days: readonly (readonly [number, number])[], isOf: (ms: number) => boolean = () => true) =>
    Math.max(0, ...days.filter(([ms]) => isOf(ms)).map(([, kw]) => kw))
  const thisMonth = highest(blocks, (ms) => ms >= month.startMs)
  return {
    ...{ monthMs: month.startMs, lastMonthMs: lastMonth.startMs, thisMonthKw: thisMonth },
    blocksKw: reachedDemand(
      thisMonth,
      highest(blocks, (ms) => ms < month.startMs),
    ),
    slidingRatio: slidingRatio(highest(sliding), highest(blocks)),
  }
}

/** Emissions of a bought kWh over the last days; null where no day has both figures. */
async function readFactor(points: Points, plan: PlantOptions, { startMs }: LocalDay): Promise<number | null> {
  const read = (kpi: string) => readDays(points, plan, kpi, startMs - FACTOR_DAYS * DAY_MS, startMs)
  const [kwh, kg] = [await read('energy_elec_import'), await read('scope2_lb')]
  const both = [...kwh].filter(([at]) => kg.has(at))
  const energy = both.reduce((sum, [, value]) => sum + value, 0)
  return energy > 0 ? both.reduce((sum, [at]) => sum + kg.get(at)!, 0) / energy : null
}
