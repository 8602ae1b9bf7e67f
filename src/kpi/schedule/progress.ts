import type { RulesProgress } from './rules-progress.js'

/** State that the engine keeps from one start to the next. */
export interface EngineProgress extends RulesProgress {
  /** Readings, events and changes of connections of journal records that begin before this position are in the stored points. */
  readonly position: number
  readonly watermarks: Readonly<Record<string, number>>
  /** So many of the configurations are in the stored points. */
  readonly versions: number
  /** Final points ever made, each window counted once. */
  readonly finalPoints: number
  /** Digest of the days that stored figures are matched with, by plant; of plants with contracts. */
  readonly matched?: Readonly<Record<string, string>>
  /** Devices that are gone and still in the stored points of others; absent when there are none. */
  readonly forgotten?: readonly ForgottenShare[]
}

/** Devices of a plant that were forgotten, as far as figures of the plant are to be computed again without them. */
export interface ForgottenShare {
  readonly plant: string
  /** Time in which figures may be others without them, epoch ms; null when they had no readings. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | null
  /** Series that have come again since, by number. */
  readonly keptSeries: readonly number[]
}

export const NO_PROGRESS: EngineProgress = { position: -1, watermarks: {}, versions: 0, finalPoints: 0 }
