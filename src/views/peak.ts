import { demandTargetOf } from '../base/demand-limit.js'
import { HOUR_MS, QUARTER_HOUR_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import { SLIDING_DEMAND, slidingRatio } from '../base/sliding-demand.js'
import type { Target } from '../base/wire.js'
import type { BoundedValue } from '../insight/peak/chance.js'
import { type BlockOutlook, demandOutlook, extraDemandCost } from '../insight/peak/demand-outlook.js'
import type { SlidingKnown } from '../insight/peak/sliding-demand.js'
import { type BlockMinutes, knownMinutes, measuredOf } from './measured-minutes.js'
import type { ForecastItem, ForecastValueItem } from './wire/forecasts.js'
import type { DemandBlockItem, PeakAnswer, PeakReason, WaitingMeterItem } from './wire/peak.js'

/** Hours of a quarter of an hour. */
const QUARTER_H = 0.25
const BLOCK_MINUTES = 15
const METERS_MAX = 8

/** Everything that is read of the demand of a plant. */
export interface DemandParts {
  readonly nowMs: number
  readonly targets: readonly Target[]
  /** Forecasts of the electricity that the plant imports. */
  readonly forecasts: readonly ForecastItem[]
  /** Imported energy of the minutes of the running block, ascending; where demand slides those of fifteen minutes before it too. */
  readonly minutes: readonly KpiPoint[]
  /** The same of each main meter; none where the plant has none that is configured. */
  readonly mains: readonly (readonly KpiPoint[])[]
  /** Newest points of the month: the highest demand, by blocks and sliding, and its cost. */
  readonly months: readonly KpiPoint[]
}

/** Everything that the answer is made of. */
export interface PeakParts extends DemandParts {
  readonly couldWait: PeakAnswer['could_wait']
}

/** The running block of demand and the rest of the day against the limit of the plant. */
export function peakAnswerOf({ couldWait, ...demand }: PeakParts): PeakAnswer {
  const { months } = demand
  const { limitKw, next, day, fromNext, fromDay, measured, sliding, outlook } = plantDemandOutlook(demand)
  // The next hours alone are not the rest of the day.
  const isRestKnown = outlook.later.length > 0 && day?.reason === ''
  const { running, highest, firstOver } = outlook
  const isForecast = highest !== null
  return {
    limit_kw: limitKw,
    chance_reason: limitKw === null ? 'no_limit' : isForecast ? '' : 'no_forecast',
    is_sliding: sliding !== null,
    sliding_ratio: sliding?.ratio ?? null,
    running: {
      start: textOf(outlook.startMs),
      end: textOf(outlook.endMs),
      measured_until: measured === null ? null : textOf(measured.untilMs),
      measured_kwh: measured?.kwh ?? null,
      measured_kw: measured === null ? null : (measured.kwh * HOUR_MS) / (measured.untilMs - outlook.startMs),
      last_15_min_kw: sliding === null ? null : lastMinutesKw(sliding),
      is_over: outlook.isOver,
      expected: running === null ? null : itemOf(running),
      horizon: running === null ? null : fromNext === null ? 'day_ahead' : 'next_interval',
      reason: running === null ? reasonOf(next) : '',
    },
    later: outlook.later.map(itemOf),
    // The last block of a day has none behind it.
    later_reason: isRestKnown || fromDay !== null ? '' : reasonOf(day),
    highest: highest === null ? null : itemOf(highest),
    first_over: firstOver === null ? null : { ...itemOf(firstOver), lead_s: firstOver.leadMs / 1000 },
    month: monthOf(months, highest?.value ?? null),
    could_wait: couldWait,
  }
}

/** The running block of demand and the rest of the day, with what they are made of. */
export function plantDemandOutlook({ nowMs, targets, forecasts, minutes, mains, months }: DemandParts) {
  const limitKw = demandTargetOf(targets)?.max ?? null
  const startMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const next = forecasts.find(({ horizon }) => horizon === 'next_interval')
  const day = forecasts.find(({ horizon }) => horizon === 'day_ahead')
  const [fromNext, fromDay] = [valueAt(next, startMs), valueAt(day, startMs)]
  const measured = measuredOf({ startMs, minutes, mains })
  const hours = forecasts.find(({ horizon }) => horizon === 'next_hours')
  const later = (day?.newest?.values ?? []).flatMap((value) => {
    const startMs = Date.parse(value.start)
    const bounded = valueAt(hours, startMs) ?? boundedOf(value)
    return bounded === null ? [] : [{ startMs, ...bounded }]
  })
  const sliding = slidingOf({ startMs, minutes, mains }, months)
  const outlook = demandOutlook({ nowMs, limitKw, measured, running: fromNext ?? fromDay, later, sliding })
  return { limitKw, next, day, fromNext, fromDay, measured, sliding, outlook }
}

/** Minutes of a plant whose demand slides; null of one that is billed by blocks. Of the minutes to come so much is known as the month has shown. */
function slidingOf(block: BlockMinutes, months: readonly KpiPoint[]): SlidingKnown | null {
  if (!months.some(({ kpi }) => kpi === SLIDING_DEMAND.kpi)) return null
  const before = knownMinutes({ ...block, startMs: block.startMs - QUARTER_HOUR_MS }).slice(0, BLOCK_MINUTES)
  const highestOf = (wanted: string) => months.find(({ kpi }) => kpi === wanted)?.value ?? 0
  const ratio = slidingRatio(highestOf(SLIDING_DEMAND.kpi), highestOf('peak_demand_15'))
  return { before: before.length === BLOCK_MINUTES ? before : null, running: knownMinutes(block), ratio }
}

/** Mean power of the newest fifteen minutes, which may have begun in the block before; null when they are not all known. */
function lastMinutesKw({ before, running }: SlidingKnown): number | null {
  const last = before === null ? [] : [...before, ...running].slice(-BLOCK_MINUTES)
  return last.length < BLOCK_MINUTES ? null : last.reduce((sum, kwh) => sum + kwh, 0) / QUARTER_H
}

/** Points of a meter over the last quarters of an hour. */
export interface MeterQuarters {
  readonly device: string
  readonly line: string
  readonly points: readonly KpiPoint[]
}

/** Meters by their power over the newest quarter of an hour of which nothing is provisional, the largest first. */
export function couldWaitOf(plant: readonly KpiPoint[], meters: readonly MeterQuarters[]): PeakAnswer['could_wait'] {
  const all = [...plant, ...meters.flatMap(({ points }) => points)]
  const starts = [...new Set(all.map(({ start }) => start))].sort().reverse()
  const isFinal = (at: string) => !all.some(({ start, provisional }) => start === at && provisional)
  const quarter = starts.find(isFinal) ?? starts.at(-1)
  const pointOf = (points: readonly KpiPoint[]) => points.find(({ start }) => start === quarter)
  const plantKw = powerOf(pointOf(plant))
  const known = meters.flatMap(({ device, line, points }): readonly (WaitingMeterItem & { end: string })[] => {
    const point = pointOf(points)
    const power_kw = powerOf(point)
    if (point === undefined || power_kw === null) return []
    const share = plantKw === null || plantKw <= 0 ? null : power_kw / plantKw
    return [{ device, line, power_kw, share, end: point.end }]
  })
  return {
    start: known.length === 0 ? null : (quarter ?? null),
    end: known[0]?.end ?? null,
    meters: known
      .filter(({ power_kw }) => power_kw > 0)
      .sort((a, b) => b.power_kw - a.power_kw)
      .slice(0, METERS_MAX)
      .map(({ end, ...meter }) => meter),
  }
}

/** Mean power over the part of a quarter of an hour that is known, kW; null when none of it is, or when it may still change. */
function powerOf(point: KpiPoint | undefined): number | null {
  if (point === undefined || point.provisional || point.value === null || point.coverage <= 0) return null
  return point.value / (QUARTER_H * point.coverage)
}

function valueAt(item: ForecastItem | undefined, startMs: number): BoundedValue | null {
  const value = item?.newest?.values.find(({ start }) => Date.parse(start) === startMs)
  return value === undefined ? null : boundedOf(value)
}

function boundedOf({ value, low_50, high_50, low_90, high_90 }: ForecastValueItem): BoundedValue | null {
  if (value === null || low_50 === null || high_50 === null || low_90 === null || high_90 === null) return null
  return { value, low50: low_50, high50: high_50, low90: low_90, high90: high_90 }
}

/** A forecast that is shown and has nothing for this time is that of a time that is over. */
function reasonOf(item: ForecastItem | undefined): PeakReason {
  return item === undefined ? 'no_forecast' : item.reason === '' ? 'pending' : item.reason
}

function itemOf({ startMs, endMs, value, low50, high50, low90, high90, chance }: BlockOutlook): DemandBlockItem {
  return {
    start: textOf(startMs),
    end: textOf(endMs),
    expected_kw: value,
    low_50_kw: low50,
    high_50_kw: high50,
    low_90_kw: low90,
    high_90_kw: high90,
    chance_over: chance,
  }
}

function monthOf(months: readonly KpiPoint[], expectedKw: number | null): PeakAnswer['month'] {
  const pointOf = (kpi: string) => months.find((point) => point.kpi === kpi)
  const demand = pointOf(SLIDING_DEMAND.kpi) ?? pointOf('peak_demand_15')
  const cost = pointOf('demand_cost')?.value ?? null
  const highestKw = demand?.value ?? null
  return {
    demand_kw: highestKw,
    reason: demand === undefined ? 'no_data' : demand.reason,
    cost,
    extra_cost: expectedKw === null ? null : extraDemandCost({ expectedKw, highestKw, cost }),
  }
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
