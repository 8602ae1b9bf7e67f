import { HOUR_MS } from '../base/durations.js'
import type { HorizonName } from '../base/forecast.js'
import { DAY_COLUMNS, dayLevels, dayRow } from './features/day-row.js'
import { HOURS_COLUMNS, hoursRows } from './features/hours-row.js'
import { NEXT_COLUMNS, nextRow } from './features/next-row.js'
import type { DaySlots, SimilarDays } from './features/similar-days.js'
import type { ForecastTarget, NAIVE_MODELS } from './models/plain.js'
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
  /** Gives what writes the row of each interval that is forecast at an instant. */
  rows(slots: DaySlots, today: SimilarDays, nowMs: number): (target: ForecastTarget, values: Float32Array) => void
  /** A model file is among its models: such a file forecasts one interval, or a day. */
  readonly asksModelFile: boolean
  /** The next forecast takes the place of one so long after its start; null when it stands to its end. */
  readonly replacedAfterMs: number | null
  /** Groups of intervals that have bounds of their own, the nearest first: one that is far ahead errs more. */
  readonly parts: number
  /** Group of the interval at a place of `starts`. */
  partOf(place: number, stepMs: number): number
  /** True when the interval at a place of `starts` is judged and learnt from. */
  isSampled(place: number, nowMs: number, day: LocalDay): boolean
}

/** Rules of a horizon whose intervals are all judged and share their bounds. */
const ALL_ALIKE = { asksModelFile: true, replacedAfterMs: null, parts: 1, partOf: () => 0, isSampled: () => true }

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
  rows:
    (slots) =>
    ({ similar, startMs }, values) =>
      nextRow(slots, similar, startMs, values, 0),
  ...ALL_ALIKE,
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
  rows: (slots, today) => {
    const levels = dayLevels(slots, today)
    return ({ similar, startMs }, values) => dayRow(slots, similar, levels, startMs, values, 0)
  },
  ...ALL_ALIKE,
}

/** Hours ahead that are forecast at each full hour. */
const HOURS_AHEAD = 8
/** Intervals of so many hours have bounds of their own. */
const PART_HOURS = 2
/** One of so many intervals is judged and learnt from, another one each hour: neighbours err alike, and rows of all would take eight times the memory. */
const SAMPLE = 8

/** The intervals of the next hours: what has happened today moves what days like it were. */
const NEXT_HOURS: HorizonRules = {
  name: 'next_hours',
  naive: ['last_week', 'yesterday', 'last_value', 'mean_28_days'],
  base: 'day_profile',
  columns: HOURS_COLUMNS,
  trees: {
    models: 1,
    trees: 150,
    rate: 0.05,
    leavesMax: 31,
    leafRowsMin: 50,
    shrinkage: 20,
    rowShare: 0.5,
    columnShare: 0.25,
  },
  intervalSpeed: 0.005,
  starts: (nowMs, day, stepMs) =>
    (nowMs - day.startMs) % HOUR_MS === 0
      ? Array.from({ length: Math.max(1, (HOURS_AHEAD * HOUR_MS) / stepMs) }, (_, i) => nowMs + i * stepMs)
      : [],
  rows: (slots, today, nowMs) => hoursRows(slots, today, nowMs),
  asksModelFile: false,
  replacedAfterMs: HOUR_MS,
  parts: HOURS_AHEAD / PART_HOURS,
  partOf: (place, stepMs) =>
    Math.min(HOURS_AHEAD / PART_HOURS - 1, Math.floor((place * stepMs) / (PART_HOURS * HOUR_MS))),
  // The day moves it too: an hour of the day would meet the same intervals for ever otherwise.
  isSampled: (place, nowMs, day) =>
    place % SAMPLE === (Math.floor((nowMs - day.startMs) / HOUR_MS) + day.number) % SAMPLE,
}

/** The rules of each horizon. */
export const HORIZON_RULES: Readonly<Record<HorizonName, HorizonRules>> = {
  next_interval: NEXT_INTERVAL,
  day_ahead: DAY_AHEAD,
  next_hours: NEXT_HOURS,
}
