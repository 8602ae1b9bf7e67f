import type { PlantVersion } from '../settings/version.js'
import type { Figure } from '../windows/point.js'
import { billedDemandOf, type Demand, laterDemand, peakDemand } from './demand.js'
import {
  addInputs,
  type Basis,
  coverOf,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type Kpi,
  type KpiFacts,
  kpi,
  type Recipe,
  SUM_NULLS,
  union,
  WHOLE,
} from './recipe.js'

const NULLS = `${SUM_NULLS}, bad_config when something lies in no period of a tariff, or in tariffs of two currencies`

/** The currency is the tariff's own: points name it in their factors, so that figures of two currencies never meet. */
const FACTS = {
  source: "no standard: the plant's own tariff",
  confidence: 'project',
  pillar: 'green',
  windows: FROM_QUARTER_HOURS,
  scopes: WHOLE,
  members: 'as energy_elec_import; the price of each quarter of an hour is that at its local start',
  nulls: NULLS,
  isThere: hasTariff,
} as const satisfies Partial<KpiFacts>

/** Periods whose energy has a figure of its own, as Chinese tariffs call them. */
const PERIODS = [
  { id: 'sharp', en: 'sharp', zh: '尖' },
  { id: 'peak', en: 'peak', zh: '峰' },
  { id: 'flat', en: 'flat', zh: '平' },
  { id: 'valley', en: 'valley', zh: '谷' },
  { id: 'deep_valley', en: 'deep valley', zh: '深谷' },
] as const
/** The dear ones. */
const PEAKS = ['sharp', 'peak']

