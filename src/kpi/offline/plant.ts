import type { Series } from '../../archive/series.js'
import { isCountedEvent, isEventSeries } from '../../base/events.js'
import type { MetricClass } from '../../base/metrics.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { ConnectionChange } from '../../base/reading.js'
import type { PlantEvent } from '../events/plant-events.js'
import type { FactorLibrary } from '../factors/table.js'
import { EnginePlant } from '../plant/plant.js'
import type { RulesEdition } from '../rules-edition.js'
import type { DeviceClock } from '../series/liveness.js'
import type { DaySource } from './day.js'

/** One series of a plant, as far as it was ever sent. Times in epoch ms. */
export interface OfflineSeries {
  readonly device: string
  /** A metric, or `event/<type>` of the events that figures are made of. */
  readonly metric: string
  readonly class: MetricClass
  readonly unit: string
  /** Under which its device was last seen. */
  readonly line: string
  /** Times of its first and last reading of all time, whether they are at hand or not. */
  readonly firstTs: number
  readonly lastTs: number
  /** Its fold begins with the readings of this instant on: before it there are holes. Start of a UTC day. */
  readonly foldFromMs: number
}

/** All that the figures of a plant are a function of. */
export interface OfflinePlant {
  readonly plant: string
  readonly library: FactorLibrary
  /** The calculation rules to follow; the newest when absent. */
  readonly edition?: RulesEdition
  /** Every configuration, in order; of other plants nothing needs to be in them. */
  readonly versions: readonly ConfigVersion[]
  readonly series: readonly OfflineSeries[]
  /**
   * All events ever of the types in `PLANT_CHANGING`; those that figures are made of from two days before the period to two
   * days after it.
   */
  readonly events: readonly PlantEvent[]
  /** All changes ever of its connections, in the order in which they came. */
  readonly connectionChanges: readonly ConnectionChange[]
  /** Arrival of the last journal record, epoch ms. */
  readonly nowMs: number
  readonly readings: DaySource
  /**
   * Imports of the plant on days that are not at hand and that its contracts are matched with, kWh by the start of the day
   * in epoch ms; absent, all readings of these days are at hand.
   */
  readonly imports?: readonly (readonly [dayMs: number, kwh: number])[]
}

/**
 * The plant as the engine has it after a start, without a reading of its own.
 * @param archivedOf number and readings at hand of a series by its place; its place and all readings when absent
 */
export function enginePlantOf(
  {
    plant: id,
    library,
    edition,
    versions,
    series,
    events,
    connectionChanges,
    nowMs,
  }: Omit<OfflinePlant, 'readings' | 'imports'>,
  archivedOf?: (place: number) => Pick<Series, 'id' | 'oldestTs' | 'newestTs'>,
): EnginePlant {
  const clocks = clocksOf(series)
  const plant = new EnginePlant(id, { find: (_, device) => clocks.get(device) }, library, edition)
  for (const [i, { device, metric, line, firstTs, lastTs, ...own }] of series.entries()) {
    if (isEventSeries(metric)) continue
    plant.seen(device, line)
    const { id: number, oldestTs, newestTs } = archivedOf?.(i) ?? { id: i, oldestTs: firstTs, newestTs: lastTs }
    plant.adopt({
      id: number,
      plant: id,
      device,
      metric,
      class: own.class,
      unit: own.unit,
      line,
      oldestTs,
      newestTs,
      firstTs,
    })
  }
  for (const version of versions) {
    plant.configure(version.fromMs, version.plants.find((options) => options.id === id) ?? null)
  }
  for (const change of connectionChanges) plant.reconnect(change)
  for (const { device, line, metric, firstTs, lastTs } of series) {
    if (!isEventSeries(metric)) continue
    const type = metric.slice(metric.indexOf('/') + 1)
    plant.sawEvents({ plant: id, device, line, type, oldestTs: firstTs, newestTs: lastTs, since: null })
  }
  for (const event of events) if (!isCountedEvent(event.type)) plant.happened(event)
  plant.moveWatermark(nowMs)
  return plant
}

type Sent = Pick<DeviceClock, 'newestTs' | 'lastTs' | 'lastArrivalMs'>

function clocksOf(series: readonly OfflineSeries[]): ReadonlyMap<string, Sent> {
  const clocks = new Map<string, Sent>()
  for (const { device, lastTs } of series) {
    const newestTs = Math.max(lastTs, clocks.get(device)?.newestTs ?? -Infinity)
    clocks.set(device, { newestTs, lastTs: newestTs, lastArrivalMs: newestTs })
  }
  return clocks
}
