import { DAY_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { floorQuarterHour } from '../series/fold.js'
import type { Range } from '../time/ranges.js'

/** Shorter ranges, such as an open night shift, are not worth the look at the samples of all series. */
const SILENT_RANGE_MIN_MS = 2 * DAY_MS

/** Changed ranges are computed in pieces that end with the day so much behind their start; day by day where minutes are published. */
const PIECE_MS = 31 * DAY_MS
/**
 * So many days of a silence are one piece where minutes are published: it has hours and days alone, fewer windows than a day of
 * minutes. Of many series they are fewer, so that a piece stays as much work, and a day at least.
 */
const SILENT_DAYS_MAX = 14
const SILENT_SERIES_DAYS = 1000

/** A piece of what is computed. */
export interface DayPiece extends Range {
  /** No series of the plant has a sample in it: its minutes and quarters have nothing to say. */
  readonly isSilent: boolean
}

/** Ranges in pieces of whole days of the plant: the windows of a piece, and the sums for them, have room in memory. */
export async function dayPiecesOf(
  ranges: Iterable<Range>,
  plant: EnginePlant,
  past: Pick<PastFold, 'nextSampledMs'>,
): Promise<readonly DayPiece[]> {
  const { calendar } = plant.now
  const pieceMs = plant.publishesMinutes ? 0 : PIECE_MS
  const pieces: DayPiece[] = []
  for (const { fromMs, toMs } of ranges) {
    for (let at = fromMs; at < toMs; ) {
      const dayEndMs = calendar.day(at + pieceMs).endMs
      const maySave = dayEndMs < toMs && toMs - fromMs > SILENT_RANGE_MIN_MS
      const silentToMs = maySave ? await silentUntil(plant, past, at) : -Infinity
      const isSilent = silentToMs >= dayEndMs
      const endMs = Math.min(toMs, isSilent ? silentToMs : dayEndMs)
      pieces.push({ fromMs: at, toMs: endMs, isSilent })
      at = endMs
    }
  }
  return pieces
}

/**
 * End of the silence of a plant that publishes minutes: the last end of a day before its next sample, some days on at most.
 * -Infinity where something may be said between samples: by an event, a state that holds on its connection, or a day that
 * is made of minutes. Epoch ms.
 */
export async function silentUntil(
  plant: EnginePlant,
  past: Pick<PastFold, 'nextSampledMs'>,
  fromMs: number,
): Promise<number> {
  if (!plant.publishesMinutes) return -Infinity
  let count = 0
  for (const series of plant.seriesList) {
    count++
    if (series.isEverOnChange || series.hasMinutesOfDays || (series.isEvent && series.isSampled)) return -Infinity
  }
  const nextMs = await past.nextSampledMs(plant.seriesList, floorQuarterHour(fromMs))
  const { calendar } = plant.now
  const days = Math.max(1, Math.min(SILENT_DAYS_MAX, Math.floor(SILENT_SERIES_DAYS / count)))
  return Math.min(calendar.day(fromMs + days * DAY_MS).startMs, calendar.day(nextMs).startMs)
}
