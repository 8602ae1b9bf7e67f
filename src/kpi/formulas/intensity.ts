import { coveredKwh, matchingOf, renewableKwh } from '../windows/contracts.js'
import { CONTRACT_GENERATION } from '../windows/members.js'
import { addFactoredAmounts, amountFigure, amountOver, type FactoredAmount, FactoredTally } from './amount.js'
import { ALL_ENERGY, ANY_ENERGY, CONSUMED, comprehensive, totalGj } from './comprehensive.js'
import { basisOf } from './energy-comprehensive.js'
import { COVERED_USES, meteredGeneration } from './metered-generation.js'
import {
  addInputs,
  type Basis,
  coverOf,
  FROM_HOURS,
  figure,
  type InputSum,
  type Inputs,
  type Kpi,
  knownShare,
  kpi,
  needed,
  SUM_NULLS,
  WHOLE,
} from './recipe.js'

const GOOD = 'good pieces of the counting points, else of every sender (flag approx)'
const NULLS = `${SUM_NULLS}, of what is divided or of what it is divided by; no_denominator without a good piece`
const [IMPORT, OUT, STORED_OUT, STORED_IN] = [
  'elec_import_kwh',
  CONSUMED.slice(1),
  'storage_discharge_kwh',
  'storage_charge_kwh',
]

const facts = { pillar: 'green', shape: 'level', windows: FROM_HOURS } as const

