import { type FlagBits, flagBit } from '../base/flags.js'
import type { KpiInfo } from '../base/kpi.js'
import type { NullReason } from '../base/reasons.js'
import type { CalendarWindow } from './calendar.js'
import type { Figure } from './point.js'

/** Coverage below this gives no value. Source: KPI specification §5. */
const COVERAGE_MIN = 0.75

/** A block of demand counts when no interval between two samples in it is longer than this. Source: §2, peak demand. */
const BLOCK_INTERVAL_MAX_MS = 1_200_000
const BLOCK_H = 0.25

const OUT_OF_RANGE = flagBit('out_of_expected_range')

/** One metric of all members of a scope in one window, added up in order of member id. */
export interface InputSum {
  /** In the unit of the formula's metric. */
  readonly sum: number
  readonly coveredMs: number
  readonly expectedMs: number
  readonly estimatedMs: number
  readonly flags: FlagBits
}

/** One quarter of an hour of a counter, over all members. */
export interface Block {
  readonly sum: number
  /** Every member is known for the whole quarter. */
  readonly isCovered: boolean
  /** Longest interval between two samples of any member that reaches into it, ms. */
  readonly longestMs: number
}

/** What a formula may ask of its scope and window. */
export interface Basis {
  /** null when the scope has no such metric, neither configured nor ever sent. */
  input(metric: string): InputSum | null
  /** The quarters that are over and in which data were due, in order of time. */
  blocks(metric: string): Iterable<Block>
  /** For every series of the scope: samples received and samples due. */
  counts(): Iterable<{ readonly received: number; readonly expected: number }>
}

/** One KPI: how it is called, of what it is made, and how. This table is the catalogue. */
export interface Kpi extends Omit<KpiInfo, 'windows' | 'scopes'> {
  readonly windows: readonly CalendarWindow[]
  readonly scopes: readonly ('plant' | 'device')[]
  /** Without a member for each of these the KPI does not exist in a scope. */
  readonly needs: readonly string[]
  /** Used where there is a member for it. */
  readonly uses: readonly string[]
  figure(basis: Basis): Figure
}

const GRID = 'meters of role main; without one, every unconfigured sender'
const ENERGY_NULLS = 'no_data with nothing covered, low_coverage below 75 % of the expected time'

export const KPIS: readonly Kpi[] = [
  {
    id: 'energy_elec_import',
    name: { en: 'Electricity import', zh: '外购电量' },
    unit: 'kWh',
    formula: 'ΔE_imp',
    source: 'KPI specification §2; GB/T 2589-2020 for what counts as purchased',
    pillar: 'green',
    shape: 'sum',
    windows: ['1m', '15m', '1h', '1d'],
    scopes: ['plant', 'device'],
    members: `${GRID}; a device its own import register, else its submeter`,
    nulls: ENERGY_NULLS,
    needs: ['elec_import_kwh'],
    uses: [],
    figure: (basis) => sumOf([{ sign: 1, input: basis.input('elec_import_kwh') }]),
  },
  {
    id: 'energy_elec_consumed',
    name: { en: 'Electricity consumed', zh: '用电量' },
    unit: 'kWh',
    formula: 'ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge',
    source: 'KPI specification §2',
    pillar: 'green',
    shape: 'sum',
    windows: ['1m', '15m', '1h', '1d'],
    scopes: ['plant'],
    members: `${GRID}; on-site generation and storage of every sender but submeters; a term that nobody sends is left out`,
    nulls: ENERGY_NULLS,
    needs: ['elec_import_kwh'],
    uses: ['renew_onsite_kwh', 'elec_export_kwh', 'storage_discharge_kwh', 'storage_charge_kwh'],
    figure: (basis) =>
      sumOf([
        { sign: 1, input: basis.input('elec_import_kwh') },
        { sign: 1, input: basis.input('renew_onsite_kwh') },
        { sign: -1, input: basis.input('elec_export_kwh') },
        { sign: 1, input: basis.input('storage_discharge_kwh') },
        { sign: -1, input: basis.input('storage_charge_kwh') },
      ]),
  },
  {
    id: 'peak_demand_15',
    name: { en: 'Highest 15-min demand', zh: '最大需量（15 分钟）' },
    unit: 'kW',
    formula: 'max over 15-minute blocks of ΔE_imp / 0.25 h',
    source: 'KPI specification §2, peak demand',
    pillar: 'green',
    shape: 'level',
    windows: ['1h', '1d'],
    scopes: ['plant', 'device'],
    members: `${GRID}`,
    nulls: 'no_data without a block that counts, low_coverage when fewer than 75 % of the blocks count',
    needs: ['elec_import_kwh'],
    uses: [],
    figure: peakDemand,
  },
  {
    id: 'power_factor',
    name: { en: 'Power factor', zh: '功率因数' },
    unit: '1',
    formula: 'ΔkWh / √(ΔkWh² + (Δlag + Δlead)²), both reactive registers by magnitude',
    source: 'KPI specification §2, as Chinese tariffs reckon',
    pillar: 'green',
    shape: 'ratio',
    windows: ['15m', '1h', '1d'],
    scopes: ['plant', 'device'],
    members: `${GRID}; capacitive register where there is one`,
    nulls: `${ENERGY_NULLS}, no_denominator when nothing flowed`,
    needs: ['elec_import_kwh', 'elec_reactive_kvarh'],
    uses: ['elec_reactive_lead_kvarh'],
    figure: powerFactor,
  },
  {
    id: 'data_completeness',
    name: { en: 'Data completeness', zh: '数据完整率' },
    unit: '1',
    formula: 'Σ min(received, expected) / Σ expected, over the metrics of all devices',
    source: 'KPI specification §3',
    pillar: 'intelligent',
    shape: 'ratio',
    windows: ['1h', '1d'],
    scopes: ['plant', 'device'],
    members: 'every known metric of every device; expected is the time divided by period_s',
    nulls: 'no_denominator when nothing was due',
    needs: [],
    uses: [],
    figure: completeness,
  },
]

