import { HOUR_MS } from '../../../base/durations.js'
import type { Pollutant } from '../../../base/options/limits.js'
import { co2KgH, massKgH } from '../arithmetic/cems.js'
import { type Basis, FROM_HOURS, type InputSum, type Kpi, type KpiFacts, kpi, WHOLE } from '../recipe.js'
import { FLOW_TERMS, flowOf } from './flow.js'
import { isHourValid, present, quartersOf, stoppedMsOf, toDry } from './hour.js'
import { addHours, figureOfHours, type HoursTotal, NO_HOURS } from './hours-total.js'
import { POLLUTANT_NAMES } from './pollutants.js'
import { type RegimeRule, ruleOf } from './regimes.js'

const NULLS =
  'no_data without a valid hour, low_coverage when valid hours cover less than 75 % of the expected time, bad_config where a velocity has no stack.area_m2 or a wet analyser no moisture; 0 only while the source is known to stand still'

interface Emitted {
  readonly metric: string
  /** Pollutant whose limit says which regime an hour is valid by; null where there is none: then that is `cn`. */
  readonly pollutant: Pollutant | null
  /** kg/h of a concentration in dry gas and a dry flow in Nm³/h. */
  readonly kgH: (concentration: number, nm3h: number) => number
}

const CO2: Emitted = { metric: 'co2_pct', pollutant: null, kgH: co2KgH }

/** Masses that stacks emit: always from the concentration as measured. The one at reference oxygen would count added air. */
export const MASSES: readonly Kpi[] = [
  ...POLLUTANT_NAMES.map(({ id, en, zh, measured }) =>
    mass(
      {
        id: `pollutant_mass_${id}`,
        name: { en: `${en}, mass`, zh: `${zh}排放量` },
        formula: 'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
        formula_zh: '逐排气筒，有效小时 Σ C 均值 × Q 均值 × 1e-6',
        source: 'KPI specification §2.4.3: mass from the measured concentration',
        example: 'S8: 80 mg/Nm3 and 100,000 Nm3/h for an hour, whatever the oxygen: 80 · 100,000 · 1e-6 = 8 kg',
      },
      { metric: measured, pollutant: id, kgH: massKgH },
    ),
  ),
  mass(
    {
      id: 'pollutant_mass_co2',
      name: { en: 'CO2, measured mass', zh: '二氧化碳实测排放量' },
      formula: 'Σ over valid hours of mean CO2 / 100 × mean Q × 44.0095 / 22.414, stack by stack',
      formula_zh: '逐排气筒，有效小时 Σ CO2 均值 / 100 × Q 均值 × 44.0095 / 22.414',
      source: 'KPI specification §2.2, measured CO2 (44.0095 g/mol in 22.414 L/mol)',
      example: 'S11: 12 % CO2 and 50,000 Nm3/h for an hour: 0.12 · 50,000 · 44.0095 / 22.414 = 11,781 kg',
    },
    CO2,
  ),
]