/** Energy and water for each good piece, and where electricity and water come from. */
export const INTENSITY: readonly Kpi[] = [
  kpi(
    {
      ...facts,
      id: 'sec',
      name: { en: 'Electricity per good unit', zh: '单位产品电耗' },
      unit: 'kWh/unit',
      formula: '(ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge) / N_g',
      formula_zh: '(ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge) / N_g，即用电量 / 合格品件数',
      source: 'KPI specification §2; ISO 50006 for the simple ratio',
      confidence: 'from_memory',
      example: '123 kWh consumed, 60 good pieces: 2.05 kWh/unit',
      scopes: WHOLE,
      members: `electricity as in energy_elec_consumed, of a line or device its own; ${GOOD}`,
      nulls: NULLS,
      needs: ['elec_import_kwh', 'good_units'],
      uses: OUT,
    },
    perUnitOf((basis) => {
      const tally = new FactoredTally()
      for (const term of CONSUMED) {
        const input = term === IMPORT ? needed(basis, IMPORT) : basis.input(term)
        if (input === null) continue
        tally.cover(term, input)
        tally.plain(term === 'elec_export_kwh' || term === STORED_IN ? -input.sum : input.sum)
      }
      return tally.amount
    }),
  ),
  kpi(
    {
      ...facts,
      id: 'sec_gj',
      name: { en: 'Energy per good unit, heat', zh: '单位产品能耗（热量）' },
      unit: 'GJ/unit',
      formula: '(electricity consumed × 0.0036 + Σ fuels × NCV + bought steam + heat) / N_g',
      formula_zh: '(用电量 × 0.0036 + Σ 燃料 × NCV + 外购蒸汽 + 热力) / N_g',
      source: 'KPI specification §2; ISO 50006 for the simple ratio',
      confidence: 'from_memory',
      example: '10,000 kWh and 64 GJ of heat, 50 good pieces: (36 + 64) / 50 = 2 GJ/unit',
      scopes: ['plant'],
      members: `as in energy_elec_consumed and energy_<carrier>_gj, steam only where carbon.purchased_steam says that it is bought; ${GOOD}`,
      nulls: `${NULLS}; no_factor and bad_config as in energy_<carrier>_gj`,
      needs: ['good_units'],
      needsAny: ANY_ENERGY,
      uses: [...ALL_ENERGY, STORED_OUT, STORED_IN],
    },
    perUnitOf(totalGj),
  ),
  kpi(
    {
      ...facts,
      id: 'sec_tce',
      name: { en: 'Comprehensive energy per good unit', zh: '单位产品综合能耗' },
      unit: 'kgce/unit',
      formula: 'energy_comprehensive × 1000 / N_g, by the basis of carbon.electricity_basis',
      formula_zh: 'energy_comprehensive × 1000 / N_g，电力折标口径按 carbon.electricity_basis',
      source: 'KPI specification §2; GB/T 2589-2020 (read in secondary sources)',
      confidence: 'secondary_source',
      example: '4.641 tce, 1,000 good pieces: 4.641 kgce/unit',
      scopes: ['plant'],
      members: `as in energy_comprehensive; ${GOOD}`,
      nulls: `${NULLS}; no_factor and bad_config as in energy_comprehensive`,
      needs: ['good_units'],
      needsAny: ANY_ENERGY,
      uses: ALL_ENERGY,
    },
    perUnitOf((basis) => {
      const tce = comprehensive(basis, basisOf(basis))
      return { ...tce, sum: tce.sum * 1000 }
    }),
  ),
  kpi(
    {
      ...facts,
      id: 'water_intensity',
      name: { en: 'Fresh water per good unit', zh: '单位产品取水量' },
      unit: 'm3/unit',
      formula: 'Δ water_fresh_m3 / N_g',
      formula_zh: 'Δ water_fresh_m3 / N_g，即取水量 / 合格品件数',
      source: 'KPI specification §2',
      confidence: 'project',
      example: '12 m3, 60 good pieces: 0.2 m3/unit',
      scopes: WHOLE,
      members: `every sender of water_fresh_m3 but submeters; ${GOOD}`,
      nulls: NULLS,
      needs: ['water_fresh_m3', 'good_units'],
    },
    quotient('water_fresh_m3', 'good_units'),
  ),
  kpi(
    {
      ...facts,
      id: 'water_reuse',
      name: { en: 'Share of reused water', zh: '水重复利用率' },
      unit: '1',
      formula: 'Δreused / (Δfresh + Δreused)',
      formula_zh: 'Δreused / (Δfresh + Δreused)，即重复利用水量 /（新水量 + 重复利用水量）',
      source: 'KPI specification §2',
      confidence: 'project',
      example: '30 m3 reused, 90 m3 fresh: 30 / 120 = 0.25',
      shape: 'ratio',
      scopes: WHOLE,
      members: 'every sender of water_reused_m3 and water_fresh_m3 but submeters',
      nulls: `${SUM_NULLS}, no_denominator without any water`,
      needs: ['water_fresh_m3', 'water_reused_m3'],
    },
    {
      total: (basis: Basis): Inputs => [basis.input('water_reused_m3'), basis.input('water_fresh_m3')],
      add: addInputs,
      figure: ([reused = null, fresh = null]: Inputs) => {
        const m3 = reused?.sum ?? 0
        return figure(m3, m3 + (fresh?.sum ?? 0), lesserOf(reused, fresh), 1)
      },
    },
  ),
  kpi(
    {
      ...facts,
      id: 'renewable_share',
      name: { en: 'Renewable electricity', zh: '可再生电力占比' },
      unit: '1',
      formula:
        'Σ over hours of (max(0, ΔE_pv − ΔE_exp) + contracts, never above ΔE_imp that stayed) / Σ (ΔE_imp + ΔE_pv − ΔE_exp)',
      formula_zh: '逐小时 Σ (max(0, ΔE_pv − ΔE_exp) + 合同电量，不超过留用的 ΔE_imp) / Σ (ΔE_imp + ΔE_pv − ΔE_exp)',
      source: 'KPI specification §2, renewables detail',
      confidence: 'project',
      example: 'import 80, PV 30, export 10 kWh and 20 kWh by contract: (20 + 20) / (80 + 30 − 10) = 0.4',
      shape: 'ratio',
      scopes: ['plant'],
      members:
        'import, generation and export as in energy_elec_consumed; contracts of the plant with factor 0 but nuclear ones. Charging a battery is use, what it gives is not counted again',
      nulls: `${SUM_NULLS}, no_denominator when nothing stayed; a plant that is not configured has none`,
      needs: ['elec_import_kwh'],
      uses: [...OUT, ...COVERED_USES],
      isThere: ({ options }) => options !== null,
    },
    {
      total: renewable,
      add: (a: Shared, b: Shared) => ({ used: addFactoredAmounts(a.used, b.used), ofKwh: a.ofKwh + b.ofKwh }),
      figure: ({ used, ofKwh }: Shared) => {
        const made = amountOver(used, ofKwh, null)
        return made.value !== null && made.value > 1 ? figure(used.sum, ofKwh, made, 1) : made
      },
    },
  ),
]

