import type { Figure } from '../windows/point.js'
import {
  addInputs,
  coverOf,
  FROM_HOURS,
  FROM_MINUTES,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type Kpi,
  kpi,
  SUM_NULLS,
  signedSum,
  WHOLE,
} from './recipe.js'

const GRID = 'meters of role main; without one, every unconfigured sender'

/** Electricity: how much, and at which power factor. */
export const ENERGY: readonly Kpi[] = [
  kpi(
    {
      id: 'energy_elec_import',
      name: { en: 'Electricity import', zh: '外购电量' },
      unit: 'kWh',
      formula: 'ΔE_imp',
      formula_zh: 'ΔE_imp（关口表读数增量）',
      source: 'KPI specification §2; GB/T 2589-2020 for what counts as purchased',
      confidence: 'project',
      example: 'register 10,440.25 at 08:00 and 10,452.75 at 09:00: ΔE_imp = 12.5 kWh',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: `${GRID}; a line its main meter, else its submeters; a device its own import register, else its submeter; of a meter without a register the integral of elec_import_kw, flagged approx`,
      nulls: SUM_NULLS,
      needs: ['elec_import_kwh'],
    },
    signedSum([['elec_import_kwh', 1]]),
  ),
  kpi(
    {
      id: 'energy_elec_consumed',
      name: { en: 'Electricity consumed', zh: '用电量' },
      unit: 'kWh',
      formula: 'ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge',
      formula_zh: 'ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge（外购 + 自发 − 外送 + 储能放电 − 充电）',
      source: 'KPI specification §2',
      confidence: 'project',
      example: 'import 100, PV 30, export 10, discharge 5, charge 2 kWh: 100 + 30 − 10 + 5 − 2 = 123 kWh',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_MINUTES,
      scopes: ['plant'],
      members: `${GRID}; on-site generation and storage of every sender but submeters; a term that nobody sends is left out`,
      nulls: SUM_NULLS,
      needs: ['elec_import_kwh'],
      uses: ['renew_onsite_kwh', 'elec_export_kwh', 'storage_discharge_kwh', 'storage_charge_kwh'],
    },
    signedSum([
      ['elec_import_kwh', 1],
      ['renew_onsite_kwh', 1],
      ['elec_export_kwh', -1],
      ['storage_discharge_kwh', 1],
      ['storage_charge_kwh', -1],
    ]),
  ),
  powerFactorKpi({
    id: 'power_factor',
    name: { en: 'Power factor', zh: '功率因数' },
    formula: 'ΔkWh / √(ΔkWh² + (Δlag + Δlead)²), both reactive registers by magnitude',
    formula_zh: 'ΔkWh / √(ΔkWh² + (Δlag + Δlead)²)，感性、容性无功电量均取绝对值',
    source: 'KPI specification §2, as Chinese tariffs reckon',
    example: 'O25: 1,000 kWh, 500 kvarh: 1,000 / √(1,000² + 500²) = 0.894',
    members: `${GRID}; capacitive register where there is one`,
    lead: ['elec_reactive_lead_kvarh'],
  }),
  powerFactorKpi({
    id: 'power_factor_lag',
    name: { en: 'Power factor, inductive alone', zh: '功率因数（仅感性无功）' },
    formula: 'ΔkWh / √(ΔkWh² + Δlag²), without the capacitive register',
    formula_zh: 'ΔkWh / √(ΔkWh² + Δlag²)，不计容性无功电量',
    source: 'KPI specification §2',
    example: '1,000 kWh, 500 kvarh inductive, 300 kvarh capacitive: 1,000 / √(1,000² + 500²) = 0.894',
    members: GRID,
    lead: [],
  }),
]

/** KPIs of electricity that leaves the plant or is made in it: shown apart, and parts of consumption. */
export const ELECTRICITY_APART: readonly Kpi[] = (
  [
    {
      id: 'energy_elec_export',
      name: { en: 'Electricity export', zh: '外送电量' },
      formula: 'ΔE_exp',
      formula_zh: 'ΔE_exp（关口表反向读数增量）',
      source: 'KPI specification §2.3: exports are shown apart and never taken off scope 2',
      example: 'register 220.0 at 12:00 and 231.5 at 13:00: 11.5 kWh',
      members: `${GRID}; of a meter without an export register the integral of elec_export_kw, flagged approx: a negative elec_import_kw becomes one on arrival (flag out_of_expected_range)`,
      metric: 'elec_export_kwh',
      windows: FROM_HOURS,
    },
    {
      id: 'energy_elec_onsite',
      name: { en: 'Electricity made on site', zh: '自发电量' },
      formula: 'ΔE_pv',
      formula_zh: 'ΔE_pv（自发电表读数增量）',
      source: 'KPI specification §2',
      example: 'register 5,000 at 12:00 and 5,042 at 13:00: 42 kWh',
      members: 'renew_onsite_kwh of every sender but submeters',
      metric: 'renew_onsite_kwh',
      // Panels are forecast by quarters of an hour, as demand is.
      windows: FROM_QUARTER_HOURS,
    },
  ] as const
).map(({ metric, ...facts }) =>
  kpi(
    {
      ...facts,
      unit: 'kWh',
      confidence: 'project',
      pillar: 'green',
      shape: 'sum',
      scopes: ['plant'],
      nulls: SUM_NULLS,
      needs: [metric],
    },
    signedSum([[metric, 1]]),
  ),
)

function powerFactorKpi({
  lead,
  ...own
}: Pick<Kpi, 'id' | 'name' | 'formula' | 'formula_zh' | 'source' | 'example' | 'members'> & {
  readonly lead: readonly string[]
}): Kpi {
  const facts = { unit: '1', pillar: 'green', shape: 'ratio', windows: FROM_QUARTER_HOURS, scopes: WHOLE } as const
  const needs = ['elec_import_kwh', 'elec_reactive_kvarh']
  const nulls = `${SUM_NULLS} of any of the registers, no_denominator when nothing flowed`
  return kpi(
    { ...facts, ...own, confidence: 'from_memory', nulls, needs, uses: lead },
    {
      total: (basis) => [...needs, ...lead].map((metric) => basis.input(metric)),
      add: addInputs,
      figure: powerFactor,
    },
  )
}

function powerFactor(inputs: Inputs): Figure {
  const [active, lag, lead] = inputs
  const kwh = active?.sum ?? 0
  const kvarh = (lag?.sum ?? 0) + (lead?.sum ?? 0)
  const apparentKvah = Math.sqrt(kwh * kwh + kvarh * kvarh)
  // One register alone would look like a perfect load, or like none: the quotient is known as the least known of them.
  const isBoth = (active?.expectedMs ?? 0) > 0 && (lag?.expectedMs ?? 0) > 0
  const each = inputs.flatMap((input) => (input !== null && input.expectedMs > 0 ? [coverOf([input]).coverage] : []))
  const coverage = isBoth ? Math.min(...each) : 0
  return figure(kwh, apparentKvah, { ...coverOf(inputs), coverage }, 1)
}
