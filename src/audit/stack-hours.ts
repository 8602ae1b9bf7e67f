import { HOUR_MS } from '../base/durations.js'
import type { Pollutant } from '../base/options/limits.js'
import type { SubstitutionProfile } from '../base/wire.js'
import { validCapture } from '../kpi/formulas/arithmetic/cems.js'
import {
  type HourCause,
  type StackHour,
  type SubstitutedHour,
  substitutedByHj75,
  substitutedByMrr,
} from '../kpi/formulas/arithmetic/substitution.js'
import { RULES_EDITION, type RulesEdition } from '../kpi/rules-edition.js'
import { Calendar, type TimeRange } from '../kpi/series/calendar.js'
import type { Point } from '../kpi/windows/point.js'
import type { StreamQuery } from '../stores/store.js'
import { type Calibration, outOfControl } from './control.js'
import { periodsOf } from './periods.js'

/** The stack, the pollutant and the span of hours that the table is asked for. */
export interface StackHourTableQuery {
  readonly plant: string
  readonly stack: string
  readonly pollutant: Pollutant
  /** Final hours whose start lies in [fromMs, toMs), and that are over by `endMs`. */
  readonly fromMs: number
  readonly toMs: number
  /** Since when the stack was there: hours from then on are missing though it had no figure yet. When absent: its first one. */
  readonly dueFromMs?: number
  /** Up to where hours are known, or known to be missing: later ones do not count for anything. */
  readonly endMs: number
  readonly limit: number
  readonly profile: SubstitutionProfile
  /** IANA zone of the plant. */
  readonly timezone: string
  /** Edition of the calculation rules; the newest when absent. */
  readonly edition?: RulesEdition
}

/** Sources of the table: final and provisional points of the stack's KPIs, and the checks of its analysers. */
export interface StackHourSources {
  points(query: StreamQuery): Promise<readonly Point[]>
  /** In order of time. */
  calibrations(query: { plant: string; device: string; fromMs: number; toMs: number }): Promise<readonly Calibration[]>
}

/** One hour of the table: what was measured, what counts, and how it was put in where it was not measured. */
export interface AuditedHour extends TimeRange {
  readonly cause: HourCause
  /** Mass that counts, kg: as measured, or substituted; null where neither is. */
  readonly kg: number | null
  /** As the live figures have it, whether it counts or not. */
  readonly measuredKg: number | null
  /** mg/Nm³, as measured and at reference oxygen; null where the hour is not valid. */
  readonly concentration: number | null
  readonly reference: number | null
  /** Above its limit; null where no concentration was measured: an hour whose concentration was put in never is. */
  readonly isAbove: boolean | null
  readonly substitution: SubstitutedHour | null
}

/** Hours of a period by kind, and the share whose concentration was measured, 0..1. */
export interface PeriodCapture extends TimeRange {
  readonly all: number
  readonly stopped: number
  readonly invalid: number
  /** null when the source never ran. */
  readonly capture: number | null
}

export interface StackHours {
  readonly hours: readonly AuditedHour[]
  readonly calibrations: readonly Calibration[]
  readonly captures: readonly PeriodCapture[]
  /** Start of the first hour that the stack ever had a figure of; null when it never had one. */
  readonly firstMs: number | null
}

/** So far before a quarter lie the 2160 measured hours that may be looked back on, at a source that runs half the time. */
const LOOK_BACK_MS = 2 * 2160 * HOUR_MS

/**
 * The hourly table of a stack and pollutant, with what is missing put in for the emission mass alone. Substitution
 * belongs to reports: no live figure sees it, an hour without a measured concentration is never above a limit, and each one
 * says how it was made. HJ 75 goes by the share of the quarter's running hours that have a mass of their own; the EU's rule is
 * applied to the mass of the year, as flow may be missing with the concentration (a project decision). Capture is hours less stopped and invalid ones, over hours less stopped ones,
 * and nobody said that the source stood still before its first figure: these hours are invalid since the stack was there
 * (`dueFromMs`), and no measured hour lies before them that could be put in. Without that they are not in the table.
 * An hour of valid concentrations is measured whether its flow is known or not, and its mass is put in where it lacks that; before
 * edition 3 of the rules it was invalid.
 * Source: KPI specification §2.4.4, §2.4.5 and §2.4.6.
 */