interface PerUnit {
  readonly amount: FactoredAmount
  readonly units: Inputs
}

function perUnitOf(amountOf: (basis: Basis) => FactoredAmount) {
  return {
    total: (basis: Basis): PerUnit => ({ amount: amountOf(basis), units: [basis.input('good_units')] }),
    add: (a: PerUnit, b: PerUnit): PerUnit => ({
      amount: addFactoredAmounts(a.amount, b.amount),
      units: addInputs(a.units, b.units),
    }),
    figure: ({ amount, units }: PerUnit) => {
      const [of = null] = units
      return of === null
        ? amountFigure({ ...amount, coveredMs: 0, carriers: new Map() })
        : amountOver(amount, of.sum, of)
    },
  }
}

function quotient(metric: string, per: string) {
  return {
    total: (basis: Basis): Inputs => [basis.input(metric), basis.input(per)],
    add: addInputs,
    figure: ([of = null, by = null]: Inputs) => figure(of?.sum ?? 0, by?.sum ?? 0, lesserOf(of, by)),
  }
}

/** A quotient is known no better than the less known of its two parts. */
function lesserOf(a: InputSum | null, b: InputSum | null) {
  const coverage = a === null || b === null ? 0 : Math.min(knownShare(a), knownShare(b))
  return { ...coverOf([a, b]), coverage }
}

interface Shared {
  readonly used: FactoredAmount
  readonly ofKwh: number
}

/** Energy that came in and did not go out again, hour by hour, and the renewable part of it: never more than there is. */
function renewable(basis: Basis): Shared {
  if (basis.version.edition < 2) return renewableOfConsumed(basis)
  const tally = new FactoredTally()
  if (basis.input(IMPORT) === null) tally.cover(IMPORT, needed(basis, IMPORT))
  const terms = CONSUMED.slice(0, 3)
  let ofKwh = 0
  const hours = [...basis.sums('1h', ...terms)]
  const due = hours.map(({ startMs, inputs }) => ({ startMs, dueMs: inputs[0]?.expectedMs ?? 0 }))
  const metered = meteredGeneration(
    basis,
    due.filter(({ dueMs }) => dueMs > 0),
  )
  if (metered.input !== null) tally.cover(CONTRACT_GENERATION, metered.input)
  for (const { inputs, startMs, endMs } of hours) {
    for (const [i, input] of inputs.entries()) if (input !== null) tally.cover(terms[i]!, input)
    const [boughtKwh, madeKwh, soldKwh] = [0, 1, 2].map((i) => inputs[i]?.sum ?? 0) as [number, number, number]
    // Electricity that a battery or the grid gave to others is first taken off the import, which then covers nothing here.
    const keptKwh = Math.max(0, boughtKwh - Math.max(0, soldKwh - madeKwh))
    tally.plain(Math.max(0, madeKwh - soldKwh))
    const matching = matchingOf(basis.version)
    const covered = coveredKwh(basis.version, startMs, endMs, boughtKwh, matching, metered.in(startMs))
    tally.plain(Math.min(keptKwh, basis.version.edition < 3 ? covered.coveredKwh : renewableKwh(covered)))
    ofKwh += Math.max(0, boughtKwh + madeKwh - soldKwh)
  }
  return { used: tally.amount, ofKwh }
}

/** The share of what was consumed, as the first edition of the rules had it: above 1 while a battery is charged. */
function renewableOfConsumed(basis: Basis): Shared {
  const tally = new FactoredTally()
  if (basis.input(IMPORT) === null) tally.cover(IMPORT, needed(basis, IMPORT))
  let ofKwh = 0
  for (const { inputs, startMs, endMs } of basis.sums('1h', ...CONSUMED)) {
    const [bought = null, made = null, sold = null, out = null, stored = null] = inputs
    for (const [i, input] of inputs.entries()) if (input !== null) tally.cover(CONSUMED[i]!, input)
    const kwh = (of: InputSum | null) => of?.sum ?? 0
    tally.plain(Math.max(0, kwh(made) - kwh(sold)))
    tally.plain(coveredKwh(basis.version, startMs, endMs, kwh(bought)).coveredKwh)
    ofKwh += kwh(bought) + kwh(made) - kwh(sold) + kwh(out) - kwh(stored)
  }
  return { used: tally.amount, ofKwh }
}
