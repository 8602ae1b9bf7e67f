import type { RecordFile } from './files.js'

/**
 * Figures that only the database knows once readings have been let go of, as files of the record: the KPI points of those days,
 * the alarms that began on them, what became of alarms on them, the states from which each series goes on behind them and at their end, since
 * when there have been readings of it, what they come to in the months that go on behind them, and restatements, which no
 * computation of today gives again. Points and restatements are added to, and merged; of the others a plant has the newest file.
 */
export const FIGURE_KINDS = [
  'point',
  'alarm',
  'alarm_change',
  'checkpoint',
  'boundary',
  'first',
  'month',
  'restatement',
] as const
export type FigureKind = (typeof FIGURE_KINDS)[number]

export interface FigureFile extends RecordFile {
  readonly kind: FigureKind
  /** `NO_PLANT` where rows say it. */
  readonly plant: string
}

export interface FigureFileSet {
  readonly files: readonly FigureFile[]
  /** By plant the first day (since 1970, UTC) whose points are not all in files. */
  readonly kept: Readonly<Record<string, number>>
  /** Number of the last restatement in files. */
  readonly restatedTo: number
  /** Calculation rules and factors that the points were made by, as the engine says it; absent in what an older program has written. */
  readonly made?: Readonly<Record<string, unknown>>
}

/** Name of the progress that holds what the gone days of a plant come to in months. */
export function monthsOf(plant: string): string {
  return `months/${plant}`
}

export const NO_FIGURES: FigureFileSet = { files: [], kept: {}, restatedTo: 0 }
