import type { ArchivedChanges } from '../../archive/batch.js'
import type { Series, SeriesTable } from '../../archive/series.js'
import { marksOf } from '../../base/samples.js'
import { type Late, mark } from '../series/late.js'
import { inputsOf, type SeriesState } from '../series/series-state.js'
import type { EnginePlant } from './plant.js'

/** Path of the readings of one series: its plant, its device, and the series that take them. */
interface Way {
  readonly series: Series
  readonly plant: EnginePlant
  readonly device: DeviceWays
  readonly ends: readonly End[]
}

/** A device, and the series of it to which there were ways. */
interface DeviceWays {
  seenUnder: string | null
  readonly seriesIds: number[]
}

/** A series that takes them, as which of its inputs, and what is new of it since the block began. */
interface End {
  readonly series: SeriesState
  readonly input: number
  readonly fresh: FreshRange
  readonly late: FreshRange
}

interface FreshRange {
  readonly series: SeriesState
  readonly marks: Map<SeriesState, Late>
  fromMs: number
  toMs: number
  position: number
}

/** Takes readings to the series that they concern: their ways are found once, and each series is marked once a block. */
export class Ingestion {
  readonly #archived: Pick<SeriesTable, 'byId'>
  readonly #plantOf: (id: string) => EnginePlant
  /** By series. A way once found is the same until series of its plant go. */
  readonly #ways: (Way | undefined)[] = []
  /** Keyed by `plant/device`. */
  readonly #devices = new Map<string, DeviceWays>()

  constructor(archived: Pick<SeriesTable, 'byId'>, plantOf: (id: string) => EnginePlant) {
    this.#archived = archived
    this.#plantOf = plantOf
  }

  /** Returns how many of the readings came late: behind what can still be folded from memory. */
  take({ block, rows }: ArchivedChanges): number {
    const ranges: FreshRange[] = []
    let late = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const id = block.sources[row]!.seriesId
      const { series: archived, plant, device, ends } = this.#ways[id] ?? this.#way(id)
      if (device.seenUnder !== archived.line) {
        device.seenUnder = archived.line
        plant.seen(archived.device, archived.line)
      }
      const [ts, value, quality] = [block.ts[row]!, block.valueOf(row), block.quality[row]!]
      // Days whose readings are gone stay what they are, and so does what goes on from them.
      if (ts < plant.keptFromMs) {
        late++
        continue
      }
      const marks = marksOf({ ts, receivedAt: block.receivedAt[row]!, assumed: block.assumed[row] === 1 })
      let isLate = false
      for (let e = 0; e < ends.length; e++) {
        const { series, input, fresh, late } = ends[e]!
        const sample = series.sampleOf(input, ts, value)
        const counted = input > 0 ? quality : series.qualityOf(ts, value, quality)
        const isFresh = !series.isWarm || series.offer(ts, sample, counted, marks)
        const range = isFresh ? fresh : late
        if (range.position === Infinity) ranges.push(range)
        if (ts < range.fromMs) range.fromMs = ts
        if (ts > range.toMs) range.toMs = ts
        if (block.position[row]! < range.position) range.position = block.position[row]!
        isLate ||= !isFresh
      }
      if (isLate) late++
    }
    for (const range of ranges) {
      mark(range.marks, range.series, range.fromMs, range.toMs, range.position)
      Object.assign(range, NOTHING)
    }
    return late
  }

  /** The series of a plant are made anew: the ways to them are found once more. */
  forget(plant: string): void {
    for (const [id, way] of this.#ways.entries()) if (way?.plant.id === plant) this.#ways[id] = undefined
    for (const key of this.#devices.keys()) if (key.startsWith(`${plant}/`)) this.#devices.delete(key)
  }

  #way(id: number): Way {
    const archived = this.#archived.byId(id)
    const plant = this.#plantOf(archived.plant)
    const ends = plant.adopt(archived).map(({ series, input }) => ({
      series,
      input,
      fresh: { series, marks: plant.fresh, ...NOTHING },
      late: { series, marks: plant.late, ...NOTHING },
    }))
    const device = this.#device(`${archived.plant}/${archived.device}`)
    const way = { series: archived, plant, device, ends }
    // A series that makes this one clear also goes to it, as soon as this one has been heard of.
    for (const name of inputsOf(archived.metric).slice(1)) this.#forgetWay(device, name)
    if (!device.seriesIds.includes(id)) device.seriesIds.push(id)
    this.#ways[id] = way
    return way
  }

  #forgetWay({ seriesIds }: DeviceWays, metric: string): void {
    for (const id of seriesIds) if (this.#ways[id]?.series.metric === metric) this.#ways[id] = undefined
  }

  #device(key: string): DeviceWays {
    const device = this.#devices.get(key) ?? { seenUnder: null, seriesIds: [] }
    this.#devices.set(key, device)
    return device
  }
}

const NOTHING = { fromMs: Infinity, toMs: -Infinity, position: Infinity }
