import type { CharacteristicOptions } from '../../base/options/quality.js'
import type { NullReason } from '../../base/reasons.js'
import type { PlantVersion } from '../settings/version.js'
import type { Figure } from '../windows/point.js'
import type { Ratio } from './arithmetic/answer.js'
import {
  type Measured,
  machineCapability,
  measuredSubgroup,
  mergedMeasured,
  NOTHING_MEASURED,
  processCapability,
  processPerformance,
  type SpecLimits,
} from './arithmetic/spc.js'
import { spreadOf } from './arithmetic/spread.js'
import { type Basis, FROM_HOURS, figure, type Kpi, type KpiFacts, kpi, type Recipe, WHOLE } from './recipe.js'

const MEMBERS = 'events measure: each characteristic of each machine by itself; of several the worst'
const NULLS =
  'no_data without a value, low_sample below 50 values, bad_config without the limits it needs, no_denominator when all values are the same'

/** KPIs of what a process is capable of. Source: KPI specification §4. */
export const CAPABILITY: readonly Kpi[] = [
  ofMeasured(
    {
      id: 'cp',
      name: { en: 'Process capability Cp', zh: '过程能力指数 Cp' },
      formula: '(USL − LSL) / 6ŝ, ŝ within subgroups: R̄ / d2, above ten values pooled',
      formula_zh: '(USL − LSL) / 6ŝ，ŝ 为组内标准差：R̄ / d2，每组多于 10 个值时取合并标准差',
      example: 'O20: USL 20, LSL 8, ŝ 2: 12 / 12 = 1.0',
      nulls: `${NULLS}; low_sample without subgroups`,
    },
    (measured, limits) => within(measured, limits, 'potential'),
  ),
  ofMeasured(
    {
      id: 'cpk',
      name: { en: 'Process capability Cpk', zh: '过程能力指数 Cpk' },
      formula: 'min(USL − x̄, x̄ − LSL) / 3ŝ, ŝ within subgroups; of one limit the distance to it',
      formula_zh: 'min(USL − x̄, x̄ − LSL) / 3ŝ，ŝ 为组内标准差；单侧规格只计该侧距离',
      example: 'O20: USL 20, LSL 8, mean 16, ŝ 2: 4 / 6 = 0.6667',
      nulls: `${NULLS}; low_sample without subgroups`,
    },
    (measured, limits) => within(measured, limits, 'actual'),
  ),
  ofMeasured(
    {
      id: 'pp',
      name: { en: 'Process performance Pp', zh: '过程性能指数 Pp' },
      formula: '(USL − LSL) / 6s, s of all values by n − 1',
      formula_zh: '(USL − LSL) / 6s，s 为全部数据的标准差（n − 1）',
      example: 'O20: USL 20, LSL 8, s 2: 12 / 12 = 1.0',
      nulls: NULLS,
    },
    (measured, limits) => processPerformance(measured, limits).potential,
  ),
  ofMeasured(
    {
      id: 'ppk',
      name: { en: 'Process performance Ppk', zh: '过程性能指数 Ppk' },
      formula: 'min(USL − x̄, x̄ − LSL) / 3s, s of all values by n − 1',
      formula_zh: 'min(USL − x̄, x̄ − LSL) / 3s，s 为全部数据的标准差（n − 1）',
      example: 'O20: USL 20, LSL 8, mean 16, s 2: 4 / 6 = 0.6667',
      nulls: NULLS,
    },
    (measured, limits) => processPerformance(measured, limits).actual,
  ),
  ofMeasured(
    {
      id: 'cm',
      name: { en: 'Machine capability Cm', zh: '机器能力指数 Cm' },
      formula: '(USL − LSL) / 6s of a short run on one machine',
      formula_zh: '(USL − LSL) / 6s，s 取自单台机床的短期连续加工',
      example: 'USL 20, LSL 8, s 1.5: 12 / 9 = 1.333',
      nulls: NULLS,
      scopes: ['device'],
    },
    machineCapability,
  ),
]

type Told = Pick<KpiFacts, 'id' | 'name' | 'formula' | 'formula_zh' | 'example' | 'nulls'> &
  Partial<Pick<KpiFacts, 'scopes'>>

