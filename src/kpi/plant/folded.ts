import type { CheckpointTable } from '../history/checkpoints.js'
import type { EnginePlant } from './plant.js'

/**
 * Takes what the walks of a cycle have left: a track is walked when a unit that it counts for is looked at. Sums of before
 * its hot days go, unless some of the past is held: that needs them.
 */
export function noteFolded({ unwalked, held }: EnginePlant, checkpoints: CheckpointTable): void {
  for (const track of unwalked) {
    if (track.changing !== null) continue
    if (track.series !== null && !track.isEvent) checkpoints.add(track.series.id, track.takeCheckpoints())
    if (held !== null) continue
    unwalked.delete(track)
    track.trim()
  }
}
