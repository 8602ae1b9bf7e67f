import { candidatesFor, columnsOf, modelTerms, type SavingsDay, type SavingsModel } from './day.js'
import { type LinearFit, linearFit, Unexplained } from './regression.js'

/** The energy that a plant would have used: a line through its days before the change. */
export interface SavingsBaseline {
  readonly model: SavingsModel
  readonly fit: LinearFit
  /** Days that it rests on, and those that were left out because something was not known. */
  readonly days: number
  readonly leftOut: number
  /** Share of the variation that the model explains, 0..1; `null` when energy never varied. */
  readonly r2: number | null
  /** Root of the mean square error by mean energy, 0..; source: ASHRAE Guideline 14 (from memory). */
  readonly cvRmse: number
  /** Sum of the errors by the sum of energy, with the degrees of freedom; source: ASHRAE Guideline 14 (from memory). */
  readonly nmbe: number
  /** Variance of a day about the model, kWh². */
  readonly variance: number
  /** Share of a day's error that is there on the next day too, 0..1. */
  readonly persistence: number
  /** Least and greatest of each column in the baseline: beyond them the line was never tried. */
  readonly ranges: readonly (readonly [least: number, greatest: number])[]
  /** Models that came next, with what they are worse by (difference of BIC). */
  readonly next: readonly { readonly model: SavingsModel; readonly worseBy: number }[]
}

/** `low_sample`: fewer known days than a baseline needs; `no_model`: none can be told from the others; `no_energy`: nothing was used. */
export type BaselineReason = 'low_sample' | 'no_model' | 'no_energy'

/** A baseline of fewer days has not seen the weeks that it is to speak of. */
export const BASELINE_DAYS_MIN = 60
const NEXT_SHOWN = 3

/**
 * The model with the lowest BIC (n · ln(RSS / n) + p · ln n) of all that the days allow; of two that are as good the one
 * that goes by less. Days on which an output or a temperature is not known are left out for every model alike, so that
 * models are compared on the same days.
 */
export function savingsBaseline(
  days: readonly SavingsDay[],
):
  | { readonly value: SavingsBaseline; readonly reason: null }
  | { readonly value: null; readonly reason: BaselineReason } {
  const isMeasured = days.some(({ outdoorC }) => outdoorC !== null)
  const known = days.filter((day) => isWhole(day) && (!isMeasured || day.outdoorC !== null))
  if (known.length < BASELINE_DAYS_MIN) return { value: null, reason: 'low_sample' }
  const energies = known.map(({ energyKwh }) => energyKwh!)
  const mean = energies.reduce((sum, kwh) => sum + kwh, 0) / known.length
  if (!(mean > 0)) return { value: null, reason: 'no_energy' }
  const ranked = rankedModels(known, energies, mean)
  const best = ranked[0]
  const rows = best === undefined ? null : known.map((day) => columnsOf(modelTerms(best.model), day)!)
  const fit = rows === null ? null : linearFit(rows, energies)
  if (best === undefined || rows === null || fit === null) return { value: null, reason: 'no_model' }
  const next = ranked.slice(1, 1 + NEXT_SHOWN).map(({ model, bic }) => ({ model, worseBy: bic - best.bic }))
  const columns = fit.coefficients.map((_, c) => rows.map((row) => row[c]!))
  const ranges = columns.map((values) => [Math.min(...values), Math.max(...values)] as const)
  const base = { model: best.model, fit, days: known.length, leftOut: days.length - known.length }
  return { value: { ...base, ...qualityOf(fit, energies, mean), ranges, next }, reason: null }
}

function isWhole({ energyKwh, outputs }: SavingsDay): boolean {
  return energyKwh !== null && Object.values(outputs).every((output) => output !== null)
}

interface RankedModel {
  readonly model: SavingsModel
  readonly bic: number
}

/** The best first; models whose terms do not tell one another apart are left out. */
function rankedModels(days: readonly SavingsDay[], energies: readonly number[], mean: number): readonly RankedModel[] {
  const models = candidatesFor(days).map((model) => ({ model, terms: modelTerms(model) }))
  const all = new Map(models.flatMap(({ terms }) => terms.map((term) => [term.key, term])))
  const columns = new Map([...all].map(([key, term]) => [key, days.map(term.of)]))
  const unexplained = new Unexplained(columns, energies)
  // An error of a millionth is none: without a floor a model that fits to the last bit has no BIC.
  const leastSquares = days.length * (mean * 1e-6) ** 2
  const ranked = models.flatMap(({ model, terms }) => {
    const left = unexplained.by(terms.map(({ key }) => key))
    if (left === null) return []
    const n = days.length
    const bic = n * Math.log(Math.max(left, leastSquares) / n) + (1 + terms.length) * Math.log(n)
    return [{ model, bic, terms: terms.length }]
  })
  return ranked.toSorted((a, b) => a.bic - b.bic || a.terms - b.terms)
}

function qualityOf({ residuals, coefficients }: LinearFit, energies: readonly number[], mean: number) {
  const n = residuals.length
  const freedom = n - coefficients.length
  const variance = squares(residuals) / freedom
  const varied = squares(energies.map((kwh) => kwh - mean))
  return {
    r2: varied === 0 ? null : 1 - squares(residuals) / varied,
    cvRmse: Math.sqrt(variance) / mean,
    nmbe: residuals.reduce((sum, error) => sum + error, 0) / (freedom * mean),
    variance,
    persistence: persistenceOf(residuals),
  }
}

/** Correlation of each day's error with that of the day before; what is below 0 by chance makes nothing more certain. */
function persistenceOf(residuals: readonly number[]): number {
  let both = 0
  for (let i = 1; i < residuals.length; i++) both += residuals[i]! * residuals[i - 1]!
  const all = squares(residuals)
  return all === 0 ? 0 : Math.min(PERSISTENCE_MAX, Math.max(0, both / all))
}

const PERSISTENCE_MAX = 0.95

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}
