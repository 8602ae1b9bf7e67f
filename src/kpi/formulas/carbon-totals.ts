import { addGasAmounts, type GasAmount, gasFigureOf, together } from './carbon-amount.js'
import { locationBased, marketBased, SCOPE2_NEEDS, SCOPE2_USES } from './carbon-scope2.js'
import { SOURCE_KINDS, scope1Of, sourceTermsOf } from './carbon-sources.js'
import { COVERED_USES } from './metered-generation.js'
import { addInputs, type Basis, FROM_HOURS, type Inputs, type Kpi, kpi } from './recipe.js'

const SCOPE1 = sourceTermsOf(SOURCE_KINDS)
const USES = [...SCOPE1.needsAny, ...SCOPE1.uses, ...SCOPE2_USES]
const NULLS = 'as scope1_co2e and scope2_lb, and low_coverage'

const FACTS = {
  source: 'KPI specification §2',
  pillar: 'green',
  windows: FROM_HOURS,
  scopes: ['plant'],
  confidence: 'project',
} as const

/** Terms that emissions are divided by, with their signs. */
type Terms = readonly (readonly [term: string, sign: 1 | -1])[]

const GOOD_UNITS: Terms = [['good_units', 1]]
const CONSUMED: Terms = [
  ['elec_import_kwh', 1],
  ['renew_onsite_kwh', 1],
  ['elec_export_kwh', -1],
  ['storage_discharge_kwh', 1],
  ['storage_charge_kwh', -1],
]

/** Both scopes together, and by piece and kWh. */
export const CARBON_TOTALS: readonly Kpi[] = [
  kpi(
    {
      ...FACTS,
      id: 'carbon_total_lb',
      name: { en: 'Scopes 1 and 2, location-based', zh: '范围一与范围二合计（基于位置）' },
      unit: 'kgCO2e',
      formula: 'scope1_co2e + scope2_lb',
      formula_zh: 'scope1_co2e + scope2_lb（范围一 + 范围二，基于位置）',
      example: '216.2 kg of gas and 561.7 kg of electricity: 777.9 kg',
      shape: 'sum',
      members: 'those of scope1_co2e and scope2_lb',
      nulls: `${NULLS} of any of them`,
      needs: SCOPE2_NEEDS,
      uses: USES,
    },
    { total: totalLb, add: addGasAmounts, figure: (amount) => gasFigureOf(amount) },
  ),
  intensity('carbon_per_unit', GOOD_UNITS, totalLb, {
    name: { en: 'Carbon per good piece, location-based', zh: '单位产品碳排放（基于位置）' },
    unit: 'kgCO2e/unit',
    formula: '(scope1_co2e + scope2_lb) / N_g; the scope 2 of it is the location-based one',
    formula_zh: '(scope1_co2e + scope2_lb) / N_g，范围二基于位置',
    example: '777.9 kg and 100 good pieces: 7.779 kg a piece',
    members: 'those of scope1_co2e and scope2_lb; good pieces of the counting points',
    nulls: `${NULLS} of any of them or of pieces, no_denominator without a good piece`,
    needs: [...SCOPE2_NEEDS, 'good_units'],
  }),
  intensity('carbon_per_unit_mb', GOOD_UNITS, totalMb, {
    name: { en: 'Carbon per good piece, market-based', zh: '单位产品碳排放（基于市场）' },
    unit: 'kgCO2e/unit',
    formula: '(scope1_co2e + scope2_mb) / N_g; the scope 2 of it is the market-based one',
    formula_zh: '(scope1_co2e + scope2_mb) / N_g，范围二基于市场',
    example: 'O13 with 100,000 good pieces: 180,000 kg / 100,000 = 1.8 kg a piece',
    members: 'those of scope1_co2e and scope2_mb; good pieces of the counting points',
    nulls: `${NULLS} of any of them or of pieces, no_denominator without a good piece`,
    needs: [...SCOPE2_NEEDS, 'good_units'],
    uses: COVERED_USES,
  }),
  intensity('carbon_per_kwh', CONSUMED, totalLb, {
    name: { en: 'Carbon per kWh consumed', zh: '单位用电碳排放' },
    unit: 'kgCO2e/kWh',
    formula: '(scope1_co2e + scope2_lb) / energy_elec_consumed; the scope 2 of it is the location-based one',
    formula_zh: '(scope1_co2e + scope2_lb) / energy_elec_consumed，范围二基于位置',
    example: '561.7 kg for 1000 kWh of import, 250 kWh of PV beside it: 561.7 / 1250 = 0.44936',
    members: 'those of scope1_co2e, scope2_lb and energy_elec_consumed',
    nulls: `${NULLS} of any of them, no_denominator when nothing was consumed`,
    needs: SCOPE2_NEEDS,
  }),
]

function totalLb(basis: Basis): GasAmount {
  return together(scope1Of(basis), locationBased(basis))
}

function totalMb(basis: Basis): GasAmount {
  return together(scope1Of(basis), marketBased(basis))
}

interface Intensity {
  readonly amount: GasAmount
  readonly by: Inputs
}

function intensity(
  id: string,
  terms: Terms,
  amountOf: (basis: Basis) => GasAmount,
  facts: Pick<Kpi, 'name' | 'unit' | 'formula' | 'formula_zh' | 'example' | 'members' | 'nulls' | 'needs'> &
    Partial<Pick<Kpi, 'uses'>>,
): Kpi {
  const further = terms.map(([term]) => term).filter((term) => !facts.needs.includes(term))
  return kpi<Intensity>(
    { ...FACTS, ...facts, id, shape: 'ratio', uses: [...USES, ...(facts.uses ?? []), ...further] },
    {
      total: (basis) => ({ amount: amountOf(basis), by: terms.map(([term]) => basis.input(term)) }),
      add: (a, b) => ({ amount: addGasAmounts(a.amount, b.amount), by: addInputs(a.by, b.by) }),
      figure: ({ amount, by }) => {
        const denominator = terms.reduce((sum, [, sign], i) => sum + sign * (by[i]?.sum ?? 0), 0)
        return gasFigureOf(amount, amount.kgCo2e, { denominator, inputs: by })
      },
    },
  )
}
