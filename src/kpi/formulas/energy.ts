import type { Figure } from '../point.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  FROM_HOURS,
  FROM_MINUTES,
  FROM_QUARTERS,
  figure,
  type Inputs,
  type Kpi,
  kpi,
  SUM_NULLS,
  signedSum,
  WHOLE,
} from './recipe.js'

/** A block of demand counts when no interval between two samples in it is longer than this. Source: §2, peak demand. */
const BLOCK_INTERVAL_MAX_MS = 1_200_000
const BLOCK_H = 0.25

const GRID = 'meters of role main; without one, every unconfigured sender'
/** Electricity: how much, how even, and at which power factor. */
export const ENERGY: readonly Kpi[] = [
  kpi(
    {
      id: 'energy_elec_import',
      name: { en: 'Electricity import', zh: '外购电量' },
      unit: 'kWh',
      formula: 'ΔE_imp',
      source: 'KPI specification §2; GB/T 2589-2020 for what counts as purchased',
      confidence: 'project',
      example: 'register 10,440.25 at 08:00 and 10,452.75 at 09:00: ΔE_imp = 12.5 kWh',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: `${GRID}; a line its main meter, else its submeters; a device its own import register, else its submeter`,
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
  kpi(
    {
      id: 'peak_demand_15',
      name: { en: 'Highest 15-min demand', zh: '最大需量（15 分钟）' },
      unit: 'kW',
      formula: 'max over 15-minute blocks of ΔE_imp / 0.25 h',
      source: 'KPI specification §2, peak demand',
      confidence: 'verified',
      example: '75 kWh in the highest block: 75 / 0.25 h = 300 kW',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `${GRID}`,
      nulls: 'no_data without a block that counts, low_coverage when fewer than 75 % of the blocks count',
      needs: ['elec_import_kwh'],
    },
    { total: demandOf, add: laterDemand, figure: peakDemand },
  ),
  kpi(
    {
      id: 'load_factor',
      name: { en: 'Load factor', zh: '负荷率' },
      unit: '1',
      formula:
        'ΔE_imp / (peak_demand_15 · h), over the blocks that count; h is their real time, 23 or 25 h on some days',
      source: 'KPI specification §2',
      confidence: 'verified',
      example: 'O9: 65,000 kWh, 125 kW, 720 h: 65,000 / (125 · 720) = 0.722',
      pillar: 'green',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `${GRID}`,
      nulls:
        'no_data without a block that counts, low_coverage when fewer than 75 % of the blocks count, no_denominator when nothing flowed',
      needs: ['elec_import_kwh'],
    },
    { total: demandOf, add: laterDemand, figure: loadFactor },
  ),
  powerFactorKpi({
    id: 'power_factor',
    name: { en: 'Power factor', zh: '功率因数' },
    formula: 'ΔkWh / √(ΔkWh² + (Δlag + Δlead)²), both reactive registers by magnitude',
    source: 'KPI specification §2, as Chinese tariffs reckon',
    example: 'O25: 1,000 kWh, 500 kvarh: 1,000 / √(1,000² + 500²) = 0.894',
    members: `${GRID}; capacitive register where there is one`,
    lead: ['elec_reactive_lead_kvarh'],
  }),
  powerFactorKpi({
    id: 'power_factor_lag',
    name: { en: 'Power factor, inductive alone', zh: '功率因数（仅感性无功）' },
    formula: 'ΔkWh / √(ΔkWh² + Δlag²), without the capacitive register',
    source: 'KPI specification §2',
    example: '1,000 kWh, 500 kvarh inductive, 300 kvarh capacitive: 1,000 / √(1,000² + 500²) = 0.894',
    members: GRID,
    lead: [],
  }),
]

function powerFactorKpi({
  lead,
  ...own
}: Pick<Kpi, 'id' | 'name' | 'formula' | 'source' | 'example' | 'members'> & {
  readonly lead: readonly string[]
}): Kpi {
  const facts = { unit: '1', pillar: 'green', shape: 'ratio', windows: FROM_QUARTERS, scopes: WHOLE } as const
  const needs = ['elec_import_kwh', 'elec_reactive_kvarh']
  const nulls = `${SUM_NULLS}, no_denominator when nothing flowed`
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
  const cover = coverOf(inputs)
  // One register alone would look like a perfect load, or like none.
  const isBoth = (active?.expectedMs ?? 0) > 0 && (lag?.expectedMs ?? 0) > 0
  return figure(kwh, Math.sqrt(kwh * kwh + kvarh * kvarh), isBoth ? cover : { ...cover, coverage: 0 }, 1)
}

interface Demand {
  /** kWh of the highest block, and of all that count. */
  readonly highest: number
  readonly kwh: number
  readonly due: number
  readonly counted: number
  readonly inputs: Inputs
}

function demandOf(basis: Basis): Demand {
  let highest = 0
  let kwh = 0
  let due = 0
  let counted = 0
  for (const block of basis.blocks('elec_import_kwh')) {
    due++
    if (!block.isCovered || block.longestMs > BLOCK_INTERVAL_MAX_MS) continue
    counted++
    kwh += block.sum
    if (block.sum > highest) highest = block.sum
  }
  return { highest, kwh, due, counted, inputs: [basis.input('elec_import_kwh')] }
}

function laterDemand(a: Demand, b: Demand): Demand {
  return {
    highest: Math.max(a.highest, b.highest),
    kwh: a.kwh + b.kwh,
    due: a.due + b.due,
    counted: a.counted + b.counted,
    inputs: addInputs(a.inputs, b.inputs),
  }
}

function peakDemand(demand: Demand): Figure {
  return figure(demand.highest, BLOCK_H, demandCover(demand))
}

/** Blocks that do not count are in neither part: a gap makes no load uneven. */
function loadFactor(demand: Demand): Figure {
  const peakKw = demand.highest / BLOCK_H
  return figure(demand.kwh, peakKw * demand.counted * BLOCK_H, demandCover(demand), 1)
}

function demandCover({ due, counted, inputs }: Demand): Cover {
  const { estimatedShare, flags } = coverOf(inputs)
  return { coverage: due === 0 ? 0 : counted / due, estimatedShare: counted === 0 ? 0 : estimatedShare, flags }
}
