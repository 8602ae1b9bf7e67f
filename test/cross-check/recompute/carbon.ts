import { coveredBy, coveredHourly, kwhOf } from './contracts.js'
import { consumedOf } from './energy.js'
import { leakedKg, ofScope, processKg, reportedT } from './events.js'
import { type FactorRow, type Figure, type PlantInput, ratio, type TariffSettings, total } from './inputs.js'
import { type Amount, type Asked, amountOf, coverageOf, goodUnits, importOf, membersOf, NOTHING } from './members.js'
import { quartersOf, wallOf } from './windows.js'

/** Emissions, KPI specification §2.2 and §2.3. */

const CARBON_TO_CO2 = 44 / 12
const HEAT_KG_PER_GJ = 110
const KG_PER_T = 1000

/** Fuels whose default is carbon content and heating value; diesel and gasoline drive vehicles unless the plant says else. */
const FUELS = [
  { metric: 'ng_volume_nm3', fuel: 'natural_gas', per: 10_000, kind: 'stationary' },
  { metric: 'lpg_mass_t', fuel: 'lpg', per: 1, kind: 'stationary' },
  { metric: 'diesel_mass_t', fuel: 'diesel', per: 1, kind: 'mobile' },
  { metric: 'gasoline_mass_t', fuel: 'gasoline', per: 1, kind: 'mobile' },
] as const
const KINDS = ['stationary', 'mobile', 'process', 'fugitive'] as const
type Kind = (typeof KINDS)[number]

/** One factor a calendar year: of the newest data year that was announced by its last day. */
export function gridFactor(
  { plant, factors }: PlantInput,
  year: string,
  kind: 'avg' | 'residual' = 'avg',
): FactorRow | undefined {
  if (plant.grid_region !== 'CN') return undefined
  const announced = factors.flatMap((row) => {
    const dataYear = row.id.startsWith(`cn.grid.national.${kind}.`) ? row.id.slice(-4) : undefined
    const day = /published (\d{4}-\d{2}-\d{2})/.exec(row.note)?.[1]
    return dataYear === undefined || day === undefined || day > `${year}-12-31` ? [] : [{ row, dataYear }]
  })
  return announced.toSorted((a, b) => (a.dataYear < b.dataYear ? 1 : -1))[0]?.row
}

interface Emission extends Amount {
  readonly isKnown: boolean
}

function scope2(asked: Asked): Emission | undefined {
  const imported = importOf(asked)
  const factor = gridFactor(asked.input, wallOf(asked.span.fromMs, asked.input.plant.timezone).day.slice(0, 4))
  if (imported === null || factor === undefined) return undefined
  const heat = amountOf(asked, 'heat_gj')
  return {
    amount: imported.amount * factor.value + heat.amount * HEAT_KG_PER_GJ,
    coveredMs: imported.coveredMs + heat.coveredMs,
    expectedMs: imported.expectedMs + heat.expectedMs,
    isKnown: true,
  }
}

/** Purchased energy by what was bought; what contracts do not cover by the residual mix. */
function marketBased(asked: Asked): Emission | undefined {
  const location = scope2(asked)
  const covered = coveredBy(asked)
  const year = wallOf(asked.span.fromMs, asked.input.plant.timezone).day.slice(0, 4)
  const residual = gridFactor(asked.input, year, 'residual')
  if (location === undefined || covered === undefined || residual === undefined) return undefined
  const bought = covered.reduce((sum, { kwh, factor }) => sum + kwh * factor, 0)
  const rest = importOf(asked)!.amount - kwhOf(covered)
  const heat = amountOf(asked, 'heat_gj').amount * HEAT_KG_PER_GJ
  return { ...location, amount: bought + rest * residual.value + heat }
}

/** The part of the import that contracts cover; of clean energy alone those without emissions. */
function coveredFigure(kpi: string, asked: Asked): Figure | undefined {
  const imported = importOf(asked)
  if ((asked.input.plant.contracts ?? []).length === 0 || imported === null) return undefined
  const covered = kpi === 'clean_energy_matched_hourly' ? coveredHourly(asked) : coveredBy(asked)
  if (covered === undefined) return undefined
  const kwh = kwhOf(covered, ({ factor }) => kpi === 'scope2_covered_share' || factor === 0)
  return ratio(kwh, imported.amount, coverageOf(imported))
}

