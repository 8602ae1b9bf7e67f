/** What the engine keeps from one start to the next. */
export interface EngineProgress {
  /** Readings up to this journal position are in the stored points. */
  readonly position: number
  readonly watermarks: Readonly<Record<string, number>>
  /** So many of the configurations are in the stored points. */
  readonly versions: number
  /** Final points ever made, each window counted once. */
  readonly finalPoints: number
}

export const NO_PROGRESS: EngineProgress = { position: -1, watermarks: {}, versions: 0, finalPoints: 0 }
