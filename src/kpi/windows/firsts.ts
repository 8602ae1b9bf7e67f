import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { CalendarWindow } from '../series/calendar.js'
import type { SeriesState } from '../series/series-state.js'
import { type PlantVersion, versionsEndingAfter } from '../settings/version.js'
import { minOf, type Range } from '../time/ranges.js'
import type { KpiMember } from './kpi-member.js'
import { onlyBesideOf } from './published-by.js'
import type { SubjectKpi } from './subject-kpi.js'
import type { KpiSubject } from './subjects.js'

/** Event time of the first sample of a series, epoch ms; Infinity before there is one. */
type FirstOf = (series: SeriesState) => number

/** The part of a plant that says which KPIs it has. */
interface Units {
  readonly versions: readonly PlantVersion[]
  subjectsOf(version: PlantVersion): readonly KpiSubject[]
  /** Up to where its readings are complete, epoch ms. */
  readonly watermarkMs: number
}

/**
 * First sample of the KPI; not before the first of each metric it needs, and of those of which it needs any one, unless
 * it is configured and silent. No window that ends before it has a point. Epoch ms.
 */
export function firstMs(
  subjectKpi: SubjectKpi,
  version: PlantVersion,
  firstOf: FirstOf = ({ firstTs }) => firstTs,
): number {
  const { kpi, members, seriesList } = subjectKpi
  const onlyBeside = onlyBesideOf(subjectKpi, version)
  let ms = oldestOf(seriesList, (series) => {
    const beside = onlyBeside.get(series)
    if (beside === undefined) return firstOf(series)
    return Math.max(
      firstOf(series),
      oldestOf(beside, (one) => one.sinceMs(version, firstOf(one))),
    )
  })
  for (const term of kpi.needs) ms = Math.max(ms, firstOfTerm(members.get(term) ?? [], version, firstOf))
  if (kpi.needsAny.length === 0) return ms
  let anyMs = Infinity
  for (const term of kpi.needsAny) anyMs = Math.min(anyMs, firstOfTerm(members.get(term) ?? [], version, firstOf))
  return Math.max(ms, anyMs)
}

/**
 * Finds where the first samples among what has changed have opened windows, by series: a KPI has points from the first sample of
 * all that it needs on, and whoever is a member without a sample of its own, or says who else is one, is so from its first
 * sample on. One that comes late so changes windows that only others reach. Each is told once.
 */
export function openedBy(plant: Units, changed: ReadonlyMap<SeriesState, Range>): ReadonlyMap<SeriesState, Range> {
  const opened = new Map<SeriesState, Range>()
  const earlier = new Set([...changed.keys()].filter(({ firstTs, knownFirstTs }) => firstTs < knownFirstTs))
  if (earlier.size === 0) return opened
  const sinceMs = minOf([...earlier], ({ firstTs }) => firstTs)
  for (const version of versionsEndingAfter(plant.versions, sinceMs)) {
    for (const subject of plant.subjectsOf(version)) {
      const series = subject.readSeries.find((one) => earlier.has(one))
      if (series === undefined) continue
      const range = withoutChanged(openedOf(plant, subject, version, earlier), subject, changed)
      if (range === null) continue
      const before = opened.get(series)
      opened.set(series, {
        fromMs: Math.min(range.fromMs, before?.fromMs ?? Infinity),
        toMs: Math.max(range.toMs, before?.toMs ?? -Infinity),
      })
    }
  }
  for (const series of earlier) series.knownFirstTs = series.firstTs
  return opened
}

/** Range in which windows of a subject say something else since the first samples of some series are known; it may be empty. */
function openedOf(
  { watermarkMs }: Units,
  subject: KpiSubject,
  version: PlantVersion,
  earlier: ReadonlySet<SeriesState>,
): Range {
  const newestMs = subject.seriesList.reduce((ms, { newestTs, heldUntilMs }) => Math.max(ms, newestTs, heldUntilMs), 0)
  // The newest samples may hold for as long as a silence of a day.
  const lastMs = Math.max(newestMs, Math.min(watermarkMs, newestMs + DAY_MS)) + 1
  let [fromMs, toMs] = [Infinity, -Infinity]
  const add = (sinceMs: number, knownMs: number) => {
    if (sinceMs >= Math.min(knownMs, lastMs)) return
    fromMs = Math.min(fromMs, sinceMs)
    toMs = Math.max(toMs, Math.min(knownMs, lastMs))
  }
  for (const kpi of subject.kpis) {
    if (kpi.seriesList.length === 1 || !kpi.seriesList.some((series) => earlier.has(series))) continue
    add(
      firstMs(kpi, version),
      firstMs(kpi, version, ({ knownFirstTs }) => knownFirstTs),
    )
  }
  const choosing = choosingIn(subject, version)
  for (const series of subject.readSeries) {
    if (!earlier.has(series) || (!series.in(version).isConfigured && !choosing.has(series))) continue
    add(subject.sinceMs(series), subject.sinceMs(series, series.knownFirstTs))
  }
  return { fromMs, toMs }
}