export async function stackHours(sources: StackHourSources, query: StackHourTableQuery): Promise<StackHours> {
  const first = await firstHourMs(sources, query)
  const sinceMs = Math.min(first ?? Infinity, query.dueFromMs ?? Infinity)
  const fromMs = Math.max(query.fromMs, sinceMs)
  const toMs = Math.min(query.toMs, query.endMs, fromMs + (query.limit + 1) * HOUR_MS)
  if (first === null || fromMs >= toMs) return { hours: [], calibrations: [], captures: [], firstMs: first }
  const periods = periodsOf(query.profile === 'hj75' ? 'quarter' : 'year', query.timezone, fromMs, toMs)
  const reachMs = query.profile === 'hj75' ? LOOK_BACK_MS : 0
  const known = {
    startMs: Math.max(sinceMs, periods[0]!.startMs - reachMs),
    endMs: Math.min(query.endMs, periods.at(-1)!.endMs),
  }
  const analyser = [`${query.pollutant}_mgm3`, `${query.pollutant}_ref_mgm3`, query.pollutant]
  const told = await sources.calibrations({ plant: query.plant, device: query.stack, fromMs: first, toMs: known.endMs })
  const calibrations = told.filter(({ metric }) => analyser.includes(metric))
  const measured = await measuredHours(sources, query, known, outOfControl(calibrations))
  const captures = periods.map((period) => captureOf(period, measured))
  const substituted = substitutions(query.profile, measured, captures, calibrations)
  const hours = measured
    .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
    .slice(0, query.limit)
    .map((hour) => withSubstitution(hour, substituted.get(hour.startMs) ?? null))
  const isInside = ({ ts }: Calibration) => ts >= fromMs && ts < (hours.at(-1)?.endMs ?? fromMs)
  return { hours, calibrations: calibrations.filter(isInside), captures, firstMs: first }
}

type MeasuredHour = Omit<AuditedHour, 'kg' | 'substitution'>

/** The KPIs of a pollutant that the table is made of. */
const KPIS = ['valid_capture', 'pollutant_mean', 'pollutant_ref_mean', 'pollutant_mass', 'exceed_hours'] as const

async function firstHourMs(sources: StackHourSources, query: StackHourTableQuery): Promise<number | null> {
  const range = { fromMs: Date.UTC(2000, 0, 1), toMs: query.endMs, limit: 1 }
  return (await sources.points(streamOf(query, 'valid_capture', range)))[0]?.startMs ?? null
}

function streamOf(
  { plant, stack, pollutant }: StackHourTableQuery,
  kpi: (typeof KPIS)[number],
  range: Pick<StreamQuery, 'fromMs' | 'toMs' | 'limit'>,
): StreamQuery {
  return { plant, scope: 'device', id: stack, kpi: `${kpi}_${pollutant}`, window: '1h', ...range }
}

