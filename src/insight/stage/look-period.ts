import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { FigurePeriod, ReadHistory } from '../anomalies/plant-figures.js'
import { LocalDays } from '../series/local-days.js'
import type { ForecastPlan } from './chain.js'

/** Months before the running one that a look begins with. */
const MONTHS_BACK = 4
/** Figures of a day are final so long after it, unless a device was silent. */
const SETTLED_MS = HOUR_MS

/**
 * Whole days that a look goes through: from the first of a month on, so that the looks of a month see the same days and find the same,
 * up to the last day that is over.
 */
export function lookPeriod(timezone: string, nowMs: number): FigurePeriod {
  const settled = Temporal.Instant.fromEpochMilliseconds(nowMs - SETTLED_MS)
  const end = settled.toZonedDateTimeISO(timezone).toPlainDate()
  const start = end.with({ day: 1 }).subtract({ months: MONTHS_BACK })
  const ms = (day: Temporal.PlainDate) => day.toZonedDateTime(timezone).epochMilliseconds
  return { fromMs: ms(start), toMs: ms(end) }
}

/** The same history from its first whole day with a figure on: what is learnt from are its first days, and none without figures. */
export function fromFirstKnown(history: ReadHistory, plan: ForecastPlan): ReadHistory {
  const { meters, machines, startMs, stepMs, intervals } = history
  const known = [...meters.map(({ values }) => values), ...machines.map(({ cycles }) => cycles)]
  const firsts = known.map((values) => values.findIndex((one) => !Number.isNaN(one))).filter((i) => i !== -1)
  const first = Math.min(intervals, ...firsts)
  const day = new LocalDays(plan).dayAt(startMs + first * stepMs)
  const skipped = Math.round((day.startMs - startMs) / stepMs)
  const isWhole = first <= skipped + HOUR_MS / stepMs
  const from = Math.min(intervals, Math.max(0, isWhole ? skipped : Math.round((day.endMs - startMs) / stepMs)))
  // Machines without a time of their own share one array of unknown values.
  const cut = new Map<Float64Array, Float64Array>()
  const rest = (values: Float64Array) => {
    const known = cut.get(values) ?? values.slice(from)
    cut.set(values, known)
    return known
  }
  return {
    ...history,
    startMs: startMs + from * stepMs,
    intervals: intervals - from,
    meters: meters.map((meter) => ({ ...meter, values: rest(meter.values) })),
    machines: machines.map(({ cycles, executeS, standardS, ...of }) => {
      return { ...of, cycles: rest(cycles), executeS: rest(executeS), standardS: rest(standardS) }
    }),
  }
}

/** End of the newest figure of each device that has one, epoch ms. */
export function lastKnownMs({ meters, machines, startMs, stepMs }: ReadHistory): ReadonlyMap<string, number> {
  const ends = new Map<string, number>()
  const take = (device: string, values: Float64Array) => {
    const last = values.findLastIndex((one) => !Number.isNaN(one))
    if (last !== -1) ends.set(device, Math.max(ends.get(device) ?? 0, startMs + (last + 1) * stepMs))
  }
  for (const { device, values } of meters) take(device, values)
  for (const { device, cycles } of machines) take(device, cycles)
  return ends
}

/** Days of the figures of the series that is known best. */
export function daysKnown({ meters, machines, stepMs }: ReadHistory): number {
  const known = [...meters.map(({ values }) => values), ...machines.map(({ cycles }) => cycles)]
  const counts = known.map((values) => values.reduce((count, one) => (Number.isNaN(one) ? count : count + 1), 0))
  return (Math.max(0, ...counts) * stepMs) / DAY_MS
}
