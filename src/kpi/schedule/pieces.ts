import { DAY_MS } from '../../base/durations.js'
import type { EnginePlant } from '../plant/plant.js'
import type { Range } from '../time/ranges.js'

/** Changed ranges are computed in pieces that end with the day so much behind their start; day by day where minutes are published. */
const PIECE_MS = 31 * DAY_MS

/** Ranges in pieces of whole days of the plant: the windows of a piece, and the sums for them, have room in memory. */
export function* dayPiecesOf(ranges: Iterable<Range>, plant: EnginePlant): Generator<Range> {
  const { calendar } = plant.now
  const pieceMs = plant.publishesMinutes ? 0 : PIECE_MS
  for (const { fromMs, toMs } of ranges) {
    for (let at = fromMs; at < toMs; ) {
      const endMs = Math.min(toMs, calendar.day(at + pieceMs).endMs)
      yield { fromMs: at, toMs: endMs }
      at = endMs
    }
  }
}
