import type { EnpiEnergy, EnpiVariable } from '../../base/options/enpi.js'
import type { PlantVersion } from '../settings/version.js'
import { energySaving, expectedEnergy } from './arithmetic/regression.js'
import { unlessBad } from './costs.js'
import {
  addInputs,
  type Basis,
  COVERAGE_MIN,
  type Cover,
  coverOf,
  FROM_MINUTES,
  figure,
  type Inputs,
  type Kpi,
  type KpiFacts,
  kpi,
  leastOf,
  needed,
  SUM_NULLS,
  signedSum,
  union,
  WHOLE,
} from './recipe.js'

/** Terms of what is compared, as the KPIs of these names add them up. */
const ENERGIES: Readonly<Record<EnpiEnergy, readonly (readonly [term: string, sign: 1 | -1])[]>> = {
  energy_elec_import: [['elec_import_kwh', 1]],
  energy_elec_consumed: [
    ['elec_import_kwh', 1],
    ['renew_onsite_kwh', 1],
    ['elec_export_kwh', -1],
    ['storage_discharge_kwh', 1],
    ['storage_charge_kwh', -1],
  ],
}
const VARIABLES: Readonly<Record<EnpiVariable, string>> = { good_units: 'good_units', cycles: 'cycle_count' }

const FACTS = {
  source: 'KPI specification §2, ISO 50006 (from memory)',
  confidence: 'from_memory',
  pillar: 'green',
  windows: ['1d', '1mo'],
  scopes: ['plant'],
  members: 'energy and variable as the baseline names them: those of the KPIs of these names',
  nulls: `${SUM_NULLS} of energy or variable, bad_config on a day without a baseline, no_denominator when nothing is expected`,
  needs: ['elec_import_kwh'],
  needsAny: Object.values(VARIABLES),
  uses: ['renew_onsite_kwh', 'elec_export_kwh', 'storage_discharge_kwh', 'storage_charge_kwh'],
  isThere: (version: PlantVersion) => (version.options?.enpi.length ?? 0) > 0,
} as const satisfies Partial<KpiFacts>

/** Energy against what it should have been. */
export const ENPI: readonly Kpi[] = [
  kpi(
    {
      id: 'good_units',
      name: { en: 'Good units', zh: '合格品数量' },
      unit: '1',
      formula: 'Σ good pieces, N_g; a step belongs whole to the window that holds its end',
      formula_zh: 'Σ 合格品件数 N_g；每次计数整体计入其结束时刻所在时段',
      source: 'KPI specification §1.5',
      confidence: 'project',
      example: 'counter 100 and 140: 40',
      pillar: 'high_end',
      shape: 'sum',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: 'good pieces of the counting points; without one, of every sender, flagged approx',
      nulls: SUM_NULLS,
      needs: ['good_units'],
    },
    signedSum([['good_units', 1]]),
  ),
  kpi<Compared>(
    {
      ...FACTS,
      id: 'enpi',
      name: { en: 'Energy performance indicator', zh: '能源绩效参数' },
      unit: '1',
      formula: 'E_actual / Σ over days of (a + b · N_day), by the baseline in force',
      formula_zh: 'E_actual / 逐日 Σ (a + b · N_day)，即实际能耗 / 现行能源基准的预期能耗',
      example: 'a 100 kWh, b 0.5 kWh, 200 units, 180 kWh: 180 / (100 + 0.5 · 200) = 0.9',
      shape: 'ratio',
    },
    {
      total: (basis) => basis.shared(compared),
      add: addCompared,
      figure: (of) => {
        const made = figure(of.actual, of.expected, coverOfBoth(of))
        // A line that expects less than nothing does not reach that far.
        if (made.value !== null && of.expected < 0 && of.unbasedDays === 0)
          return { ...made, value: null, reason: 'no_denominator' }
        return of.unbasedDays > 0 && made.reason === 'no_denominator'
          ? { ...made, reason: 'bad_config' }
          : unlessBad(made, of.unbasedDays === 0)
      },
    },
  ),
  kpi<Compared>(
    {
      ...FACTS,
      id: 'energy_saving_kwh',
      name: { en: 'Energy saved against the baseline', zh: '节能量' },
      unit: 'kWh',
      formula: 'Σ over days of (a + b · N_day) − E_actual, by the baseline in force; less than 0 when more was used',
      formula_zh: '逐日 Σ (a + b · N_day) − E_actual，按现行能源基准；实际用量高于预期时小于 0',
      example: 'a 100 kWh, b 0.5 kWh, 200 units, 180 kWh: 200 − 180 = 20 kWh',
      shape: 'sum',
    },
    {
      total: (basis) => basis.shared(compared),
      add: addCompared,
      figure: (of) => unlessBad(figure(of.saved, 1, coverOfBoth(of)), of.unbasedDays === 0),
    },
  ),
]

