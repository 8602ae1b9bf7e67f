import { isCountedEvent } from '../../base/events.js'
import { GOOD } from '../../base/quality.js'
import type { ConnectionChange, DeviceEvent } from '../../base/reading.js'
import { causeOf, mark } from '../series/late.js'
import type { EnginePlant } from './plant.js'

/** Takes over that the connection of a device has come or gone: its series say something else from then on. */
export function applyConnectionChange(plant: EnginePlant, change: ConnectionChange, position: number): void {
  const { seriesList, fromMs } = plant.reconnect(change)
  for (const series of seriesList) {
    // A series that makes a word clear may have come before the first word: there is nothing that could hold yet.
    if (!series.isSampled) continue
    if (series.newestTs > fromMs) mark(plant.late, series, fromMs, series.newestTs, position)
    else plant.reconnected.set(series, Math.min(fromMs, plant.reconnected.get(series) ?? Infinity))
  }
}

/** Takes over what an event changes: like a sample at once where that can be, and folded later where not. */
export function applyEvent(plant: EnginePlant, event: DeviceEvent, position: number): void {
  for (const { series, fromMs, toMs, isAgain } of plant.happened(event)) {
    if (!series.isSampled) continue
    const isNew = isCountedEvent(event.type) && isAgain !== true
    if (isNew && (!series.isWarm || series.offer(fromMs, 1, GOOD, 0))) {
      mark(plant.fresh, series, fromMs, toMs, position)
      continue
    }
    series.cool()
    mark(plant.late, series, fromMs, toMs, position, causeOf(event.type))
  }
}
