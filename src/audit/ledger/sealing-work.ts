import type { DayRoot, DayState } from './day-lines.js'

/** The work that takes long, done elsewhere. */
export interface SealingWork {
  root(dir: string, state: DayState): Promise<DayRoot>
  measure(path: string): Promise<{ readonly bytes: number; readonly sha256: string }>
}
