import { DAY_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { type Late, mark } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import { minOf, type Range } from '../time/ranges.js'
import { openedBy } from '../windows/firsts.js'
import type { ChangedRange } from './recompute-schedule.js'

/** A walk over the past takes at most so much of event time at once, so that its memory is bounded by the plant. */
const PAST_CHUNK_MS = 31 * DAY_MS
/** The same where windows of a minute are published. */
const PAST_CHUNK_WITH_MINUTES_MS = DAY_MS / 2

/** Walks look so far to both sides: from the checkpoint they begin at to the samples that decide how they end. */
const AROUND_MS = 7 * DAY_MS

/**
 * Walks the next stretch of the late samples: the states are right then, the points of what it went through are stale. These may
 * take long: what comes meanwhile has to find its series hot, or it would be late itself, and walked again. A pass goes through
 * the past once: began it again for what comes behind it, it would come to no end while somebody sends days in disorder.
 */
export async function refold(plant: EnginePlant, past: PastFold, nowMs: number): Promise<void> {
  const walkedMs = plant.walkedMs ?? -Infinity
  const ahead = [...plant.late.entries()].filter(([, late]) => late.toMs >= walkedMs)
  const firstMs = Math.max(
    walkedMs,
    minOf(ahead, ([, late]) => late.fromMs),
  )
  const untilMs = plant.now.calendar.day(firstMs + PAST_CHUNK_MS).endMs
  const due = ahead.filter(([, late]) => late.fromMs < untilMs)
  const range = { fromMs: firstMs - AROUND_MS, toMs: untilMs + AROUND_MS }
  const tracks = () => due.map(([track]) => track)
  await past.ahead(tracks, range, () => rewalkEach(plant, past, due, { fromMs: walkedMs, toMs: untilMs }, nowMs))
  plant.walkedMs = untilMs
  await warmAll(plant, past)
}

/** Ends a pass that has come behind all late samples. */
export function endPass(plant: EnginePlant): void {
  const { walkedMs } = plant
  if (walkedMs === null || plant.stale.size > 0) return
  if (![...plant.late.values()].some(({ toMs }) => toMs >= walkedMs)) plant.walkedMs = null
}

async function rewalkEach(
  plant: EnginePlant,
  past: PastFold,
  due: readonly (readonly [SeriesState, Late])[],
  stretch: Range,
  nowMs: number,
): Promise<void> {
  const vouched = plant.vouched(nowMs)
  for (const [track, late] of due) {
    const fromMs = Math.max(late.fromMs, stretch.fromMs)
    const { range, rest } = await past.rewalk(track, { ...late, fromMs }, stretch.toMs)
    const behind = late.fromMs < fromMs ? { ...late, toMs: Math.min(late.toMs, fromMs - 1) } : null
    plant.late.delete(track)
    for (const { fromMs, toMs, position } of [behind, rest].filter((some) => some !== null)) {
      mark(plant.late, track, fromMs, toMs, position, late.cause)
    }
    // Sums that lie behind all that has changed are what they were.
    if (rest !== null || !track.isHotBehind(range.toMs)) track.cool()
    const stale = { ...range, position: late.position, cause: late.cause }
    if (range.toMs <= track.newestTs) {
      plant.stale.set(track, stale)
      continue
    }
    // The newest sample holds as far as the connection vouches for it.
    track.vouchedMs = Math.max(track.vouchedMs, vouched.get(track) ?? -Infinity)
    plant.stale.set(track, { ...stale, toMs: Math.max(range.toMs, track.vouchedMs) })
  }
}

/** Takes the next stretch of the stale points: where the sums of which tracks have changed, and why. */
export async function nextStale(plant: EnginePlant, past: PastFold): Promise<ReadonlyMap<SeriesState, ChangedRange>> {
  const staleFromMs = minOf([...plant.stale.values()], (stale) => stale.fromMs)
  const fromMs = await past.nextCoveredMs(plant.tracks, staleFromMs)
  const chunkMs = plant.publishesMinutes ? PAST_CHUNK_WITH_MINUTES_MS : PAST_CHUNK_MS
  const untilMs = plant.now.calendar.day(fromMs + chunkMs).endMs
  const changed = new Map<SeriesState, ChangedRange>()
  const marks = new Map(plant.stale)
  for (const [track, stale] of [...plant.stale]) {
    const range = { ...stale, fromMs: Math.max(stale.fromMs, fromMs), toMs: Math.min(stale.toMs, untilMs) }
    if (range.fromMs < range.toMs) changed.set(track, range)
    if (stale.toMs <= untilMs) plant.stale.delete(track)
    else plant.stale.set(track, { ...stale, fromMs: Math.max(stale.fromMs, untilMs) })
  }
  noteOpenedRanges(plant, changed, marks)
  return changed
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
  for (const [track, { fromMs, toMs }] of openedBy(plant, changed)) {
    const own = changed.get(track)!
    if (toMs - fromMs <= DAY_MS) {
      changed.set(track, { ...own, fromMs: Math.min(own.fromMs, fromMs), toMs: Math.max(own.toMs, toMs) })
      continue
    }
    const { position, cause } = marks.get(track) ?? { position: Infinity }
    mark(plant.stale, track, fromMs, toMs, position, cause)
  }
}

/** Makes every track hot that is not, as far as its late samples have been walked. */
async function warmAll(plant: EnginePlant, past: PastFold): Promise<void> {
  const cold = [...plant.tracks].filter((track) => !track.isWarm && track.isSampled && !plant.late.has(track))
  // Those that stopped long ago are read by themselves.
  const fromMs = -minOf(cold, (track) => -track.hotFromMs) - AROUND_MS
  await past.ahead(
    () => cold,
    { fromMs, toMs: Infinity },
    async () => {
      for (const track of cold) await past.warm(track)
    },
  )
}

/** The range whose sums new samples have changed. A cold track that is not new has late samples: these go with them. */
export async function freshRange(
  plant: EnginePlant,
  past: PastFold,
  track: SeriesState,
  fresh: Late,
): Promise<Range | null> {
  // A series that makes a word clear came before the first word of the machine: it is walked with that.
  if (!track.isSampled) return null
  const isLong = track.newestTs - track.oldestTs > PAST_CHUNK_MS
  if (plant.late.has(track) || plant.stale.has(track) || isLong) {
    mark(plant.late, track, fresh.fromMs, fresh.toMs, fresh.position, fresh.cause)
    return null
  }
  await past.warm(track)
  return { fromMs: track.oldestTs, toMs: track.newestTs + 1 }
}
