import type { FlagBits } from '../../base/flags.js'
import type { NullReason } from '../../base/reasons.js'
import { GRID_SHARE_TERMS, gridShares } from './grid-share.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  FROM_HOURS,
  figure,
  type InputSum,
  type Inputs,
  type KpiFacts,
  kpi,
  SUM_NULLS,
  union,
  WHOLE,
} from './recipe.js'

const FACTS = {
  confidence: 'project',
  windows: FROM_HOURS,
  scopes: WHOLE,
  members:
    'machines that have both a meter and a count of pieces; of a plant, the energy of all machines over the good pieces of the counting points',
  needs: ['machine_energy', 'pieces_good'],
  uses: ['good_units', ...GRID_SHARE_TERMS],
} as const satisfies Partial<KpiFacts>

/** Electricity of machines over what they made. */
export const KWH_PER_PART = kpi<PerPart>(
  {
    ...FACTS,
    id: 'kwh_per_good_part',
    name: { en: 'Energy per good part', zh: '单件能耗' },
    unit: 'kWh/unit',
    formula: 'Σ energy of machines / Σ good pieces of the same machines; of a plant, / N_g',
    formula_zh: 'Σ 机床电量 / Σ 同一机床的合格品件数；工厂级除以 N_g',
    source: 'KPI specification §2 for SEC, here of machines alone',
    example: '12 kWh and 40 good pieces: 0.3 kWh',
    pillar: 'green',
    shape: 'ratio',
    nulls: `${SUM_NULLS} of meters or counts, no_denominator without a good piece`,
  },
  {
    total: (basis) => basis.shared(perPart),
    add: addPerPart,
    figure: (of) => figure(of.inputs[0]?.sum ?? 0, of.inputs[1]?.sum ?? 0, coverBoth(of)),
  },
)

/** Emissions of that electricity, location-based, over what was made. */
export const CO2E_PER_PART = kpi<PerPart>(
  {
    ...FACTS,
    id: 'co2e_per_good_part',
    name: { en: 'Emissions per good part', zh: '单件碳排放' },
    unit: 'kgCO2e/unit',
    formula:
      'Σ over hours of energy of machines × share of the grid in the hour × grid factor / Σ good pieces; scope 2 by location alone',
    formula_zh: '逐小时 Σ 机床电量 × 该小时外购电占比 × 电网因子 / Σ 合格品件数；仅范围二，基于位置',
    source: 'KPI specification §2.3 for the factor',
    example: '12 kWh at 0.5 kgCO2/kWh and 40 good pieces: 6 / 40 = 0.15 kg',
    pillar: 'green',
    shape: 'ratio',
    nulls: `${SUM_NULLS} of meters or counts, no_factor without a grid factor, no_denominator without a good piece`,
  },
  {
    total: (basis) => basis.shared(perPart),
    add: addPerPart,
    figure: (of) => {
      const cover = coverBoth(of)
      const made = figure(of.kgCo2e, of.inputs[1]?.sum ?? 0, {
        ...cover,
        coverage: Math.min(cover.coverage, of.gridCoverage),
        flags: cover.flags | of.gridFlags,
        factors: of.gridFactors,
      })
      return of.noFactor === '' || made.reason !== '' ? made : { ...made, value: null, reason: of.noFactor }
    },
  },
)

interface PerPart {
  /** Energy, good pieces. */
  readonly inputs: Inputs
  readonly kgCo2e: number
  readonly noFactor: NullReason | ''
  /** Coverage of the share that came from the grid, 0 to 1: the least of its days. */
  readonly gridCoverage: number
  readonly gridFlags: FlagBits
  readonly gridFactors: readonly string[]
}

function perPart(basis: Basis): PerPart {
  const isPlant = basis.scope === 'plant'
  let energy: InputSum | null = null
  let pieces: InputSum | null = isPlant ? basis.input('good_units') : null
  const shares = gridShares(basis)
  let kgCo2e = 0
  let noFactor: NullReason | '' = ''
  let gridFlags = 0
  const gridFactors = new Set<string>()
  for (const { startMs, inputs } of basis.slices('1h', 'machine_energy', 'pieces_good')) {
    const [used, made] = inputs
    if (!used || !(isPlant || made)) continue
    energy = sum(energy, used)
    if (!isPlant) pieces = sum(pieces, made ?? null)
    if (used.coveredMs === 0) continue
    // A shift may cut an hour: its factor is that of the whole one.
    const hour = basis.version.calendar.spanAt('1h', startMs)
    const grid = basis.version.plantFactors.grid(hour.startMs, hour.endMs)
    if (grid.value === null) noFactor = grid.reason
    else {
      kgCo2e += used.sum * shares.at(startMs) * grid.value
      gridFlags |= grid.flags
      for (const id of grid.factors) gridFactors.add(id)
    }
  }
  const gridFactorIds = [...gridFactors].sort()
  const gridCoverage = shares.coverage
  return { inputs: [energy, pieces], kgCo2e, noFactor, gridCoverage, gridFlags, gridFactors: gridFactorIds }
}

function sum(a: InputSum | null, b: InputSum | null): InputSum | null {
  return addInputs([a], [b])[0] ?? null
}

function addPerPart(a: PerPart, b: PerPart): PerPart {
  return {
    inputs: addInputs(a.inputs, b.inputs),
    kgCo2e: a.kgCo2e + b.kgCo2e,
    noFactor: a.noFactor === '' ? b.noFactor : a.noFactor,
    gridCoverage: Math.min(a.gridCoverage, b.gridCoverage),
    gridFlags: a.gridFlags | b.gridFlags,
    gridFactors: union(a.gridFactors, b.gridFactors),
  }
}

/** Known as well as the one of the two that is known less. */
function coverBoth({ inputs }: PerPart): Cover {
  const [energy, pieces] = inputs.map((input) => coverOf([input]).coverage)
  return { ...coverOf(inputs), coverage: Math.min(energy ?? 0, pieces ?? 0) }
}