/** KPIs of the cost of electricity. */
export const COSTS: readonly Kpi[] = [
  kpi(
    {
      ...FACTS,
      id: 'energy_cost',
      name: { en: 'Cost of electricity', zh: '电量电费' },
      unit: 'currency',
      formula: 'Σ over quarters of ΔE_imp × price of the quarter, in the currency of the tariff that factors name',
      formula_zh: '逐 15 分钟 Σ ΔE_imp × 该时段电价，币种见所用因子中的电价方案',
      example: '10 kWh at 1.20 and 30 kWh at 0.30: 12 + 9 = 21',
      shape: 'sum',
      needs: ['elec_import_kwh'],
    },
    priced(bought, (cost, cover) => figure(sumOf(cost, 'money'), 1, cover)),
  ),
  kpi(
    {
      ...FACTS,
      id: 'energy_cost_peak_share',
      name: { en: 'Peak share of the cost', zh: '尖峰电费占比' },
      unit: '1',
      formula: 'cost in periods named sharp or peak / energy_cost',
      formula_zh: '尖段（sharp）、峰段（peak）电费 / energy_cost',
      example: '12 of 21: 0.571',
      shape: 'ratio',
      nulls: `${NULLS}, no_denominator when it cost nothing`,
      needs: ['elec_import_kwh'],
    },
    priced(bought, (cost, cover) => figure(sumOf(cost, 'money', PEAKS), sumOf(cost, 'money'), cover)),
  ),
  ...PERIODS.map(({ id, en, zh }) =>
    kpi(
      {
        ...FACTS,
        id: `energy_import_${id}`,
        name: { en: `Import at ${en} price`, zh: `${zh}段电量` },
        unit: 'kWh',
        formula: `ΔE_imp in the quarters of periods named ${id}`,
        formula_zh: `${zh}段（${id}）内各 15 分钟的 ΔE_imp`,
        example: '10 kWh from 08:00 to 11:00, of which two quarters in the period: 10 / 12 · 2 = 1.667 kWh',
        shape: 'sum',
        needs: ['elec_import_kwh'],
        isThere: (version) => hasPeriod(version, id),
      },
      priced(bought, (cost, cover) => figure(sumOf(cost, 'kwh', [id]), 1, cover)),
    ),
  ),
  ...PERIODS.map(({ id, en, zh }) =>
    kpi(
      {
        ...FACTS,
        id: `energy_cost_${id}`,
        name: { en: `Cost at ${en} price`, zh: `${zh}段电费` },
        unit: 'currency',
        formula: `Σ over the quarters of periods named ${id} of ΔE_imp × price of the quarter`,
        formula_zh: `${zh}段（${id}）内逐 15 分钟 Σ ΔE_imp × 该时段电价`,
        example: '10 kWh in the period at 1.20: 12',
        shape: 'sum',
        needs: ['elec_import_kwh'],
        isThere: (version) => hasPeriod(version, id),
      },
      priced(bought, (cost, cover) => figure(sumOf(cost, 'money', [id]), 1, cover)),
    ),
  ),
  kpi(
    {
      ...FACTS,
      id: 'energy_export_revenue',
      name: { en: 'Revenue of fed-in electricity', zh: '上网电费收入' },
      unit: 'currency',
      formula: 'Σ over quarters of ΔE_exp × export price; never taken off the cost',
      formula_zh: '逐 15 分钟 Σ ΔE_exp × 上网电价；不抵减电费',
      example: '50 kWh at 0.40: 20',
      shape: 'sum',
      scopes: ['plant'],
      members: 'export registers, as energy_elec_consumed',
      needs: ['elec_export_kwh'],
      isThere: (version) => someTariff(version, (tariff) => tariff.export_price_per_kwh !== undefined),
    },
    priced(sold, (cost, cover) => figure(sumOf(cost, 'money'), 1, cover)),
  ),
  kpi(
    {
      ...FACTS,
      id: 'demand_cost',
      name: { en: 'Cost of demand', zh: '需量电费' },
      unit: 'currency',
      formula:
        'highest demand of the month × demand price of the tariff in force on the last day with data; demand by energy.demand_mode: peak_demand_15 for block, peak_demand_15_sliding for sliding',
      formula_zh:
        '当月最大需量 × 有数据的最后一天所执行的需量电价；需量按 energy.demand_mode：block 取 peak_demand_15，sliding 取 peak_demand_15_sliding',
      source: "the plant's own tariff; KPI specification §2, option demand_mode",
      example:
        'sliding: 75 kWh from 08:05 to 08:20, 40 a kW: 300 kW × 40 = 12,000; its highest block has 40.7 kWh: 6,512',
      shape: 'level',
      windows: ['1mo'],
      scopes: ['plant'],
      members: 'as peak_demand_15, or peak_demand_15_sliding',
      nulls: 'as peak_demand_15, or peak_demand_15_sliding; bad_config when no tariff with a demand price is in force',
      needs: ['elec_import_kwh'],
      isThere: (version) => someTariff(version, (tariff) => tariff.demand_price_per_kw_month !== undefined),
    },
    { total: demandDay, add: laterDay, figure: demandCost },
  ),
]

type Tariff = NonNullable<ReturnType<PlantVersion['tariffs']['tariffAt']>>

function someTariff({ options }: PlantVersion, is: (tariff: Tariff) => boolean): boolean {
  return options?.tariffs.some(is) ?? false
}

function hasPeriod(version: PlantVersion, name: string): boolean {
  return someTariff(version, ({ periods }) => periods.some((period) => period.name === name))
}

/** Without one nothing has a price. */
export function hasTariff(version: PlantVersion): boolean {
  return someTariff(version, () => true)
}

interface Amount {
  readonly kwh: number
  readonly money: number
}

/** Cost of one time range, by period of its tariffs. */
export interface Cost {
  readonly periods: ReadonlyMap<string, Amount>
  /** Time in which energy is known and its price is not, ms. */
  readonly unpricedMs: number
  readonly currencies: readonly string[]
  /** Names of the tariffs, as points list them; ascending. */
  readonly tariffs: readonly string[]
  readonly inputs: Inputs
}

type Cover = ReturnType<typeof coverOf>

function priced(total: (basis: Basis) => Cost, figureOf: (cost: Cost, cover: Cover) => Figure): Recipe<Cost> {
  return {
    total: (basis) => basis.shared(total),
    add: addCost,
    figure: (cost) => {
      const isKnown = cost.unpricedMs === 0 && cost.currencies.length < 2
      return unlessBad(figureOf(cost, { ...coverOf(cost.inputs), factors: cost.tariffs }), isKnown)
    },
  }
}

