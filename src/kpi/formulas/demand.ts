import { type FlagBits, flagBit } from '../../base/flags.js'
import type { Figure } from '../windows/point.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  type DemandInterval,
  FROM_HOURS,
  figure,
  type Inputs,
  type Kpi,
  kpi,
  WHOLE,
} from './recipe.js'

/** A block of demand counts when no interval between two samples in it is longer than this. Source: §2, peak demand. */
const BLOCK_INTERVAL_MAX_MS = 1_200_000
const BLOCK_H = 0.25
const BLOCK_MIN = 15
/** A meter that is read less often than this does not know its minutes: they are even parts of what it read. */
const MINUTE_INTERVAL_MAX_MS = 120_000
const APPROX = flagBit('approx')

const GRID = 'meters of role main; without one, every unconfigured sender'
const NULLS = 'no_data without a block that counts, low_coverage when fewer than 75 % of the blocks count'

/** KPIs of the highest demand for electricity, and of how even the load is. */
export const DEMAND: readonly Kpi[] = [
  kpi(
    {
      id: 'peak_demand_15',
      name: { en: 'Highest 15-min demand', zh: '最大需量（15 分钟）' },
      unit: 'kW',
      formula: 'max over 15-minute blocks of ΔE_imp / 0.25 h',
      formula_zh: '各 15 分钟时段 ΔE_imp / 0.25 h 的最大值',
      source: 'KPI specification §2, peak demand',
      confidence: 'verified',
      example: '75 kWh in the highest block: 75 / 0.25 h = 300 kW',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: GRID,
      nulls: NULLS,
      needs: ['elec_import_kwh'],
    },
    { total: demandOf, add: laterDemand, figure: peakDemand },
  ),
  kpi(
    {
      id: 'peak_demand_15_sliding',
      name: { en: 'Highest 15-min demand, sliding', zh: '最大需量（滑差）' },
      unit: 'kW',
      formula:
        'max over all minutes of ΔE_imp of the 15 minutes up to it / 0.25 h; it belongs to the window that holds its end',
      formula_zh: '逐分钟滑差：截至该分钟的 15 分钟 ΔE_imp / 0.25 h 的最大值；计入其结束时刻所在时段',
      source: 'KPI specification §2, option demand_mode',
      confidence: 'project',
      example: '10 kWh from 08:05 to 08:15 and 65 kWh from 08:15 to 08:20: 75 / 0.25 h = 300 kW; by blocks 260 kW',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `${GRID}; with energy.demand_mode: sliding alone, as plants in China have it unless they say otherwise`,
      nulls: NULLS,
      needs: ['elec_import_kwh'],
      isThere: ({ slidesDemand }) => slidesDemand,
    },
    { total: slidingOf, add: laterDemand, figure: peakDemand },
  ),
  kpi(
    {
      id: 'load_factor',
      name: { en: 'Load factor', zh: '负荷率' },
      unit: '1',
      formula:
        'ΔE_imp / (peak_demand_15 · h), over the blocks that count; h is their real time, 23 or 25 h on some days',
      formula_zh: 'ΔE_imp / (peak_demand_15 · h)，只计有效的 15 分钟时段；h 为其实际时长，夏令时切换日为 23 或 25 h',
      source: 'KPI specification §2',
      confidence: 'verified',
      example: 'O9: 65,000 kWh, 125 kW, 720 h: 65,000 / (125 · 720) = 0.722',
      pillar: 'green',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: GRID,
      nulls: `${NULLS}, no_denominator when nothing flowed`,
      needs: ['elec_import_kwh'],
    },
    { total: demandOf, add: laterDemand, figure: loadFactor },
  ),
]

/** The highest block of a period, and how many count of those that are due. */
export interface Demand {
  /** kWh of the highest block, and of all that count. */
  readonly highest: number
  readonly kwh: number
  readonly due: number
  readonly counted: number
  readonly flags: FlagBits
  readonly inputs: Inputs
}

export function demandOf(basis: Basis): Demand {
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
  return { highest, kwh, due, counted, flags: 0, inputs: [basis.input('elec_import_kwh')] }
}

/** The demand that the utility bills: by the mode of the plant. */
export function billedDemandOf(basis: Basis): Demand {
  return basis.version.slidesDemand ? slidingOf(basis) : demandOf(basis)
}

/** The same in steps of a minute: each 15 minutes that follow each other are a block. */
function slidingOf(basis: Basis): Demand {
  let highest = 0
  let due = 0
  let counted = 0
  let flags = 0
  const last: DemandInterval[] = []
  for (const minute of basis.blocks('elec_import_kwh', '1m')) {
    // Minutes in which no meter is in service are left out.
    if (last.at(-1)?.endMs !== minute.startMs) last.length = 0
    last.push(minute)
    if (last.length > BLOCK_MIN) last.shift()
    if (last.length < BLOCK_MIN) continue
    due++
    const longestMs = last.reduce((ms, one) => Math.max(ms, one.longestMs), 0)
    if (longestMs > BLOCK_INTERVAL_MAX_MS || !last.every((one) => one.isCovered)) continue
    counted++
    if (longestMs > MINUTE_INTERVAL_MAX_MS) flags |= APPROX
    highest = Math.max(
      highest,
      last.reduce((kwh, one) => kwh + one.sum, 0),
    )
  }
  return { highest, kwh: 0, due, counted, flags, inputs: [basis.input('elec_import_kwh')] }
}

export function laterDemand(a: Demand, b: Demand): Demand {
  return {
    highest: Math.max(a.highest, b.highest),
    kwh: a.kwh + b.kwh,
    due: a.due + b.due,
    counted: a.counted + b.counted,
    flags: a.flags | b.flags,
    inputs: addInputs(a.inputs, b.inputs),
  }
}

export function peakDemand(demand: Demand): Figure {
  return figure(demand.highest, BLOCK_H, demandCover(demand))
}

/** Blocks that do not count are in neither part: a gap makes no load uneven. */
function loadFactor(demand: Demand): Figure {
  const peakKw = demand.highest / BLOCK_H
  return figure(demand.kwh, peakKw * demand.counted * BLOCK_H, demandCover(demand), 1)
}

function demandCover({ due, counted, inputs, flags }: Demand): Cover {
  const known = coverOf(inputs)
  const estimatedShare = counted === 0 ? 0 : known.estimatedShare
  return { coverage: due === 0 ? 0 : counted / due, estimatedShare, flags: known.flags | flags }
}
