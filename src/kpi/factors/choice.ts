import type { FlagBits } from '../../base/flags.js'
import type { CarbonOptions } from '../../base/options/factors.js'
import type { RulesEdition } from '../rules-edition.js'
import type { PlantDays } from '../time/plant-days.js'
import { type Factor, type KnownFactor, knownFactor, YEAR_MISMATCH } from './factor.js'

export type YearPolicy = CarbonOptions['year_policy']

/** The rules by which a factor is chosen. */
export interface ChoiceRules {
  readonly policy: YearPolicy
  /** Edition of the rules: before the second, a factor changed on the day of its announcement. */
  readonly edition: RulesEdition
  readonly days: PlantDays
  /** Flags of every answer beside those of the factor; none when absent. */
  readonly flags?: FlagBits
}

/** A figure says so when its factor is of data more than so many years older than the consumption. */
const AGE_MAX_YEARS = 2

/** One factor with its days as instants, and its two answers: of its own year, and of another. */
interface Dated {
  readonly factor: Factor
  readonly fromMs: number
  readonly toMs: number
  readonly publishedMs: number
  /** Start of the first window that may use it under `latest_at_close`, epoch ms. */
  readonly knownFromMs: number
  /** From here on the consumption is too many years younger than the data, epoch ms. */
  readonly oldFromMs: number
  readonly fits: KnownFactor
  readonly mismatch: KnownFactor
}

/**
 * Chooses the factor of one activity in one region that holds for a window: a pure function of the window and the table,
 * which does not depend on the order of rows. Cheap: two short lists are gone through, and no answer is made anew.
 */
export interface FactorChoice {
  /** null only when a plant's own factors do not cover the window. */
  at(startMs: number, endMs: number): KnownFactor | null
}

/**
 * Own factors: those whose days cover the start of the window, of them the one that began last. With `latest_at_close` it
 * also has to be published by the end of the calendar year.
 */
export function ownChoice(factors: readonly Factor[], rules: ChoiceRules): FactorChoice {
  const newestFirst = dated(factors, rules).reverse()
  return {
    at(startMs, endMs) {
      for (const one of newestFirst) {
        if (one.fromMs > startMs || startMs >= one.toMs) continue
        if (rules.policy === 'match_year' || isPublished(one, rules, startMs, endMs)) return one.fits
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
export function tableChoice(factors: readonly Factor[], series: readonly Factor[], rules: ChoiceRules): FactorChoice {
  const all = dated(factors, rules)
  if (factors.some((one) => one.validTo === null)) return openEnded(all)
  return rules.policy === 'match_year' ? matchingYear(all) : latestAtClose(all, dated(series, rules), rules)
}

function openEnded(oldestFirst: readonly Dated[]): FactorChoice {
  const first = oldestFirst[0]!
  const newestFirst = oldestFirst.toReversed()
  return {
    at: (startMs) => newestFirst.find((one) => one.fromMs <= startMs)?.fits ?? first.mismatch,
  }
}

/** The year of the consumption; until there is one the newest before it, and before the first year the earliest. */
function matchingYear(oldestFirst: readonly Dated[]): FactorChoice {
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
 * The newest year that was published by the last day of the calendar year of the consumption, in the zone of the plant:
 * one factor for the whole year, whatever day it was announced on. Before anything was published the earliest stands in.
 */
function latestAtClose(oldestFirst: readonly Dated[], series: readonly Dated[], rules: ChoiceRules): FactorChoice {
  const first = oldestFirst[0]!
  const newestFirst = oldestFirst.toReversed()
  // The first rows of each year that anybody has: few enough to be gone through for every window.
  const announced = [...series].sort((a, b) => a.knownFromMs - b.knownFromMs).filter(isNewest)
  return {
    at(startMs, endMs) {
      const newest = newestFirst.find((one) => isPublished(one, rules, startMs, endMs))
      if (newest === undefined) return first.fromMs <= startMs && startMs < first.toMs ? first.fits : first.mismatch
      const isOld = rules.edition >= 2 && startMs >= newest.oldFromMs
      const isBehind = announced.some((one) => one.fromMs > newest.fromMs && isPublished(one, rules, startMs, endMs))
      return isOld || isBehind ? newest.mismatch : newest.fits
    },
  }
}

/** Brings newer data than all announcements before it. */
function isNewest(one: Dated, i: number, inOrder: readonly Dated[]): boolean {
  return inOrder.slice(0, i).every((earlier) => earlier.fromMs < one.fromMs)
}

function isPublished(one: Dated, { edition }: ChoiceRules, startMs: number, endMs: number): boolean {
  return edition < 2 ? one.publishedMs < endMs : one.knownFromMs <= startMs
}

/** Oldest first, in an order that the order of the table has no part in. */
function dated(factors: readonly Factor[], { days, flags = 0 }: ChoiceRules): Dated[] {
  return factors
    .map((factor) => ({
      factor,
      fromMs: days.startMs(factor.validFrom),
      toMs: days.endMs(factor.validTo),
      publishedMs: days.startMs(factor.publishedOn),
      knownFromMs: days.startMs(`${factor.publishedOn.slice(0, 4)}-01-01`),
      oldFromMs: days.startMs(`${Number(factor.validFrom.slice(0, 4)) + AGE_MAX_YEARS + 1}-01-01`),
      fits: knownFactor(factor, flags),
      mismatch: knownFactor(factor, flags | YEAR_MISMATCH),
    }))
    .sort((a, b) => a.fromMs - b.fromMs || a.publishedMs - b.publishedMs || (a.factor.id < b.factor.id ? -1 : 1))
}