function mass(
  facts: Pick<KpiFacts, 'id' | 'name' | 'formula' | 'formula_zh' | 'source' | 'example'>,
  emitted: Emitted,
): Kpi {
  return kpi(
    {
      ...facts,
      unit: 'kg',
      confidence: 'secondary_source',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${emitted.metric}, with their own stack_flow_nm3h, else their velocity and area`,
      nulls: NULLS,
      needs: [emitted.metric],
      uses: [...FLOW_TERMS, 'stack_running'],
    },
    {
      total: (basis) => massOf(basis, emitted),
      add: (a, b) => ({ kg: a.kg + b.kg, of: addHours(a.of, b.of) }),
      figure: ({ kg, of }) => figureOfHours(kg, 1, of),
    },
  )
}

interface Mass {
  readonly kg: number
  readonly of: HoursTotal
}

/** Stack by stack and hour by hour: the mean of the product is not the product of the means. */
function massOf(basis: Basis, emitted: Emitted): Mass {
  let kg = 0
  let of = NO_HOURS
  for (const hour of massHours(basis, emitted.metric, emitted)) {
    kg += hour.kg
    of = addHours(of, hour.of)
  }
  return { kg, of }
}

/** Mass that one stack emitted in one hour of the window. */
export interface MassHour extends Mass {
  readonly device: string
  readonly hourMs: number
  /** Metrics that its concentration and flow were read from. */
  readonly metrics: readonly string[]
}

/** CO2 of the stacks that are members by a term of `co2_pct`, in order of time and device. */
export function co2Hours(basis: Basis, term: string): Iterable<MassHour> {
  return massHours(basis, term, CO2)
}

function* massHours(basis: Basis, term: string, emitted: Emitted): Generator<MassHour> {
  const { version } = basis
  const quarters = emitted.pollutant === null ? () => 0 : quartersOf(basis, term, term)
  for (const { device, inputs, startMs } of basis.slices('1h', term, 'stack_running', ...FLOW_TERMS)) {
    const [level = null, running = null, ...flowInputs] = inputs.map(present)
    if (level === null) continue
    const regime =
      emitted.pollutant === null ? 'cn' : (version.limits.at(device, emitted.pollutant, startMs)?.regime ?? 'cn')
    const hour = hourOf(level, running, flowInputs, {
      emitted,
      stack: version.stack(device),
      rule: ruleOf(regime, version.edition),
      quarters: quarters(device, startMs),
    })
    const flow = FLOW_TERMS.slice(0, 2).find((_, i) => flowInputs[i] !== null)
    yield { ...hour, device, hourMs: startMs, metrics: flow === undefined ? [emitted.metric] : [emitted.metric, flow] }
  }
}

interface HourBasis {
  readonly emitted: Emitted
  readonly stack: ReturnType<Basis['version']['stack']>
  readonly rule: RegimeRule
  /** Quarters of the hour with a good reading. */
  readonly quarters: number
}

function hourOf(
  level: InputSum,
  running: InputSum | null,
  flowInputs: readonly (InputSum | null)[],
  { emitted, stack, rule, quarters }: HourBasis,
): Mass {
  const { expectedMs } = level
  const flow = flowOf(flowInputs, stack, rule.companionShare)
  const stoppedMs = Math.max(stoppedMsOf(level, running), flow.level === null ? 0 : stoppedMsOf(flow.level, running))
  // Time that a standstill explains is not missing: nothing was emitted then.
  const due = (input: InputSum) => expectedMs - Math.min(Math.max(0, expectedMs - input.coveredMs), stoppedMs)
  const dueMs = Math.min(due(level), flow.level === null ? expectedMs : due(flow.level))
  const standstillMs = expectedMs - dueMs
  const nothing: HoursTotal = {
    ...NO_HOURS,
    expectedMs,
    dueMs: expectedMs,
    coveredMs: standstillMs,
    flags: level.flags,
  }
  if (dueMs === 0) return { kg: 0, of: { ...nothing, judgedMs: expectedMs } }
  const isLevelValid = isHourValid(level, level.coveredMs, dueMs, rule, quarters)
  const isFlowValid = flow.level !== null && flow.level.coveredMs >= rule.companionShare * dueMs
  const moisture = flowInputs[FLOW_TERMS.indexOf('stack_moisture_pct')] ?? null
  const dry = toDry(
    level.coveredMs > 0 ? level.sum / level.coveredMs : 0,
    stack.basis,
    stack,
    moisture,
    rule.companionShare,
  )
  const bothMs = flow.level === null ? 0 : Math.min(level.coveredMs, flow.level.coveredMs, dueMs)
  if (!isLevelValid || !isFlowValid || dry.value === null || flow.nm3h.value === null) {
    const reason = dry.reason === 'bad_config' || flow.nm3h.reason === 'bad_config' ? 'bad_config' : ''
    return { kg: 0, of: { ...nothing, reason } }
  }
  return {
    kg: (emitted.kgH(dry.value, flow.nm3h.value) * dueMs) / HOUR_MS,
    of: {
      ...nothing,
      coveredMs: standstillMs + bothMs,
      estimatedMs: Math.min(bothMs, Math.max(level.estimatedMs, flow.level!.estimatedMs)),
      judgedMs: expectedMs,
      flags: level.flags | dry.flags | flow.nm3h.flags,
    },
  }
}
