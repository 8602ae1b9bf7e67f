import { addFactoredAmounts, amountFigure, type FactoredAmount } from './amount.js'
import { ALL_ENERGY, ANY_ENERGY, comprehensive, type ElectricityBasis, ownGeneration } from './comprehensive.js'
import { type Basis, FROM_HOURS, type Kpi, kpi, SUM_NULLS } from './recipe.js'

const NULLS = `${SUM_NULLS}, bad_config for a carrier with a range (natural gas) without a heating value or coefficient of the plant, for bought steam without pressure and temperature, energy.steam_class and carbon.purchased_steam.enthalpy_kj_kg, and for the primary value of electricity without an own factor; no_factor for a fuel that the table does not have`
const MEMBERS =
  'import and export at the meters of role main, else of every unconfigured sender; fuels and heat of every sender but submeters; steam where carbon.purchased_steam says that it is bought, for that of an own boiler is in its fuel; events fuel_used; media of energy.bought'
const SOURCE = 'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)'
const IMPORT = '(ΔE_imp − max(0, ΔE_exp − ΔE_pv))'
const REST = 'Σ fuels, bought steam, heat and bought media × coal equivalent'
const REST_ZH = 'Σ 燃料、外购蒸汽、热力和耗能工质 × 折标煤系数'

const facts = {
  unit: 'tce',
  source: SOURCE,
  confidence: 'secondary_source',
  pillar: 'green',
  shape: 'sum',
  windows: FROM_HOURS,
  scopes: ['plant'],
} as const
const add = { add: addFactoredAmounts, figure: amountFigure }

/** The basis of electricity that the plant has chosen. */
export function basisOf({ version }: Basis): ElectricityBasis {
  return version.options?.carbon.electricity_basis ?? 'equivalent'
}

/** Comprehensive energy consumption, by either value of electricity, and what generation on site adds to it. */
export const ENERGY_COMPREHENSIVE: readonly Kpi[] = [
  kpi(
    {
      ...facts,
      id: 'energy_comprehensive',
      name: { en: 'Comprehensive energy, basis of the plant', zh: '综合能耗（按所选口径）' },
      formula: `${REST} + ${IMPORT} × the value of electricity that carbon.electricity_basis names: equivalent or primary; the factors of the figure say which`,
      formula_zh: `${REST_ZH} + ${IMPORT} × carbon.electricity_basis 所定的电力折标系数（当量值或等价值，见该数值的因子）`,
      example: '10,000 kWh at 0.1229 and 100 GJ of heat at 34.12 kgce: 1,229 + 3,412 = 4,641 kgce = 4.641 tce',
      members: MEMBERS,
      nulls: NULLS,
      needsAny: ANY_ENERGY,
      uses: ALL_ENERGY,
    },
    { total: (basis) => comprehensive(basis, basisOf(basis)), ...add },
  ),
  kpi(
    {
      ...facts,
      id: 'energy_comprehensive_equivalent',
      name: { en: 'Comprehensive energy, electricity at its equivalent value', zh: '综合能耗（电力按当量值）' },
      formula: `${REST} + ${IMPORT} × 0.1229 kgce/kWh, without on-site generation`,
      formula_zh: `${REST_ZH} + ${IMPORT} × 0.1229 kgce/kWh，不含自发电`,
      example: 'O21: 18,540,000 kWh · 0.1229 / 1000 = 2278.6 tce',
      members: MEMBERS,
      nulls: NULLS,
      needsAny: ANY_ENERGY,
      uses: ALL_ENERGY,
    },
    { total: (basis) => comprehensive(basis, 'equivalent'), ...add },
  ),
  kpi(
    {
      ...facts,
      id: 'energy_comprehensive_primary',
      name: { en: 'Comprehensive energy, electricity at its primary value', zh: '综合能耗（电力按等价值）' },
      formula: `${REST} + ${IMPORT} × coal_equivalent.electricity_primary of the plant, which has no default`,
      formula_zh: `${REST_ZH} + ${IMPORT} × 工厂的 coal_equivalent.electricity_primary（无缺省值）`,
      example: '10,000 kWh, an own factor of 0.3020 kgce/kWh with its source: 3,020 kgce = 3.02 tce',
      members: MEMBERS,
      nulls: NULLS,
      needsAny: ANY_ENERGY,
      uses: ALL_ENERGY,
    },
    { total: (basis) => comprehensive(basis, 'primary'), ...add },
  ),
  kpi(
    {
      ...facts,
      id: 'energy_comprehensive_pv',
      name: { en: 'On-site generation used, equivalent value', zh: '自发自用可再生能源（当量值）' },
      formula: 'Σ over hours of max(0, ΔE_pv − ΔE_exp) × 0.1229 kgce/kWh',
      formula_zh: '逐小时 Σ max(0, ΔE_pv − ΔE_exp) × 0.1229 kgce/kWh',
      confidence: 'project',
      example: '1,000 kWh made and 200 kWh exported in the hour: 800 · 0.1229 / 1000 = 0.09832 tce',
      members: 'on-site generation of every sender but submeters; export at the meters of role main',
      nulls: SUM_NULLS,
      needs: ['renew_onsite_kwh'],
      uses: ['elec_export_kwh'],
    },
    { total: ownGeneration, ...add },
  ),
  kpi(
    {
      ...facts,
      id: 'energy_comprehensive_with_pv',
      name: { en: 'Comprehensive energy with on-site generation', zh: '综合能耗（含自发自用）' },
      formula: 'energy_comprehensive + energy_comprehensive_pv; generation always at its equivalent value',
      formula_zh: 'energy_comprehensive + energy_comprehensive_pv；自发电始终按当量值',
      confidence: 'project',
      example: '4.641 tce from outside and 0.09832 tce of the roof: 4.73932 tce',
      members: `${MEMBERS}; on-site generation`,
      nulls: NULLS,
      needs: ['renew_onsite_kwh'],
      needsAny: ANY_ENERGY,
      uses: ALL_ENERGY,
    },
    { total: withGeneration, ...add },
  ),
]

function withGeneration(basis: Basis): FactoredAmount {
  return addFactoredAmounts(comprehensive(basis, basisOf(basis)), ownGeneration(basis))
}