/** A signed sum of energies: a value when enough of the expected time of all terms is covered. */
function sumOf(terms: readonly { readonly sign: 1 | -1; readonly input: InputSum | null }[]): Figure {
  let sum = 0
  for (const { sign, input } of terms) if (input !== null) sum += sign * input.sum
  const cover = coverOf(terms.map((term) => term.input))
  return figure(sum, 1, cover)
}

function powerFactor(basis: Basis): Figure {
  const active = basis.input('elec_import_kwh')
  const lag = basis.input('elec_reactive_kvarh')
  const lead = basis.input('elec_reactive_lead_kvarh')
  const kwh = active?.sum ?? 0
  const kvarh = (lag?.sum ?? 0) + (lead?.sum ?? 0)
  const cover = coverOf([active, lag, lead])
  // One register alone would look like a perfect load, or like none.
  const isBoth = active !== null && active.expectedMs > 0 && lag !== null && lag.expectedMs > 0
  return figure(kwh, Math.sqrt(kwh * kwh + kvarh * kvarh), isBoth ? cover : { ...cover, coverage: 0 }, 1)
}

function peakDemand(basis: Basis): Figure {
  const input = basis.input('elec_import_kwh')
  let highest = 0
  let due = 0
  let counted = 0
  for (const block of basis.blocks('elec_import_kwh')) {
    due++
    if (!block.isCovered || block.longestMs > BLOCK_INTERVAL_MAX_MS) continue
    counted++
    if (block.sum > highest) highest = block.sum
  }
  return figure(highest, BLOCK_H, {
    coverage: due === 0 ? 0 : counted / due,
    estimatedShare: counted === 0 ? 0 : shareOf(input),
    flags: input?.flags ?? 0,
  })
}

function completeness(basis: Basis): Figure {
  let received = 0
  let expected = 0
  for (const count of basis.counts()) {
    received += Math.min(count.received, count.expected)
    expected += count.expected
  }
  return figure(received, expected, { coverage: 1, estimatedShare: 0, flags: 0 })
}

interface Cover {
  readonly coverage: number
  readonly estimatedShare: number
  readonly flags: FlagBits
}

function coverOf(inputs: readonly (InputSum | null)[]): Cover {
  let covered = 0
  let expected = 0
  let estimated = 0
  let flags = 0
  for (const input of inputs) {
    if (input === null) continue
    covered += input.coveredMs
    expected += input.expectedMs
    estimated += input.estimatedMs
    flags |= input.flags
  }
  return {
    coverage: expected > 0 ? covered / expected : 0,
    estimatedShare: covered > 0 ? estimated / covered : 0,
    flags,
  }
}

function shareOf(input: InputSum | null): number {
  return input === null || input.coveredMs === 0 ? 0 : input.estimatedMs / input.coveredMs
}

/** The figure, or the reason why there is none; a value above `expectedMax` is published and flagged, never clipped. */
function figure(numerator: number, denominator: number, cover: Cover, expectedMax = Infinity): Figure {
  const value = denominator === 0 ? null : numerator / denominator
  const reason: NullReason | '' =
    cover.coverage === 0
      ? 'no_data'
      : cover.coverage < COVERAGE_MIN
        ? 'low_coverage'
        : denominator === 0
          ? 'no_denominator'
          : ''
  return {
    value: reason === '' ? value : null,
    reason,
    numerator,
    denominator,
    coverage: cover.coverage,
    estimatedShare: cover.estimatedShare,
    flags: cover.flags | (value !== null && value > expectedMax ? OUT_OF_RANGE : 0),
  }
}
