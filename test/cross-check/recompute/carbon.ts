import { consumedOf } from './energy.js'
import { type FactorRow, type Figure, type PlantInput, ratio, total } from './inputs.js'
import { type Amount, type Asked, amountOf, coverageOf, goodUnits, importOf, membersOf } from './members.js'
import { quartersOf, wallOf } from './windows.js'

/** Emissions, KPI specification §2.2 and §2.3. */

const CARBON_TO_CO2 = 44 / 12
const HEAT_KG_PER_GJ = 110
const KG_PER_T = 1000

/** Of the fuels whose default is carbon content and heating value. */
const FUELS = [{ metric: 'ng_volume_nm3', fuel: 'natural_gas', per: 10_000 }] as const

/** One factor a calendar year: of the newest data year that was announced by its last day. */
function gridFactor({ plant, factors }: PlantInput, year: string): FactorRow | undefined {
  if (plant.grid_region !== 'CN') return undefined
  const announced = factors.flatMap((row) => {
    const [, dataYear] = /^cn\.grid\.national\.avg\.(\d{4})$/.exec(row.id) ?? []
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

function stationary(asked: Asked): Emission | undefined {
  const parts = FUELS.flatMap(({ metric, fuel, per }) => {
    if (membersOf(asked, metric).length === 0) return []
    const of = (what: string) =>
      asked.input.factors.find(({ id }) => id === `cn.fuel.${fuel}.${what}`)?.value ?? Number.NaN
    const used = amountOf(asked, metric)
    const kg = (used.amount / per) * of('ncv') * of('cc') * of('of') * CARBON_TO_CO2 * KG_PER_T
    return [{ ...used, amount: kg }]
  })
  const others = ['diesel_mass_t', 'gasoline_mass_t', 'lpg_mass_t', 'coal_mass_t'].some(
    (metric) => membersOf(asked, metric).length > 0,
  )
  if (parts.length === 0 || others) return undefined
  return {
    ...parts.reduce((sum, one) => ({
      amount: sum.amount + one.amount,
      coveredMs: sum.coveredMs + one.coveredMs,
      expectedMs: sum.expectedMs + one.expectedMs,
    })),
    isKnown: true,
  }
}

export function carbonFigure(kpi: string, asked: Asked): Figure | undefined {
  const one = (emission: Emission | undefined) => emission && total(emission.amount, coverageOf(emission))
  switch (kpi) {
    case 'scope2_lb':
      return one(scope2(asked))
    case 'scope2_heat': {
      if (membersOf(asked, 'heat_gj').length === 0) return undefined
      const heat = amountOf(asked, 'heat_gj')
      return total(heat.amount * HEAT_KG_PER_GJ, coverageOf(heat))
    }
    case 'scope1_stationary':
    case 'scope1_co2e':
      return one(stationary(asked))
    case 'energy_cost':
    case 'energy_import_sharp':
    case 'energy_import_peak':
    case 'energy_import_flat':
    case 'energy_import_valley':
    case 'energy_import_deep_valley':
      return tariffFigure(kpi, asked)
    default:
      return sharedFigure(kpi, asked)
  }
}

function sharedFigure(kpi: string, asked: Asked): Figure | undefined {
  if (!['carbon_total_lb', 'carbon_per_unit', 'carbon_per_kwh'].includes(kpi)) return undefined
  const [direct, indirect] = [stationary(asked), scope2(asked)]
  if (direct === undefined || indirect === undefined) return undefined
  const kg = direct.amount + indirect.amount
  const coverage = Math.min(coverageOf(direct), coverageOf(indirect))
  if (kpi === 'carbon_total_lb') return total(kg, coverage)
  const by = kpi === 'carbon_per_unit' ? goodUnits(asked) : consumedOf(asked)
  return by === null ? undefined : ratio(kg, by.amount, Math.min(coverage, coverageOf(by)))
}

interface Tariff {
  readonly periods: readonly {
    readonly name: string
    readonly price_per_kwh: number
    readonly from: string
    readonly to: string
    readonly days?: unknown
    readonly months?: unknown
  }[]
}

/** The price of a quarter of an hour is that at its local start; tariffs with seasons are not recomputed. */
function tariffFigure(kpi: string, asked: Asked): Figure | undefined {
  const { tariffs = [], timezone } = asked.input.plant as PlantInput['plant'] & { readonly tariffs?: readonly Tariff[] }
  const imported = importOf(asked)
  const [tariff] = tariffs
  if (tariff === undefined || tariffs.length > 1 || imported === null) return undefined
  if (tariff.periods.some(({ days, months }) => days !== undefined || months !== undefined)) return undefined
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  if (kpi !== 'energy_cost' && !tariff.periods.some(({ name }) => kpi === `energy_import_${name}`)) return undefined
  let [cost, kwh] = [0, 0]
  for (const quarter of quartersOf(asked.span)) {
    const at = wallOf(quarter.fromMs, timezone).minutes
    const period = tariff.periods.find(({ from, to }) => minutes(from) <= at && at < minutes(to))
    if (period === undefined) return undefined
    const { amount } = importOf({ ...asked, span: quarter })!
    cost += amount * period.price_per_kwh
    if (kpi === `energy_import_${period.name}`) kwh += amount
  }
  return total(kpi === 'energy_cost' ? cost : kwh, coverageOf(imported))
}