/** Fuels by meters and events, and what else is reported. */
function direct(asked: Asked, kinds: readonly Kind[] = KINDS): Emission | undefined {
  const { carbon } = asked.input.plant
  if (carbon?.combustion === 'ipcc' || membersOf(asked, 'coal_mass_t').length > 0) return undefined
  let sum: Emission = { ...NOTHING, isKnown: false }
  const add = (kg: number, of: Amount) => {
    sum = {
      amount: sum.amount + kg,
      coveredMs: sum.coveredMs + of.coveredMs,
      expectedMs: sum.expectedMs + of.expectedMs,
      isKnown: true,
    }
  }
  for (const { metric, fuel, per } of FUELS.filter((one) => kinds.includes(one.kind))) {
    const of = (what: string) =>
      asked.input.factors.find(({ id }) => id === `cn.fuel.${fuel}.${what}`)?.value ?? Number.NaN
    const kgPerUnit = of('ncv') * of('cc') * of('of') * CARBON_TO_CO2 * KG_PER_T
    if (membersOf(asked, metric).length > 0) {
      const used = amountOf(asked, metric)
      add((used.amount / per) * kgPerUnit, used)
    }
    if (ofScope(asked, 'fuel_used').some(({ fields }) => fields.fuel === fuel))
      add(reportedT(asked, fuel) * kgPerUnit, NOTHING)
  }
  if (kinds.includes('process') && ofScope(asked, 'process_input').length > 0) add(processKg(asked), NOTHING)
  if (kinds.includes('fugitive') && ofScope(asked, 'refrigerant_refill').length > 0) add(leakedKg(asked), NOTHING)
  return sum.isKnown ? sum : undefined
}

/** Known part of an emission, 0..1: what is reported is known, whatever the meters are. */
function knownPart(emission: Emission): number {
  return emission.expectedMs === 0 ? 1 : coverageOf(emission)
}

export function carbonFigure(kpi: string, asked: Asked): Figure | undefined {
  const one = (emission: Emission | undefined) => emission && total(emission.amount, knownPart(emission))
  switch (kpi) {
    case 'scope2_lb':
      return one(scope2(asked))
    case 'scope2_heat': {
      if (membersOf(asked, 'heat_gj').length === 0) return undefined
      const heat = amountOf(asked, 'heat_gj')
      return total(heat.amount * HEAT_KG_PER_GJ, coverageOf(heat))
    }
    case 'scope1_co2e':
      return one(direct(asked))
    case 'scope1_stationary':
    case 'scope1_mobile':
    case 'scope1_process':
    case 'scope1_fugitive':
      return one(direct(asked, [kpi.slice('scope1_'.length) as Kind]))
    case 'scope2_mb':
      return one(marketBased(asked))
    case 'scope2_covered_share':
    case 'clean_energy_matched_annual':
    case 'clean_energy_matched_hourly':
      return coveredFigure(kpi, asked)
    case 'energy_cost':
    case 'energy_import_sharp':
    case 'energy_import_peak':
    case 'energy_import_flat':
    case 'energy_import_valley':
    case 'energy_import_deep_valley':
    case 'energy_cost_sharp':
    case 'energy_cost_peak':
    case 'energy_cost_flat':
    case 'energy_cost_valley':
    case 'energy_cost_deep_valley':
      return tariffFigure(kpi, asked)
    default:
      return sharedFigure(kpi, asked)
  }
}

function sharedFigure(kpi: string, asked: Asked): Figure | undefined {
  if (!['carbon_total_lb', 'carbon_per_unit', 'carbon_per_unit_mb', 'carbon_per_kwh'].includes(kpi)) return undefined
  const own = direct(asked)
  const bought = kpi === 'carbon_per_unit_mb' ? marketBased(asked) : scope2(asked)
  if (own === undefined || bought === undefined) return undefined
  const kg = own.amount + bought.amount
  const coverage = Math.min(knownPart(own), coverageOf(bought))
  if (kpi === 'carbon_total_lb') return total(kg, coverage)
  const by = kpi === 'carbon_per_kwh' ? consumedOf(asked) : goodUnits(asked)
  return by === null ? undefined : ratio(kg, by.amount, Math.min(coverage, coverageOf(by)))
}

/** The period of a tariff that holds at an instant; tariffs with seasons are not recomputed. */
function periodAt(input: PlantInput, ms: number): TariffSettings['periods'][number] | undefined {
  const { tariffs = [], timezone } = input.plant
  const [tariff] = tariffs
  if (tariff === undefined || tariffs.length > 1) return undefined
  if (tariff.periods.some(({ days, months }) => days !== undefined || months !== undefined)) return undefined
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const at = wallOf(ms, timezone).minutes
  return tariff.periods.find(({ from, to }) => minutes(from) <= at && at < minutes(to))
}

export function priceAt(input: PlantInput, ms: number): number | undefined {
  return periodAt(input, ms)?.price_per_kwh
}

/** The price of a quarter of an hour is that at its local start. */
function tariffFigure(kpi: string, asked: Asked): Figure | undefined {
  const imported = importOf(asked)
  if (imported === null) return undefined
  const periods = asked.input.plant.tariffs?.[0]?.periods ?? []
  const [, what = 'cost', name] = /^energy_(import|cost)_(.+)$/.exec(kpi) ?? []
  if (name !== undefined && !periods.some((period) => period.name === name)) return undefined
  let [cost, kwh] = [0, 0]
  for (const quarter of quartersOf(asked.span)) {
    const period = periodAt(asked.input, quarter.fromMs)
    if (period === undefined) return undefined
    const { amount } = importOf({ ...asked, span: quarter })!
    if (name !== undefined && name !== period.name) continue
    cost += amount * period.price_per_kwh
    kwh += amount
  }
  return total(what === 'cost' ? cost : kwh, coverageOf(imported))
}
