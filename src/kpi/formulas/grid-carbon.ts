import { carbonOf } from '../settings/sources.js'
import { addGasAmounts, type GasAmount, GasTally, gasFigureOf } from './carbon-amount.js'
import { heatOf, hourlyImport, type ImportHour, SCOPE2_NEEDS, SCOPE2_USES } from './carbon-scope2.js'
import { addInputs, type Basis, FROM_HOURS, type InputSum, type Kpi, kpi, NO_INPUT, needed } from './recipe.js'

const IMPORT = 'elec_import_kwh'
const GRID_CARBON = 'grid_carbon_kg_kwh'

/** Purchased energy weighed with what the grid emits hour by hour, where somebody sends that. Source: KPI specification §2.3. */
export const GRID_CARBON_BY_HOUR: Kpi = kpi(
  {
    id: 'scope2_lb_hourly',
    name: { en: 'Purchased energy, by grid carbon of the hour', zh: '能源间接排放（逐时电网碳强度）' },
    unit: 'kgCO2e',
    formula: 'Σ over hours of ΔE_imp · mean grid_carbon_kg_kwh of the hour + heat GJ · EF_heat',
    formula_zh: '逐小时 Σ ΔE_imp · 该小时 grid_carbon_kg_kwh 均值 + 热力 GJ · EF_heat',
    source: 'KPI specification §2.3; proposal of the GHG Protocol of 2025 for scope 2 (from memory)',
    confidence: 'project',
    example: '100 kWh at night of 0.7 kg/kWh and 100 kWh at noon of 0.3: 100 kg',
    pillar: 'green',
    shape: 'sum',
    windows: FROM_HOURS,
    scopes: ['plant'],
    members:
      'import of the main meters; heat_gj, and steam_mass_t where carbon.purchased_steam is set; grid_carbon_kg_kwh of the device in carbon.hourly_grid',
    nulls:
      'no_data or low_coverage of electricity, heat or grid carbon below 75 % of the expected time; an hour without grid carbon is not weighed and not covered',
    needs: SCOPE2_NEEDS,
    uses: [...SCOPE2_USES, GRID_CARBON],
    isThere: (version) => carbonOf(version).hourly_grid !== undefined,
  },
  { total: byHour, add: addGasAmounts, figure: (amount: GasAmount) => gasFigureOf(amount) },
)

function byHour(basis: Basis): GasAmount {
  const tally = new GasTally()
  const hours = hourlyImport(basis)
  const grid = gridCarbonOf(basis, hours)
  for (const { startMs, kwh } of hours) {
    const kgPerKwh = grid.at.get(startMs)
    if (kgPerKwh !== undefined) tally.add(startMs, { kgCo2e: kwh * kgPerKwh })
  }
  return heatOf(basis, tally, [needed(basis, IMPORT), grid.input])
}

/** Reads the mean kgCO2e/kWh of each hour, and how much of all hours is known; an hour of which nothing is known has no mean. */
function gridCarbonOf(basis: Basis, hours: readonly ImportHour[]) {
  const sender = carbonOf(basis.version).hourly_grid?.device
  const levels = new Map<number, InputSum>()
  for (const { device, startMs, inputs } of basis.slices('1h', GRID_CARBON)) {
    const [level] = inputs
    if (device === sender && level !== null && level !== undefined) levels.set(startMs, level)
  }
  const at = new Map<number, number>()
  let input: InputSum | null = null
  for (const { startMs, dueMs } of hours) {
    const level = levels.get(startMs) ?? { ...NO_INPUT, expectedMs: dueMs }
    if (level.coveredMs > 0) at.set(startMs, level.sum / level.coveredMs)
    input = input === null ? level : (addInputs([input], [level])[0] ?? null)
  }
  return { at, input }
}
