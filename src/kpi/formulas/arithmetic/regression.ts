import { type ArithmeticResult, answer, noAnswer } from './answer.js'

/** A baseline of fewer periods says too little of the base load. Source: KPI specification §2, after ISO 50006 (from memory). */
const BASELINE_PERIODS_MIN = 12

/** One period of the baseline: what was made, and the energy it took. */
export interface BaselinePeriod {
  readonly output: number
  readonly energy: number
}

/** Energy = base load + slope · output, by least squares. */
export interface Baseline {
  /** Energy that is used when nothing is made, in the unit of energy. */
  readonly baseLoad: number
  /** Energy for one unit more of output. */
  readonly slope: number
  /** Share of the variation of energy that output explains, 0..1; `null` when energy never varied. */
  readonly r2: number | null
  readonly periods: number
}

/**
 * `null`: `low_sample` below 12 periods, `no_denominator` when every period made the same (no line can be told apart),
 * `no_data` when a number is none. The order of the periods changes the last bits alone: give them in order of time.
 * Distances from the mean are summed, not squares, so that 1000 t ± 1 t is as good as ± 1 t. Source: ISO 50006 (from memory).
 */
export function baselineOf(periods: readonly BaselinePeriod[]): ArithmeticResult<Baseline> {
  if (!periods.every(({ output, energy }) => Number.isFinite(output) && Number.isFinite(energy)))
    return noAnswer('no_data')
  if (periods.length < BASELINE_PERIODS_MIN) return noAnswer('low_sample')
  const meanOutput = periods.reduce((sum, { output }) => sum + output, 0) / periods.length
  const meanEnergy = periods.reduce((sum, { energy }) => sum + energy, 0) / periods.length
  let outputs = 0
  let energies = 0
  let both = 0
  for (const { output, energy } of periods) {
    const x = output - meanOutput
    const y = energy - meanEnergy
    outputs += x * x
    energies += y * y
    both += x * y
  }
  // Not "outputs > 0": the mean of twelve times the same number may miss it by a bit.
  if (periods.every(({ output }) => output === periods[0]!.output)) return noAnswer('no_denominator')
  const slope = both / outputs
  const baseLoad = meanEnergy - slope * meanOutput
  const isEven = periods.every(({ energy }) => energy === periods[0]!.energy)
  let unexplained = 0
  for (const { output, energy } of periods) {
    const residual = energy - meanEnergy - slope * (output - meanOutput)
    unexplained += residual * residual
  }
  return answer({ baseLoad, slope, r2: isEven ? null : 1 - unexplained / energies, periods: periods.length })
}

/** A baseline as far as it expects anything. */
type Line = Pick<Baseline, 'baseLoad' | 'slope'>

/** Energy that the baseline expects for this output. */
export function expectedEnergy({ baseLoad, slope }: Line, output: number): number {
  return baseLoad + slope * output
}

/** Energy saved against the baseline; negative when more was used. */
export function energySaving(baseline: Line, output: number, actualEnergy: number): number {
  return expectedEnergy(baseline, output) - actualEnergy
}
