import { DAY_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { floorQuarterHour } from '../series/fold.js'
import type { Range } from '../time/ranges.js'

/** Changed ranges are computed in pieces that end with the day so much behind their start; day by day where minutes are published. */
const PIECE_MS = 31 * DAY_MS
/**
 * So much of a silence is one piece where minutes are published: it has hours and days alone, fewer windows than a day of
 * minutes, and no more memory for the quarters they are made of.
 */
const SILENT_PIECE_MS = 14 * DAY_MS

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
      const silentToMs = dayEndMs < toMs ? await silentUntil(plant, past, at) : -Infinity
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
  for (const series of plant.seriesList) {
    if (series.isEverOnChange || series.hasMinutesOfDays || (series.isEvent && series.isSampled)) return -Infinity
  }
  const nextMs = await past.nextSampledMs(plant.seriesList, floorQuarterHour(fromMs))
  const { calendar } = plant.now
  return Math.min(calendar.day(fromMs + SILENT_PIECE_MS).startMs, calendar.day(nextMs).startMs)
}