/** Without a price there is no figure; why data are missing goes before. */
export function unlessBad(made: Figure, isKnown: boolean): Figure {
  return isKnown || made.reason !== '' ? made : { ...made, value: null, reason: 'bad_config' }
}

function bought(basis: Basis): Cost {
  return costOf(basis, 'elec_import_kwh', (ms) => {
    const price = basis.version.tariffs.at(ms)
    return price === null ? null : { ...price, name: price.period.name, perKwh: price.period.price_per_kwh }
  })
}

function sold(basis: Basis): Cost {
  return costOf(basis, 'elec_export_kwh', (ms) => {
    const tariff = basis.version.tariffs.tariffAt(ms)
    const perKwh = tariff?.export_price_per_kwh
    return tariff === null || perKwh === undefined ? null : { tariff, name: 'export', perKwh }
  })
}

type PriceAt = (ms: number) => { readonly tariff: Tariff; readonly name: string; readonly perKwh: number } | null

function costOf(basis: Basis, term: string, priceAt: PriceAt): Cost {
  const periods = new Map<string, Amount>()
  const currencies = new Set<string>()
  const tariffs = new Set<string>()
  let unpricedMs = 0
  for (const { startMs, inputs } of basis.slices('15m', term)) {
    const [energy] = inputs
    if (!energy || energy.coveredMs === 0) continue
    const price = priceAt(startMs)
    if (price === null) {
      unpricedMs += energy.coveredMs
      continue
    }
    const { kwh, money } = periods.get(price.name) ?? { kwh: 0, money: 0 }
    periods.set(price.name, { kwh: kwh + energy.sum, money: money + energy.sum * price.perKwh })
    currencies.add(price.tariff.currency)
    tariffs.add(tariffName(price.tariff))
  }
  return {
    periods,
    unpricedMs,
    currencies: [...currencies].sort(),
    tariffs: [...tariffs].sort(),
    inputs: [basis.input(term)],
  }
}

/** As points name a tariff among their factors. */
export function tariffName({ id }: Pick<Tariff, 'id'>): string {
  return `tariff.${id}`
}

function addCost(a: Cost, b: Cost): Cost {
  const periods = new Map(a.periods)
  for (const [name, { kwh, money }] of b.periods) {
    const before = periods.get(name)
    periods.set(name, { kwh: (before?.kwh ?? 0) + kwh, money: (before?.money ?? 0) + money })
  }
  return {
    periods,
    unpricedMs: a.unpricedMs + b.unpricedMs,
    currencies: union(a.currencies, b.currencies),
    tariffs: union(a.tariffs, b.tariffs),
    inputs: addInputs(a.inputs, b.inputs),
  }
}

/** Over all periods, or those of some names, in order of name: the order of additions is part of the result. */
function sumOf({ periods }: Cost, of: keyof Amount, names: readonly string[] = [...periods.keys()].sort()): number {
  return names.reduce((sum, name) => sum + (periods.get(name)?.[of] ?? 0), 0)
}

interface DemandDay {
  readonly demand: Demand
  readonly tariff: Tariff | null
}

function demandDay(basis: Basis): DemandDay {
  return { demand: billedDemandOf(basis), tariff: basis.version.tariffs.tariffAt(basis.span.startMs) }
}

function laterDay(a: DemandDay, b: DemandDay): DemandDay {
  return { demand: laterDemand(a.demand, b.demand), tariff: b.tariff }
}

function demandCost({ demand, tariff }: DemandDay): Figure {
  const { value, numerator, denominator, ...peak } = peakDemand(demand)
  const price = tariff?.demand_price_per_kw_month
  const cost = (numerator / denominator) * (price ?? 0)
  const factors = tariff === null ? [] : [tariffName(tariff)]
  return unlessBad(
    { ...peak, value: value === null ? null : cost, numerator: cost, denominator: 1, factors },
    price !== undefined,
  )
}