interface Compared {
  readonly actual: number
  readonly expected: number
  readonly saved: number
  /** Known days on which no baseline holds. */
  readonly unbasedDays: number
  readonly energy: Inputs
  readonly variable: Inputs
  readonly baselines: readonly string[]
}

/**
 * A day: base load and slope are those of one. While it goes on it has the base load of the time that has passed. One
 * that is not known well enough is left out of the month: its base load would look like energy saved.
 */
function compared(basis: Basis): Compared {
  const found = basis.version.baselines.at(basis.span.startMs)
  const terms = ENERGIES[found?.energy ?? 'energy_elec_consumed']
  const energy = terms.map(([term], i) => (i === 0 ? needed(basis, term) : basis.input(term)))
  const variable = [basis.input(VARIABLES[found?.variable ?? 'good_units'])]
  const known = { actual: 0, expected: 0, saved: 0, unbasedDays: 0, energy, variable, baselines: [] }
  if (knownOf(energy, variable) < COVERAGE_MIN) return known
  const actual = energy.reduce((sum, input, i) => sum + terms[i]![1] * (input?.sum ?? 0), 0)
  if (found === null) return { ...known, actual, unbasedDays: 1 }
  const line = { baseLoad: found.a * shareOfDay(basis), slope: found.b }
  const output = variable[0]?.sum ?? 0
  return {
    ...known,
    actual,
    expected: expectedEnergy(line, output),
    saved: energySaving(line, output, actual),
    baselines: [`enpi.${found.id}`],
  }
}

/**
 * Share of a day for which data were due; 1 when it is over. Before edition 3 of the rules it was that of one meter, and a day on which
 * a meter was replaced was as long as the longer of the two had been in service.
 */
function shareOfDay(basis: Basis): number {
  const dueMs = basis.version.edition < 3 ? longestMs(basis) : basis.dueMs('elec_import_kwh')
  return Math.min(1, dueMs / (basis.span.endMs - basis.span.startMs))
}

function longestMs(basis: Basis): number {
  let longest = 0
  for (const { inputs } of basis.devices('elec_import_kwh')) longest = Math.max(longest, inputs[0]?.expectedMs ?? 0)
  return longest
}

function addCompared(a: Compared, b: Compared): Compared {
  return {
    actual: a.actual + b.actual,
    expected: a.expected + b.expected,
    saved: a.saved + b.saved,
    unbasedDays: a.unbasedDays + b.unbasedDays,
    energy: addInputs(a.energy, b.energy),
    variable: addInputs(a.variable, b.variable),
    baselines: union(a.baselines, b.baselines),
  }
}

function knownOf(energy: Inputs, variable: Inputs): number {
  return Math.min(leastOf(energy), leastOf(variable))
}

/** Known as well as the one of the two that is known less: pieces that are missing look like waste. */
function coverOfBoth({ energy, variable, baselines }: Compared): Cover {
  const coverage = knownOf(energy, variable)
  return { ...coverOf([...energy, ...variable]), coverage, factors: baselines }
}
