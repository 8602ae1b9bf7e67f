import { DAY_MS } from '../../base/durations.js'
import { type CountedEvent, type EventFields, eventSeries, isCorrectable, isCountedEvent } from '../../base/events.js'
import { METRICS } from '../../base/metrics.js'
import { LOOK_BACK_MS } from '../events/check-attempts.js'
import type { PlantEvent, PlantEvents } from '../events/plant-events.js'
import type { KpiEvent } from '../formulas/recipe.js'
import type { Touched } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import { isApproved } from '../settings/approval.js'
import type { Analysis } from '../settings/laboratory.js'
import { FUEL_METERS } from '../settings/sources.js'
import { type PlantVersion, versionAt } from '../settings/version.js'
import { PlantDays } from '../time/plant-days.js'
import type { Range } from '../time/ranges.js'

/** Parts of a plant that are looked at to find what an event changes. */
export interface TouchedDeps {
  readonly plantEvents: PlantEvents
  readonly versions: readonly PlantVersion[]
  /** Series of the device that it happened at. */
  readonly ofDevice: readonly SeriesState[]
  readonly all: Iterable<SeriesState>
  seriesOfEvents(type: CountedEvent): SeriesState
}

const SERIAL = eventSeries('serial_result')

/** Notes something that happened at a device; returns the series whose sums that changes, and where. */
export function touchedBy(event: PlantEvent, deps: TouchedDeps): readonly Touched[] {
  const { device, type, ts, id, fields } = event
  const { plantEvents, ofDevice } = deps
  switch (type) {
    case 'meter_replaced': {
      const { metric = null } = fields as EventFields<'meter_replaced'>
      if (metric === null) plantEvents.restartAll(device, ts)
      else if (!isRegister(metric)) return []
      const restarted = (
        metric === null ? ofDevice.map((series) => series.metric).filter(isRegister) : [metric]
      ).filter((one) => plantEvents.restart(device, one, ts))
      return ofDevice.flatMap((series) => (restarted.includes(series.metric) ? { series, fromMs: ts, toMs: ts } : []))
    }
    case 'order': {
      const toMs = plantEvents.ran(device, ts, fields as EventFields<'order'>)
      const rated = ofDevice.filter((series) => series.now.rules.idealMsAt !== null && series.newestTs >= ts)
      return rated.map((series) => ({ series, fromMs: ts, toMs: Math.min(toMs, series.newestTs) }))
    }
    case 'correction': {
      const { metric, at, before, after } = fields as EventFields<'correction'>
      const fromMs = Date.parse(at)
      if (!isCorrectable(metric) || !isTaken(event, deps)) return []
      const counts = plantEvents.correctionsOf(device, metric).add({ at: fromMs, before, after, ts, id })
      if (!counts) return []
      return ofDevice.flatMap((series) => (series.metric === metric ? { series, fromMs, toMs: fromMs } : []))
    }
    case 'fuel_quality': {
      if (!isTaken(event, deps)) return []
      const analysis: Analysis = { device, id, ts, fields: fields as EventFields<'fuel_quality'> }
      plantEvents.laboratory.add(analysis)
      return burntUnder(analysis, deps)
    }
    case 'withdrawn': {
      if (!isTaken(event, deps)) return []
      const { of, at } = fields as EventFields<'withdrawn'>
      if (!plantEvents.withdrew(device, of)) return []
      const analysis = plantEvents.laboratory.withdraw(device, of)
      if (analysis !== undefined) return burntUnder(analysis, deps)
      const fromMs = Date.parse(at)
      const own = ofDevice.flatMap((series) => (series.isEvent ? { series, fromMs, toMs: fromMs } : []))
      if (!own.some(({ series }) => series.metric === SERIAL)) return own
      // The archive tells which part it was: it is read again, and what is checked later may be the first attempt now.
      plantEvents.attempts.forget()
      return [...own, ...checkedAfter(fromMs, deps)]
    }
    default: {
      if (!isCountedEvent(type)) return []
      const series = deps.seriesOfEvents(type)
      series.sampled(ts)
      const counted = { device, type, ts, id, fields }
      plantEvents.recent.add(counted)
      const here = { series, fromMs: ts, toMs: ts }
      return type === 'serial_result' ? [here, ...repeatsAfter(counted, deps)] : [here]
    }
  }
}

/**
 * Notes that a part was checked; returns where it was checked next, for that is no first attempt any more when this was
 * late. Where nobody knows the later results any more, that is wherever parts were checked in the time that matters.
 */
function repeatsAfter(result: KpiEvent, deps: TouchedDeps): readonly Touched[] {
  const { attempts } = deps.plantEvents
  if (deps.plantEvents.isWithdrawn(result.device, result.id)) return []
  const isKnown = result.ts >= attempts.fromMs
  attempts.add(result)
  if (!isKnown) return checkedAfter(result.ts, deps)
  const nextMs = attempts.nextMs(result)
  return nextMs === null ? [] : checkedAfter(nextMs, deps, nextMs)
}

/** Series of parts that were checked, from an instant on and up to another; as long as it can make a difference when absent. */
function checkedAfter(fromMs: number, { all }: TouchedDeps, toMs = fromMs + LOOK_BACK_MS): readonly Touched[] {
  return [...all].flatMap((series) => {
    const isThere = series.metric === SERIAL && series.isSampled && series.newestTs > fromMs - 1
    return isThere ? { series, fromMs, toMs: Math.min(toMs, series.newestTs), isAgain: true as const } : []
  })
}

/** True when a statement counts: only with a second pair of eyes, where the plant asks for that. Which rule holds goes by its arrival. */
function isTaken({ receivedAt, fields }: PlantEvent, { versions }: TouchedDeps): boolean {
  return versionAt(versions, receivedAt).options?.four_eyes !== true || isApproved(fields)
}

/** The days of an analysis, and a day on both sides for the zones a plant has had. */
export function rangeOfAnalysis({ fields }: Analysis, versions: readonly PlantVersion[]): Range {
  const days = new PlantDays(versions.at(-1)?.options?.timezone ?? 'UTC')
  return { fromMs: days.startMs(fields.valid_from) - DAY_MS, toMs: days.endMs(fields.valid_to) + DAY_MS }
}

/** Stretches of what is computed from fuels in the days of an analysis. */
function burntUnder(analysis: Analysis, { versions, all }: TouchedDeps): Touched[] {
  const { fromMs, toMs } = rangeOfAnalysis(analysis, versions)
  const reported = eventSeries('fuel_used')
  const registers: ReadonlySet<string> = new Set(FUEL_METERS.map(({ metric }) => metric))
  return [...all]
    .filter(({ metric, newestTs }) => (metric === reported || registers.has(metric)) && newestTs >= fromMs)
    .map((series) => ({ series, fromMs, toMs: Math.min(toMs, series.newestTs) }))
}

function isRegister(metric: string): boolean {
  const kind = METRICS.get(metric)?.kind
  return kind === 'counter' || kind === 'pieces'
}
