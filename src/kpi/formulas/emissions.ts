import type { FlagBits } from '../../base/flags.js'
import type { Figure } from '../point.js'
import {
  addInputs,
  type Basis,
  COVERAGE_MIN,
  coverOf,
  FROM_HOURS,
  figure,
  type InputSum,
  type Kpi,
  kpi,
  WHOLE,
} from './recipe.js'

const HOUR_MS = 3_600_000
const POLLUTANTS = [
  { id: 'nox', en: 'NOx', zh: '氮氧化物' },
  { id: 'so2', en: 'SO2', zh: '二氧化硫' },
  { id: 'pm', en: 'Particulates', zh: '颗粒物' },
  { id: 'co', en: 'CO', zh: '一氧化碳' },
] as const

/** Pollutants of stacks, as measured. */
export const EMISSIONS: readonly Kpi[] = POLLUTANTS.flatMap(({ id, en, zh }) => [
  kpi(
    {
      id: `pollutant_mean_${id}`,
      name: { en: `${en}, measured`, zh: `${zh}实测浓度` },
      unit: 'mg/Nm3',
      formula: '∫C dt / covered time, dry, as measured; a sample holds for one period at most',
      source: 'KPI specification §2.4; HJ 75-2017 for the valid hour (not checked against its text)',
      confidence: 'from_memory',
      example: '80 mg/Nm3 for 30 min and 100 mg/Nm3 for 15 min, nothing for 15 min: (80 · 30 + 100 · 15) / 45 = 86.667',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${id}_mgm3`,
      nulls: 'no_data with nothing covered, low_coverage below 75 % of the expected time (45 min of an hour)',
      needs: [`${id}_mgm3`],
    },
    {
      total: (basis) => [basis.input(`${id}_mgm3`)],
      add: addInputs,
      figure: (inputs) => {
        const [input] = inputs
        return figure((input?.sum ?? 0) / HOUR_MS, (input?.coveredMs ?? 0) / HOUR_MS, coverOf(inputs))
      },
    },
  ),
  kpi(
    {
      id: `pollutant_mass_${id}`,
      name: { en: `${en}, mass`, zh: `${zh}排放量` },
      unit: 'kg',
      formula: 'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
      source: 'KPI specification §2.4: mass from the measured concentration',
      confidence: 'secondary_source',
      example: '80 mg/Nm3 and 100,000 Nm3/h for an hour, whatever the oxygen: 80 · 100,000 · 1e-6 = 8 kg',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${id}_mgm3, with their own stack_flow_nm3h`,
      nulls: 'no_data without a valid hour, low_coverage when valid hours cover less than 75 % of the expected time',
      needs: [`${id}_mgm3`],
      uses: ['stack_flow_nm3h'],
    },
    { total: (basis) => massOf(basis, `${id}_mgm3`), add: addMass, figure: pollutantMass },
  ),
])

interface Mass {
  readonly kg: number
  /** Time for which both are known, in hours that are valid; and what was expected of all. */
  readonly coveredMs: number
  readonly expectedMs: number
  readonly flags: FlagBits
}

/** Stack by stack and hour by hour: the mean of the product is not the product of the means. */
function massOf(basis: Basis, metric: string): Mass {
  let kg = 0
  let coveredMs = 0
  let expectedMs = 0
  let flags = 0
  for (const { inputs } of basis.slices('1h', metric, 'stack_flow_nm3h')) {
    const [of, flow = null] = inputs
    if (of === null || of === undefined) continue
    expectedMs += of.expectedMs
    flags |= of.flags | (flow?.flags ?? 0)
    if (flow === null || !isValid(of) || !isValid(flow)) continue
    coveredMs += Math.min(of.coveredMs, flow.coveredMs)
    kg += ((of.sum / of.coveredMs) * (flow.sum / flow.coveredMs) * 1e-6 * of.expectedMs) / HOUR_MS
  }
  return { kg, coveredMs, expectedMs, flags }
}

function isValid({ coveredMs, expectedMs }: InputSum): boolean {
  return coveredMs > 0 && coveredMs >= COVERAGE_MIN * expectedMs
}

function addMass(a: Mass, b: Mass): Mass {
  return {
    kg: a.kg + b.kg,
    coveredMs: a.coveredMs + b.coveredMs,
    expectedMs: a.expectedMs + b.expectedMs,
    flags: a.flags | b.flags,
  }
}

function pollutantMass({ kg, coveredMs, expectedMs, flags }: Mass): Figure {
  return figure(kg, 1, { coverage: expectedMs > 0 ? coveredMs / expectedMs : 0, estimatedShare: 0, flags })
}