/** A range without what is computed of a subject anyhow; null when nothing is left of it. */
function withoutChanged(
  { fromMs, toMs }: Range,
  { readSeries }: KpiSubject,
  changed: ReadonlyMap<SeriesState, Range>,
): Range | null {
  if (toMs <= fromMs) return null
  const ranges = readSeries.flatMap((series) => changed.get(series) ?? []).sort((a, b) => a.fromMs - b.fromMs)
  for (const range of ranges) if (range.fromMs <= fromMs) fromMs = Math.max(fromMs, range.toMs)
  for (const range of ranges.reverse()) if (range.toMs >= toMs) toMs = Math.min(toMs, range.fromMs)
  return toMs <= fromMs ? null : { fromMs, toMs }
}

/** Windows that are only published where a member sends so often, ms. */
const FINE = [
  ['1m', MINUTE_MS],
  ['15m', QUARTER_HOUR_MS],
] as const

const CHOOSING = new WeakMap<KpiSubject, ReadonlySet<SeriesState>>()

/** The series of a subject that say from their first sample on who else is a member, or which windows are published. */
function choosingIn(subject: KpiSubject, version: PlantVersion): ReadonlySet<SeriesState> {
  const known = CHOOSING.get(subject)
  if (known !== undefined) return known
  const choosing = new Set<SeriesState>()
  for (const { kpi, members, seriesList } of subject.kpis) {
    for (const [, of] of members) for (const { beside } of of) for (const one of beside ?? []) choosing.add(one)
    for (const series of publishersOf(kpi.windows, seriesList, version)) choosing.add(series)
  }
  CHOOSING.set(subject, choosing)
  return choosing
}

/** The series that send so often that a window is published which others do without. */
function* publishersOf(
  windows: readonly CalendarWindow[],
  seriesList: readonly SeriesState[],
  version: PlantVersion,
): Generator<SeriesState> {
  const periodMs = (series: SeriesState) => series.in(version).times.periodMs
  const longestMs = seriesList.reduce((ms, series) => Math.max(ms, periodMs(series)), 0)
  for (const [window, ms] of FINE) {
    if (longestMs <= ms || !windows.includes(window)) continue
    for (const series of seriesList) if (periodMs(series) <= ms) yield series
  }
}

/** True when devices say from their first sample on, for all time, what figures of others are made of, or which windows these have. */
export function choosesForOthers(subject: KpiSubject, version: PlantVersion, devices: ReadonlySet<string>): boolean {
  const isOwn = ({ device }: SeriesState) => devices.has(device)
  if (![...choosingIn(subject, version)].some(isOwn)) return false
  return subject.kpis.some(({ kpi, members, seriesList }) => {
    if ([...publishersOf(kpi.windows, seriesList, version)].some(isOwn) && !seriesList.every(isOwn)) return true
    return [...members].some(([, of]) =>
      of.some(({ series, beside }) => !isOwn(series) && beside?.some(isOwn) === true),
    )
  })
}

/** The first sample of a term; -Infinity where it is configured, sent or not. */
function firstOfTerm(members: readonly KpiMember[], version: PlantVersion, firstOf: FirstOf): number {
  const isExpected = (series: SeriesState) => series.in(version).expectedFromMs < Infinity
  for (const { series, beside } of members) {
    if (isExpected(series) && (beside?.some(isExpected) ?? true)) return -Infinity
  }
  return members.reduce((first, { series, beside }) => {
    return Math.min(first, Math.max(firstOf(series), beside === undefined ? -Infinity : oldestOf(beside, firstOf)))
  }, Infinity)
}

function oldestOf(seriesList: readonly SeriesState[], firstOf: FirstOf): number {
  let ts = Infinity
  for (const series of seriesList) ts = Math.min(ts, firstOf(series))
  return ts
}
