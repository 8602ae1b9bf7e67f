import type { HorizonName } from '../base/forecast.js'
import { DAY_COLUMNS, dayLevels, dayRow } from './features/day-row.js'
import { NEXT_COLUMNS, nextRow } from './features/next-row.js'
import type { DaySlots, SimilarDays } from './features/similar-days.js'
import type { NAIVE_MODELS } from './models/plain.js'
import type { TreesOptions } from './models/trees-model.js'
import type { LocalDay } from './series/local-days.js'

/** Rules of one horizon. */
export interface HorizonRules {
  readonly name: HorizonName
  /** Naive models, the one that MASE divides by first. */
  readonly naive: readonly (keyof typeof NAIVE_MODELS)[]
  /** The plain model above which trees forecast; null for the level itself. */
  readonly base: string | null
  readonly columns: number
  readonly trees: TreesOptions
  /** One outcome moves the share that intervals leave out by this much, 0..1. */
  readonly intervalSpeed: number
  /** Starts of the intervals that are forecast at an instant; none when nothing is issued then. */
  starts(nowMs: number, day: LocalDay, stepMs: number): readonly number[]
  /** Gives what writes the row of each interval. */
  rows(slots: DaySlots, similar: SimilarDays): (startMs: number, values: Float32Array, at: number) => void
}

/** The interval that begins now. Small leaves and many of them: what comes next depends on how the last intervals went. */
const NEXT_INTERVAL: HorizonRules = {
  name: 'next_interval',
  naive: ['last_value', 'yesterday', 'last_week', 'mean_28_days'],
  base: 'last_value',
  columns: NEXT_COLUMNS,
  trees: {
    models: 1,
    trees: 200,
    rate: 0.05,
    leavesMax: 63,
    leafRowsMin: 10,
    shrinkage: 5,
    rowShare: 0.7,
    columnShare: 0.25,
  },
  intervalSpeed: 0.01,
  starts: (nowMs) => [nowMs],
  rows: (slots, similar) => (startMs, values, at) => nextRow(slots, similar, startMs, values, at),
}

/** All intervals of the day that begins now. Large leaves: a day ahead little is known, and trees that learn more learn noise. */
const DAY_AHEAD: HorizonRules = {
  name: 'day_ahead',
  naive: ['last_week', 'yesterday', 'last_value', 'mean_28_days'],
  base: null,
  columns: DAY_COLUMNS,
  trees: {
    models: 3,
    trees: 120,
    rate: 0.03,
    leavesMax: 15,
    leafRowsMin: 200,
    shrinkage: 100,
    rowShare: 0.3,
    columnShare: 0.15,
  },
  intervalSpeed: 0.002,
  starts: (nowMs, day, stepMs) =>
    nowMs === day.startMs
      ? Array.from({ length: (day.endMs - day.startMs) / stepMs }, (_, i) => day.startMs + i * stepMs)
      : [],
  rows: (slots, similar) => {
    const levels = dayLevels(slots, similar)
    return (startMs, values, at) => dayRow(slots, similar, levels, startMs, values, at)
  },
}

/** The rules of each horizon. */
export const HORIZON_RULES: Readonly<Record<HorizonName, HorizonRules>> = {
  next_interval: NEXT_INTERVAL,
  day_ahead: DAY_AHEAD,
}
