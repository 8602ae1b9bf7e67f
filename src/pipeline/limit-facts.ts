import type { DeviceFact } from '../base/reading.js'
import type { KnownNames } from '../decode/cardinality/known.js'
import type { BudgetName } from '../decode/cardinality/options.js'

const OF_DEVICE: ReadonlySet<BudgetName> = new Set([
  'series_per_device',
  'events_per_device',
  'lasting_events_per_device',
])

/**
 * Facts on plants where devices, lines, metrics or events have begun to be refused because a budget is spent, and on those where
 * that is over. A budget of one device is a fact of the device, any other of the plant: then `device` is ''. For each tick.
 */
export function limitFacts(known: KnownNames, nowMs: number): readonly DeviceFact[] {
  return known.takeTurns(nowMs).flatMap(({ plant, episode, isOver }) => {
    if (plant === '') return []
    const device = OF_DEVICE.has(episode.budget) ? episode.device : ''
    return [{ plant, device, what: 'limit' as const, atMs: nowMs, isBad: !isOver, value: episode.refused }]
  })
}
