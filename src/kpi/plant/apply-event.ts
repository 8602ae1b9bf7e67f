import { isCountedEvent } from '../../base/events.js'
import { GOOD } from '../../base/quality.js'
import type { ConnectionChange, DeviceEvent } from '../../base/reading.js'
import { causeOf, mark } from '../series/late.js'
import type { EnginePlant } from './plant.js'

/** Takes over that the connection of a device has come or gone: its series say something else from then on. */
export function applyConnectionChange(plant: EnginePlant, link: ConnectionChange, position: number): void {
  const { tracks, fromMs } = plant.relink(link)
  for (const track of tracks) {
    // A series that makes a word clear may have come before the first word: there is nothing that could hold yet.
    if (!track.isSampled) continue
    if (track.newestTs > fromMs) mark(plant.late, track, fromMs, track.newestTs, position)
    else plant.relinked.set(track, Math.min(fromMs, plant.relinked.get(track) ?? Infinity))
  }
}

/** Takes over what an event changes: like a sample at once where that can be, and walked later where not. */
export function applyEvent(plant: EnginePlant, event: DeviceEvent, position: number): void {
  for (const { track, fromMs, toMs, isAgain } of plant.happened(event)) {
    if (!track.isSampled) continue
    const isNew = isCountedEvent(event.type) && isAgain !== true
    if (isNew && (!track.isWarm || track.offer(fromMs, 1, GOOD, 0))) {
      mark(plant.fresh, track, fromMs, toMs, position)
      continue
    }
    track.cool()
    mark(plant.late, track, fromMs, toMs, position, causeOf(event.type))
  }
}