function ofMeasured(told: Told, judge: (measured: Measured, limits: SpecLimits) => Ratio): Kpi {
  return kpi(
    {
      unit: '1',
      source: 'NIST/SEMATECH handbook 6.1.6 by the KPI specification §4',
      confidence: 'from_memory',
      pillar: 'high_end',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: MEMBERS,
      ...told,
      event: 'measure',
    },
    {
      total: measuredIn,
      add: addProcesses,
      figure: (processes) => worstOf(processes, judge),
    } satisfies Recipe<Processes>,
  )
}

/** One characteristic on one machine. */
interface Process {
  readonly measured: Measured
  /** null where the configuration names none: it cannot be judged. */
  readonly limits: SpecLimits | null
}

/** Keyed by machine and characteristic. */
type Processes = ReadonlyMap<string, Process>

function measuredIn(basis: Basis): Processes {
  const values = new Map<string, { device: string; char: string; alone: number[]; groups: Map<string, number[]> }>()
  for (const { device, fields } of basis.events('measure')) {
    const { char, value, subgroup } = fields
    if (typeof char !== 'string' || typeof value !== 'number') continue
    const key = `${device}/${char}`
    const process = values.get(key) ?? { device, char, alone: [], groups: new Map<string, number[]>() }
    values.set(key, process)
    if (subgroup === undefined) process.alone.push(value)
    else {
      const group = process.groups.get(String(subgroup)) ?? []
      process.groups.set(String(subgroup), group)
      group.push(value)
    }
  }
  const processes = new Map<string, Process>()
  for (const [key, { device, char, alone, groups }] of values) {
    let measured: Measured = { ...NOTHING_MEASURED, values: spreadOf(alone) }
    for (const group of groups.values()) measured = mergedMeasured(measured, measuredSubgroup(group))
    processes.set(key, { measured, limits: limitsOf(basis.version, device, char) })
  }
  return processes
}

/** Limits on one device go before those for all. */
function limitsOf({ options }: PlantVersion, device: string, char: string): SpecLimits | null {
  const named = (options?.characteristics ?? []).filter(({ id }) => id === char)
  const found: CharacteristicOptions | undefined =
    named.find((one) => one.device === device) ?? named.find((one) => one.device === undefined)
  return found === undefined ? null : { lower: found.lsl ?? null, upper: found.usl ?? null }
}

/** A subgroup that midnight cuts is two; the limits of the later day hold. */
function addProcesses(a: Processes, b: Processes): Processes {
  const both = new Map(a)
  for (const [key, later] of b) {
    const earlier = both.get(key)
    both.set(
      key,
      earlier === undefined ? later : { ...later, measured: mergedMeasured(earlier.measured, later.measured) },
    )
  }
  return both
}

function within(measured: Measured, limits: SpecLimits, side: 'potential' | 'actual'): Ratio {
  const { values, subgroups, counts } = measured
  if (values.n > 0 && subgroups === 0) return { value: null, reason: 'low_sample', numerator: 0, denominator: 0 }
  // The range of more than ten values says too little of their spread.
  const areSmall = counts.reduce((sum, count) => sum + count, 0) === subgroups
  return processCapability(measured, limits, areSmall ? 'range' : 'pooled')[side]
}

/** Reasons for no value, '' where there is one: the one that is nearest to a value comes first, and is said first. */
const REASONS: readonly (NullReason | '')[] = ['', 'no_denominator', 'low_sample', 'bad_config', 'no_data']
const NO_LIMITS: Ratio = { value: null, reason: 'bad_config', numerator: 0, denominator: 0 }

function worstOf(processes: Processes, judge: (measured: Measured, limits: SpecLimits) => Ratio): Figure {
  let worst: Ratio | null = null
  for (const key of [...processes.keys()].sort()) {
    const { measured, limits } = processes.get(key)!
    const ratio = limits === null ? NO_LIMITS : judge(measured, limits)
    if (worst === null || isWorse(ratio, worst)) worst = ratio
  }
  const { value, reason, numerator, denominator } = worst ?? { ...NO_LIMITS, reason: 'no_data' as const }
  const coverage = worst === null ? 0 : 1
  return { ...figure(numerator, denominator, { coverage, estimatedShare: 0, flags: 0 }), value, reason }
}

function isWorse(a: Ratio, b: Ratio): boolean {
  if (a.value !== null && b.value !== null) return a.value < b.value
  return REASONS.indexOf(a.reason) < REASONS.indexOf(b.reason)
}
