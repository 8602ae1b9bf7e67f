import { HJ212_POLLUTANTS, type Hj212Pollutant } from '../base/hj212/codes.js'
import { EDITIONS, type Edition } from '../base/hj212/flag.js'
import type { AuthorityOptions } from '../base/options/authorities.js'
import type { FlowUnit } from '../base/options/hj212.js'
import { seriesTimes } from '../base/plant.js'
import { type ArithmeticResult, noAnswer } from '../kpi/formulas/arithmetic/answer.js'
import type { InputSum } from '../kpi/formulas/recipe.js'
import { FLOW_TERMS, flowOf } from '../kpi/formulas/stacks/flow.js'
import { dryMean, referenceOf } from '../kpi/formulas/stacks/hour.js'
import { POLLUTANT_NAMES, type PollutantNames } from '../kpi/formulas/stacks/pollutants.js'
import { ruleOf } from '../kpi/formulas/stacks/regimes.js'
import { RULES_EDITION } from '../kpi/rules-edition.js'
import type { PlantVersion } from '../kpi/settings/version.js'
import { hasSent, MISSING, type SentLevel, type StackReadings } from './levels.js'

/** A stack as an authority hears of it: what it is made of, and in which units it is told. */
export interface Stack {
  readonly readings: StackReadings
  readonly version: PlantVersion
  readonly edition: Edition
  readonly flowUnit: AuthorityOptions['flow_unit']
}

/** The rule of HJ 75: three quarters of the time. */
const RULE = ruleOf('cn', RULES_EDITION)
export const SHARE_MIN = RULE.companionShare

/** Metrics that a flow is sent as. */
export const FLOW_SENT = ['stack_flow_nm3h', 'stack_velocity_ms'] as const

/** All that is read to tell of a stack. */
export const STACK_METRICS: readonly string[] = [
  ...new Set([
    ...HJ212_POLLUTANTS.flatMap(({ metric, refMetric }) => (refMetric === null ? [metric] : [metric, refMetric])),
    ...FLOW_TERMS,
    'stack_running',
  ]),
]

export function hj212EditionOf({ edition }: Pick<AuthorityOptions, 'edition'>): Edition {
  return EDITIONS.find((one) => one === String(edition)) ?? '2017'
}

/** Multiplier and period of the readings of a stack, by the configuration in force. */
export function samplingOf(version: PlantVersion, stack: string): Pick<StackReadings, 'multiplier' | 'periodMs'> {
  return {
    multiplier: (metric) => version.multiplier(stack, metric),
    periodMs: (metric) => seriesTimes(version.device(stack)?.metrics[metric]).periodMs,
  }
}

/** The pollutants and states that a stack is told by: those that it has ever sent, and that have a unit on the wire. */
export function reportedQuantitiesOf({ readings, edition, flowUnit }: Stack): readonly Hj212Pollutant[] {
  return HJ212_POLLUTANTS.filter(({ metric, refMetric, ...of }) => {
    if (metric === 'stack_flow_nm3h') {
      return flowUnit !== undefined && FLOW_SENT.some((sent) => hasSent(readings, sent))
    }
    if ((edition === '2005' ? of.unit2005 : of.unit) === null) return false
    return hasSent(readings, metric) || (refMetric !== null && hasSent(readings, refMetric))
  })
}

/** The names of the KPIs of a pollutant; undefined for a state of the gas. */
export function namesOf({ metric }: Hj212Pollutant): PollutantNames | undefined {
  return POLLUTANT_NAMES.find(({ measured }) => measured === metric)
}

/** Levels with the formulas of the KPIs over them. */
export class StackLevels {
  readonly #stack: Stack
  readonly #levels: ReadonlyMap<string, SentLevel>
  readonly #atMs: number

  /** @param atMs at which limits, with their reference oxygen, are looked up */
  constructor(stack: Stack, levels: ReadonlyMap<string, SentLevel>, atMs: number) {
    this.#stack = stack
    this.#levels = levels
    this.#atMs = atMs
  }

  of(metric: string): SentLevel {
    return this.#levels.get(metric) ?? MISSING
  }

  /** Known for less than three quarters of the time, a level says nothing. */
  input(metric: string): InputSum | null {
    const { input } = this.of(metric)
    return input !== null && input.coveredMs >= SHARE_MIN * input.expectedMs ? input : null
  }

  /** Mean of a level as it is sent. */
  mean(metric: string): number | null {
    const input = this.input(metric)
    return input === null ? null : input.sum / input.coveredMs
  }

  /** A pollutant in dry gas, mg/Nm³. */
  measured({ measured }: PollutantNames): ArithmeticResult {
    const input = this.input(measured)
    const { stack, moisture } = this.#gas
    return input === null ? noAnswer('no_data') : dryMean(input, stack.basis, stack, moisture, RULE)
  }

  /** The same at reference oxygen; null, `no_data` where neither a limit nor the analyser gives one. */
  reference(names: PollutantNames): ArithmeticResult {
    const { stack, moisture } = this.#gas
    const limit = this.#stack.version.limits.at(this.#stack.readings.stack, names.id, this.#atMs)
    return referenceOf(
      this.measured(names),
      this.input(names.measured),
      names.corrected === null ? null : this.input(names.corrected),
      this.input('o2_pct'),
      moisture,
      limit,
      stack,
      // Minutes are told with the air of the same regime as the KPIs of their hour.
      { ...RULE, airO2Pct: ruleOf(limit?.regime ?? 'cn', this.#stack.version.edition).airO2Pct },
    )
  }

  /** Dry flow, Nm³/h. */
  flow(): ArithmeticResult {
    const { nm3h, level } = flowOf(
      FLOW_TERMS.map((metric) => this.input(metric)),
      this.#gas.stack,
      SHARE_MIN,
    )
    return level === null ? noAnswer('no_data') : nm3h
  }

  get #gas() {
    return {
      stack: this.#stack.version.stack(this.#stack.readings.stack),
      moisture: this.input('stack_moisture_pct'),
    }
  }

  /** The source stands still, as `stack_running` says. */
  get isStopped(): boolean {
    return this.mean('stack_running') === 0
  }

  /** Letter that says why a value is not there. */
  flag(...metrics: readonly string[]): string {
    const letters = metrics.map((metric) => this.of(metric).flag)
    const said = letters.find((letter) => letter !== MISSING.flag && letter !== 'N') ?? MISSING.flag
    return said === MISSING.flag && this.isStopped ? 'F' : said
  }
}

const SECONDS_AN_HOUR = 3600
const PER_NM3H: Readonly<Record<FlowUnit, number>> = {
  'm3/h': 1,
  'm3/s': 1 / SECONDS_AN_HOUR,
  'L/s': 1000 / SECONDS_AN_HOUR,
}

/** A flow as it is told. */
export function reportedFlow(nm3h: number, unit: FlowUnit): number {
  return nm3h * PER_NM3H[unit]
}
