import { DAY_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { Refolding, SeriesMax, StaleStretch } from '../plant/past-work.js'
import type { EnginePlant } from '../plant/plant.js'
import { isBehind } from '../plant/unfinished.js'
import { type ChangedRange, type Late, mark } from '../series/late.js'
import { PreparedSums } from '../series/prepared-sums.js'
import type { SeriesState } from '../series/series-state.js'
import { minOf, type Range } from '../time/ranges.js'
import { openedBy } from '../windows/firsts.js'
import { silentUntil } from './pieces.js'

/** A fold over the past takes at most so much of event time at once, so that its memory is bounded by the plant. */
const PAST_CHUNK_MS = 31 * DAY_MS
/** The same where windows of a minute are published. */
const PAST_CHUNK_WITH_MINUTES_MS = DAY_MS / 2

/** After the samples of so many new series others have their turn. */
const SERIES_A_TURN = 16
/** Everything there is of series that are new, and that is little. */
const ALL_TIME: Range = { fromMs: -(2 ** 52), toMs: Infinity }

/** Folds look so far to both sides: from the checkpoint they begin at to the samples that decide how they end. */
const AROUND_MS = 7 * DAY_MS

/** Begins the next stretch of stale points, or of what is held and ripe; null while late samples have to be folded before. */
export async function nextStretch(
  plant: EnginePlant,
  past: PastFold,
  nowMs: number,
  seriesMax: SeriesMax,
): Promise<StaleStretch | null> {
  if (isRipeNext(plant)) return await nextStale(plant, past, plant.held.ripe)
  const isToFold = plant.refolding !== null || plant.stale.size === 0 || isPassNear(plant)
  if (isToFold && !(await refold(plant, past, nowMs, seriesMax))) return null
  return await nextStale(plant, past, plant.stale)
}

/** True when a pass has come behind all late samples and what they have changed: what is held and ripe is computed before the next. */
function isRipeNext(plant: EnginePlant): boolean {
  return plant.refolding === null && plant.stale.size === 0 && plant.held.ripe.size > 0 && !isLateAhead(plant)
}

/** Late samples are still to be folded in the pass that goes on. */
function isLateAhead({ late, foldedMs }: EnginePlant): boolean {
  return [...late.values()].some(({ toMs }) => toMs >= (foldedMs ?? -Infinity))
}

/**
 * True when a pass has just begun and its first samples are not far from what is stale already: folded before that is computed,
 * they need no second computation. Of a first day that comes late, what it opens is stale at once.
 */
function isPassNear({ foldedMs, late, stale }: EnginePlant): boolean {
  if (foldedMs !== -Infinity || late.size === 0) return false
  const firstMs = minOf([...late.values()], ({ fromMs }) => fromMs)
  return [...stale.values()].every(({ fromMs, toMs }) => {
    return fromMs >= firstMs - PAST_CHUNK_MS && toMs <= firstMs + PAST_CHUNK_MS
  })
}

/**
 * Folds the next stretch of the late samples, or so many series of it: the states are right then, the points of what it went
 * through are stale. These may take long: what comes meanwhile has to find its series live, or it would be late itself, and
 * folded again. A pass goes through the past once: began it again for what comes behind it, it would come to no end while
 * somebody sends days in disorder. True when all series of the stretch are folded: until then none of its points is computed.
 */
async function refold(plant: EnginePlant, past: PastFold, nowMs: number, seriesMax: SeriesMax): Promise<boolean> {
  const foldedMs = plant.foldedMs ?? -Infinity
  plant.refolding ??= nextRefolding(plant, foldedMs)
  const { firstMs, untilMs, rest } = plant.refolding
  const due = [...rest].slice(0, Math.max(1, seriesMax('fold')))
  plant.worked = { kind: 'fold', series: due.length }
  const range = { fromMs: firstMs - AROUND_MS, toMs: untilMs + AROUND_MS }
  // Older samples that have come since its first step wait for the next pass, or the fold would reach over all the time between.
  const stretch = { fromMs: firstMs, toMs: untilMs }
  await past.ahead(
    () => due,
    () => range,
    () => refoldEach(plant, past, due, stretch, nowMs),
  )
  for (const series of due) rest.delete(series)
  const isFolded = rest.size === 0
  if (isFolded) {
    plant.foldedMs = untilMs
    plant.refolding = null
  }
  await warmAll(plant, past)
  return isFolded
}

function nextRefolding(plant: EnginePlant, foldedMs: number): Refolding {
  const ahead = [...plant.late.entries()].filter(([, late]) => late.toMs >= foldedMs)
  const firstMs = Math.max(
    foldedMs,
    minOf(ahead, ([, late]) => late.fromMs),
  )
  const untilMs = plant.now.calendar.day(firstMs + PAST_CHUNK_MS).endMs
  const due = ahead.filter(([, late]) => late.fromMs < untilMs)
  return { firstMs, untilMs, rest: new Set(due.map(([series]) => series)) }
}

/** Ends a pass that has come behind all late samples. */
export function endPass(plant: EnginePlant): void {
  if (plant.stale.size + plant.held.ripe.size > 0 || plant.stretch !== null) return
  if (!isLateAhead(plant)) plant.foldedMs = null
}

async function refoldEach(
  plant: EnginePlant,
  past: PastFold,
  due: readonly SeriesState[],
  stretch: Range,
  nowMs: number,
): Promise<void> {
  const heldUntil = plant.heldUntil(nowMs)
  for (const series of due) {
    const late = plant.late.get(series)
    if (late === undefined) continue
    const fromMs = Math.max(late.fromMs, stretch.fromMs)
    const { range, rest } = await past.refold(series, { ...late, fromMs }, stretch.toMs)
    const behind = late.fromMs < fromMs ? { ...late, toMs: Math.min(late.toMs, fromMs - 1) } : null
    plant.late.delete(series)
    if (rest !== null) plant.late.set(series, { ...rest, cause: late.cause })
    if (behind !== null) mark(plant.late, series, behind.fromMs, behind.toMs, behind.position, late.cause)
    // Sums that lie behind all that has changed are what they were.
    if (rest !== null || !series.isLiveBehind(range.toMs)) series.cool()
    const { position, cause } = late
    mark(plant.stale, series, range.fromMs, range.toMs, position, cause)
    if (range.toMs <= series.newestTs) continue
    // The newest sample holds as far as the connection vouches for it.
    series.heldUntilMs = Math.max(series.heldUntilMs, heldUntil.get(series) ?? -Infinity)
    mark(plant.stale, series, range.fromMs, Math.max(range.toMs, series.heldUntilMs), position, cause)
  }
}

/** Takes the next stretch off the stale points, or off what is ripe; at no instant is it neither there nor the plant's stretch. */
async function nextStale(plant: EnginePlant, past: PastFold, from: EnginePlant['stale']): Promise<StaleStretch> {
  const position = minOf([...from.values()], (stale) => stale.position)
  const staleFromMs = minOf([...from.values()], (stale) => stale.fromMs)
  const only = from === plant.held.ripe ? plant.held.ripeKeys : null
  const fromMs = await past.nextCoveredMs(plant.seriesList, staleFromMs)
  const dayEndMs = plant.now.calendar.day(fromMs + chunkMsOf(plant)).endMs
  const untilMs = Math.max(dayEndMs, await silentUntil(plant, past, fromMs))
  const changed = new Map<SeriesState, ChangedRange>()
  const stretch: StaleStretch = { changed, position, only, done: new Set(), rest: null, prepared: new PreparedSums() }
  plant.stretch = stretch
  const marks = new Map(from)
  for (const [series, stale] of marks) {
    const range = { ...stale, fromMs: Math.max(stale.fromMs, fromMs), toMs: Math.min(stale.toMs, untilMs) }
    if (range.fromMs < range.toMs) changed.set(series, range)
    if (stale.toMs <= untilMs) from.delete(series)
    else from.set(series, { ...stale, fromMs: Math.max(stale.fromMs, untilMs) })
  }
  // First samples have opened their windows when they came.
  if (only === null) noteOpenedRanges(plant, changed, marks)
  return stretch
}

/** A stretch goes on to the end of the day so far behind its start: no further than the sums of all series have room for. */
function chunkMsOf({ publishesMinutes, seriesList }: EnginePlant): number {
  const chunkMs = publishesMinutes ? PAST_CHUNK_WITH_MINUTES_MS : PAST_CHUNK_MS
  const all = [...seriesList]
  const hasMinutesOfDays = all.some((series) => series.hasMinutesOfDays)
  const minutes = hasMinutesOfDays ? 'of_days' : publishesMinutes ? 'own' : 'none'
  return Math.max(0, Math.min(chunkMs, (PreparedSums.daysMax(all.length, minutes) - 1) * DAY_MS))
}

/**
 * Adds the time that first samples open to what is computed with them; more than a day of it is marked as stale, so that it
 * is done a stretch at a time.
 */
export function noteOpenedRanges(
  plant: EnginePlant,
  changed: Map<SeriesState, Range>,
  marks: ReadonlyMap<SeriesState, Late>,
): void {
  for (const [series, { fromMs, toMs }] of openedBy(plant, changed)) {
    const own = changed.get(series)!
    if (toMs - fromMs <= DAY_MS) {
      changed.set(series, { ...own, fromMs: Math.min(own.fromMs, fromMs), toMs: Math.max(own.toMs, toMs) })
      continue
    }
    const { position, cause } = marks.get(series) ?? { position: Infinity }
    mark(plant.stale, series, fromMs, toMs, position, cause)
  }
}

/**
 * Marks long silences that new samples end as stale, so that they are computed a stretch at a time: after an outage all meters
 * of a plant send on at once, and each changes all of it. The days in which the new samples lie are computed with them.
 */
export function putOffSilences(plant: EnginePlant, changed: Map<SeriesState, Range>): void {
  for (const [series, range] of changed) {
    const fresh = plant.fresh.get(series)
    // Silence of a device that sends on change says something: it was computed as long as it lasted.
    if (fresh === undefined || series.isEverOnChange || fresh.fromMs - range.fromMs <= DAY_MS) continue
    mark(plant.stale, series, range.fromMs, fresh.fromMs, fresh.position, fresh.cause)
    changed.set(series, { ...range, fromMs: fresh.fromMs })
  }
}

/** Makes every series live that is not, as far as its late samples have been folded. */
async function warmAll(plant: EnginePlant, past: PastFold): Promise<void> {
  const cold = [...plant.seriesList].filter((series) => !series.isWarm && series.isSampled && !plant.late.has(series))
  // Series that stopped long ago are read by themselves.
  const fromMs = -minOf(cold, (series) => -series.liveFromMs) - AROUND_MS
  await past.ahead(
    () => cold,
    () => ({ fromMs, toMs: Infinity }),
    async () => {
      for (const series of cold) await past.warm(series)
    },
  )
}

/** Finds where new samples change sums: those of live series are folded as soon as somebody asks for their sums. */
export async function foldFresh(
  plant: EnginePlant,
  past: PastFold,
  othersTurn: () => Promise<void>,
): Promise<Map<SeriesState, Range>> {
  const changed = new Map<SeriesState, Range>()
  // New series are read together: a thousand devices may be heard of in one cycle.
  await past.ahead(
    () => [...plant.fresh.keys()].filter((series) => !series.isWarm && isRead(plant, series)),
    () => ALL_TIME,
    async () => {
      let seriesList = 0
      for (const [series, fresh] of plant.fresh) {
        if (++seriesList % SERIES_A_TURN === 0) await othersTurn()
        const range = series.isWarm ? series.changing : await freshRange(plant, past, series, fresh)
        if (range !== null) changed.set(series, range)
        plant.unfolded.add(series)
      }
    },
  )
  return changed
}

/** A series is read when new samples come: it has samples, none of them late, and little of a past. */
function isRead(plant: EnginePlant, series: SeriesState): boolean {
  const isLong = series.newestTs - series.oldestTs > PAST_CHUNK_MS
  return series.isSampled && !isLong && !isBehind(plant, series)
}

/** The range whose sums new samples have changed. A cold series that is not new has late samples: these go with them. */
async function freshRange(plant: EnginePlant, past: PastFold, series: SeriesState, fresh: Late): Promise<Range | null> {
  // A series that makes a word clear came before the first word of the machine: it is folded with that.
  if (!series.isSampled) return null
  if (!isRead(plant, series)) {
    mark(plant.late, series, fresh.fromMs, fresh.toMs, fresh.position, fresh.cause)
    return null
  }
  await past.warm(series)
  return { fromMs: series.oldestTs, toMs: series.newestTs + 1 }
}
