import type { CarbonOptions } from '../../base/options/factors.js'
import type { PlantDays } from '../plant-days.js'
import { type Factor, type Known, known, YEAR_MISMATCH } from './factor.js'

export type YearPolicy = CarbonOptions['year_policy']

/** One factor with its days as instants, and its two answers: of its own year, and of another. */
interface Dated {
  readonly factor: Factor
  readonly fromMs: number
  readonly toMs: number
  readonly publishedMs: number
  readonly fits: Known
  readonly mismatch: Known
}

/**
 * Which factor of one activity in one region holds for a window: a pure function of the window and the table, which does
 * not depend on the order of rows. Cheap: two short lists are walked, and no answer is made anew.
 */
export interface Choice {
  /** null only when a plant's own factors do not cover the window. */
  at(startMs: number, endMs: number): Known | null
}

/**
 * Own factors: those whose days cover the start of the window, of them the one that began last. With `latest_at_close` it
 * also has to be published by the end of the window.
 */
export function ownChoice(factors: readonly Factor[], policy: YearPolicy, days: PlantDays): Choice {
  const newestFirst = dated(factors, days).reverse()
  return {
    at(startMs, endMs) {
      for (const one of newestFirst) {
        if (one.fromMs > startMs || startMs >= one.toMs) continue
        if (policy === 'match_year' || one.publishedMs < endMs) return one.fits
      }
      return null
    },
  }
}

/**
 * Factors of the table. Those without a last day hold from their first one on; before it the earliest is used, with the
 * flag of another year. Those of single years are chosen by the year policy.
 * `series` are the rows of the same activity in the same country: a region that lacks a year which others have says so.
 * Source: KPI specification §2.3.
 */
export function tableChoice(
  factors: readonly Factor[],
  series: readonly Factor[],
  policy: YearPolicy,
  days: PlantDays,
): Choice {
  const all = dated(factors, days)
  if (factors.some((one) => one.validTo === null)) return openEnded(all)
  return policy === 'match_year' ? matchingYear(all) : latestAtClose(all, dated(series, days))
}

function openEnded(oldestFirst: readonly Dated[]): Choice {
  const first = oldestFirst[0]!
  const newestFirst = oldestFirst.toReversed()
  return {
    at: (startMs) => newestFirst.find((one) => one.fromMs <= startMs)?.fits ?? first.mismatch,
  }
}

/** The year of the consumption; until there is one the newest before it, and before the first year the earliest. */
function matchingYear(oldestFirst: readonly Dated[]): Choice {
  const first = oldestFirst[0]!
  const newestFirst = oldestFirst.toReversed()
  return {
    at(startMs) {
      for (const one of newestFirst) {
        if (one.fromMs <= startMs) return startMs < one.toMs ? one.fits : one.mismatch
      }
      return first.mismatch
    },
  }
}

/**
 * The newest year that was published on a day which the window reaches. Days are those of the plant, so that all hours of
 * a day are reckoned as the day is. Before anything was published the earliest year stands in.
 */
function latestAtClose(oldestFirst: readonly Dated[], series: readonly Dated[]): Choice {
  const first = oldestFirst[0]!
  const newestFirst = oldestFirst.toReversed()
  // One entry an announcement, with the newest year it brought to anybody.
  const newestBy = new Map<number, number>()
  for (const { publishedMs, fromMs } of series) {
    newestBy.set(publishedMs, Math.max(fromMs, newestBy.get(publishedMs) ?? -Infinity))
  }
  const announced = [...newestBy].map(([publishedMs, fromMs]) => ({ publishedMs, fromMs }))
  return {
    at(startMs, endMs) {
      const newest = newestFirst.find((one) => one.publishedMs < endMs)
      if (newest === undefined) return first.fromMs <= startMs && startMs < first.toMs ? first.fits : first.mismatch
      const isBehind = announced.some((one) => one.fromMs > newest.fromMs && one.publishedMs < endMs)
      return isBehind ? newest.mismatch : newest.fits
    },
  }
}

/** Oldest first, in an order that the order of the table has no part in. */
function dated(factors: readonly Factor[], days: PlantDays): Dated[] {
  return factors
    .map((factor) => ({
      factor,
      fromMs: days.startMs(factor.validFrom),
      toMs: days.endMs(factor.validTo),
      publishedMs: days.startMs(factor.publishedOn),
      fits: known(factor),
      mismatch: known(factor, YEAR_MISMATCH),
    }))
    .sort((a, b) => a.fromMs - b.fromMs || a.publishedMs - b.publishedMs || (a.factor.id < b.factor.id ? -1 : 1))
}