async function measuredHours(
  sources: StackHourSources,
  query: StackHourTableQuery,
  known: TimeRange,
  doubtful: readonly TimeRange[],
): Promise<MeasuredHour[]> {
  const range = {
    fromMs: known.startMs,
    toMs: known.endMs,
    limit: Math.ceil((known.endMs - known.startMs) / HOUR_MS) + 1,
  }
  const series = await Promise.all(KPIS.map((kpi) => sources.points(streamOf(query, kpi, range))))
  const [captures, means, references, masses, above] = series.map(
    (points) => new Map(points.map((point) => [point.startMs, point])),
  )
  const hours: MeasuredHour[] = []
  // An hour that may still change without late data is not missing yet.
  const endMs = series[0]!.find(({ provisional }) => provisional)?.startMs ?? known.endMs
  for (const span of new Calendar(query.timezone).spans('1h', known.startMs, endMs)) {
    if (span.startMs < known.startMs || span.endMs > endMs) continue
    const capture = captures!.get(span.startMs)
    const mass = masses!.get(span.startMs)
    const isDoubtful = doubtful.some(({ startMs, endMs }) => span.startMs >= startMs && span.startMs < endMs)
    const cause = causeOf(capture, mass, isDoubtful, query.edition)
    const isValid = capture?.value === 100
    const count = above!.get(span.startMs)?.value ?? null
    hours.push({
      ...span,
      cause,
      measuredKg: mass?.value ?? null,
      concentration: isValid ? (means!.get(span.startMs)?.value ?? null) : null,
      reference: isValid ? (references!.get(span.startMs)?.value ?? null) : null,
      isAbove: cause === 'measured' && count !== null ? count > 0 : null,
    })
  }
  return hours
}

/** An hour without a figure lies in a long silence: nothing arrived, and nobody said that the source stood still. */
function causeOf(
  capture: Point | undefined,
  mass: Point | undefined,
  isDoubtful: boolean,
  edition = RULES_EDITION,
): HourCause {
  if (capture?.reason === 'no_denominator') return 'stopped'
  if (capture?.value !== 100) return 'invalid'
  if (isDoubtful) return 'out_of_control'
  return edition < 3 && (mass?.value ?? null) === null ? 'invalid' : 'measured'
}

function captureOf(period: TimeRange, hours: readonly MeasuredHour[]): PeriodCapture {
  const inside = hours.filter(({ startMs }) => startMs >= period.startMs && startMs < period.endMs)
  const stopped = inside.filter(({ cause }) => cause === 'stopped').length
  const invalid = inside.filter(({ cause }) => cause === 'invalid' || cause === 'out_of_control').length
  const counts = { all: inside.length, stopped, invalid }
  return { ...period, ...counts, capture: validCapture(counts).value }
}

/**
 * Share of the running hours that have a measured mass, 0..1; null when the source never ran. The substitution of masses goes by
 * it; before edition 3 of the rules it is the capture.
 */
export function massCapture(hours: readonly Pick<AuditedHour, 'cause' | 'measuredKg'>[]): number | null {
  const stopped = hours.filter(({ cause }) => cause === 'stopped').length
  const weighed = hours.filter(({ cause, measuredKg }) => cause === 'measured' && measuredKg !== null).length
  return validCapture({ all: hours.length, stopped, invalid: hours.length - stopped - weighed }).value
}

function substitutions(
  profile: SubstitutionProfile,
  measured: readonly MeasuredHour[],
  captures: readonly PeriodCapture[],
  calibrations: readonly Calibration[],
): ReadonlyMap<number, SubstitutedHour> {
  const hours = measured.map(({ startMs, cause, measuredKg }): StackHour => {
    return { startMs, cause, value: cause === 'measured' ? measuredKg : null }
  })
  const good = calibrations.filter(({ passed }) => passed).map(({ ts }) => ts)
  const made = new Map<number, SubstitutedHour>()
  for (const { startMs, endMs } of captures) {
    const isInside = (hour: { startMs: number }) => hour.startMs >= startMs && hour.startMs < endMs
    const ofPeriod =
      profile === 'hj75'
        ? substitutedByHj75(hours, massCapture(measured.filter(isInside)) ?? 0, good)
        : substitutedByMrr(hours.filter(isInside))
    for (const hour of ofPeriod) if (isInside(hour)) made.set(hour.startMs, hour)
  }
  return made
}

function withSubstitution(hour: MeasuredHour, substitution: SubstitutedHour | null): AuditedHour {
  return { ...hour, kg: substitution === null ? hour.measuredKg : substitution.value, substitution }
}
