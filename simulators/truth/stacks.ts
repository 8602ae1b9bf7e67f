import type { Sample } from '../plant.js'
import type { Finding } from './expectation.js'
import { followLevel, type Level, type LevelTruth } from './level.js'
import type { LocalDay, Span } from './windows.js'
import { touches, type Witness } from './witness.js'

/** An hour is valid with 45 good minutes, a day with three quarters of its time. Source: KPI specification §2.4 and §5. */
const COVERAGE_MIN = 0.75
/** mg/Nm³ · Nm³/h to kg/h. */
const KG = 1e-6

/** Concentration and flow of one stack, hour by hour. */
export class StackFindings {
  readonly #witness: Witness
  readonly #hours: readonly Span[]
  readonly #true: readonly StackHour[]
  readonly #seen: readonly StackHour[]

  /** @param metric the concentration, mg/Nm³ */
  constructor(witness: Witness, metric: string, days: readonly LocalDay[], holdMs: number) {
    this.#witness = witness
    this.#hours = days.flatMap((day) => day.hours)
    const follow = (samples: () => Iterable<Sample>): readonly StackHour[] => {
      const concentrations = followLevel(levelOf(samples(), metric), this.#hours, holdMs)
      const flows = followLevel(levelOf(samples(), 'stack_flow_nm3h'), this.#hours, holdMs)
      return this.#hours.map((span, i) => ({ span, concentration: concentrations[i]!, flow: flows[i]! }))
    }
    this.#true = follow(() => witness.sampled())
    this.#seen = witness.isDisturbed ? follow(() => witness.taken()) : this.#true
  }

  /** The mean concentration of a span of whole hours; null where nobody can say whether it is enough for a figure. */
  mean(span: Span): Finding | null {
    const truth = within(this.#true, span).map((hour) => hour.concentration)
    const seen = within(this.#seen, span).map((hour) => hour.concentration)
    const isBehind = touches(span, this.#witness.behind)
    const [isEnough, wasEnough] = [seen, truth].map((hours) => covered(hours) >= COVERAGE_MIN * lengthOf(span))
    if (isBehind && isEnough !== wasEnough) return null
    const value = meanOf(truth)
    const range = Math.max(...truth.map((hour) => hour.max)) - Math.min(...truth.map((hour) => hour.min))
    return {
      value: isEnough ? value : null,
      ruled: isEnough && !isBehind ? meanOf(seen) : null,
      bound: isEnough ? Math.abs(meanOf(seen) - value) + (isBehind ? range : 0) : 0,
      ...this.#marks(span, covered(seen) < covered(truth)),
    }
  }

  /** The mass of a span of whole hours: of those that are valid in both, mean concentration times mean flow. */
  mass(span: Span): Finding | null {
    const truth = within(this.#true, span)
    const seen = within(this.#seen, span)
    const isBehind = touches(span, this.#witness.behind)
    const isLower = seen.some((hour, i) => hour.concentration.coveredMs < truth[i]!.concentration.coveredMs)
    if (isBehind && seen.some((hour, i) => isValid(hour) !== isValid(truth[i]!))) return null
    const valid = seen.filter(isValid)
    const coverage = valid.length / seen.length
    if (coverage < COVERAGE_MIN) return { value: null, ruled: null, bound: 0, ...this.#marks(span, isLower) }
    const value = truth.filter(isValid).reduce((sum, hour) => sum + massOf(hour), 0)
    const behind = truth.filter((hour) => touches(hour.span, this.#witness.behind))
    const range = behind.reduce((sum, { concentration: c, flow: q }) => sum + (c.max * q.max - c.min * q.min) * KG, 0)
    const ruled = valid.reduce((sum, hour) => sum + massOf(hour), 0)
    return {
      value,
      ruled: isBehind ? null : ruled,
      bound: Math.abs(ruled - value) + range,
      ...this.#marks(span, isLower),
    }
  }

  #marks(span: Span, isLower: boolean) {
    return {
      isCoverageLower: isLower || touches(span, this.#witness.behind),
      isRejected: touches(span, this.#witness.refused),
    }
  }
}

interface StackHour {
  readonly span: Span
  readonly concentration: LevelTruth
  readonly flow: LevelTruth
}

function within(hours: readonly StackHour[], span: Span): readonly StackHour[] {
  return hours.filter((hour) => hour.span.startMs >= span.startMs && hour.span.endMs <= span.endMs)
}

function lengthOf(span: Span): number {
  return span.endMs - span.startMs
}

function covered(hours: readonly LevelTruth[]): number {
  return hours.reduce((sum, hour) => sum + hour.coveredMs, 0)
}

function meanOf(hours: readonly LevelTruth[]): number {
  return hours.reduce((sum, hour) => sum + hour.integral, 0) / covered(hours)
}

function isValid({ span, concentration, flow }: StackHour): boolean {
  return Math.min(concentration.coveredMs, flow.coveredMs) >= COVERAGE_MIN * lengthOf(span)
}

function massOf({ concentration, flow }: StackHour): number {
  return meanOf([concentration]) * meanOf([flow]) * KG
}

function* levelOf(samples: Iterable<Sample>, metric: string): Generator<Level> {
  for (const { ts, metrics, quality } of samples) {
    const value = metrics[metric]
    if (typeof value !== 'number') continue
    const word = typeof quality === 'object' ? quality[metric] : quality
    yield { ts, value: word === undefined || word === 'good' || word === 'manual' ? value : null }
  }
}
