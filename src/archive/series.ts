import type { MetricClass } from '../base/metrics.js'
import type { ReadingSource } from '../base/reading-block.js'

/** All readings of one metric of one device: the unit of the archive. */
export interface Series {
  readonly id: number
  readonly plant: string
  readonly device: string
  readonly metric: string
  readonly class: MetricClass
  readonly unit: string
  /** The line under which it was last seen. */
  line: string
  /** Event times of the archived readings, epoch ms; +Infinity and -Infinity while there are none. */
  oldestTs: number
  newestTs: number
  /** Event time of the first reading of all time, be it there or gone, epoch ms; +Infinity while there was none. */
  firstTs: number
}

/** The series by key and by id. Grows with the plant: one small object a metric of a device. */
export class SeriesTable {
  readonly #byKey = new Map<string, Series>()
  readonly #byId: (Series | undefined)[] = []

  /** The series of a source, made when it is new; `isNew` tells. */
  of({ plant, device, metric, class: under, unit, line }: ReadingSource): { series: Series; isNew: boolean } {
    const known = this.find(plant, device, metric)
    if (known !== undefined) return { series: known, isNew: false }
    const id = this.#byId.length
    const bounds = { oldestTs: Infinity, newestTs: -Infinity, firstTs: Infinity }
    const series: Series = { id, plant, device, metric, class: under, unit, line, ...bounds }
    this.add(series)
    return { series, isNew: true }
  }

  add(series: Series): void {
    this.#byId[series.id] = series
    this.#byKey.set(seriesKey(series.plant, series.device, series.metric), series)
  }

  find(plant: string, device: string, metric: string): Series | undefined {
    return this.#byKey.get(seriesKey(plant, device, metric))
  }

  byId(id: number): Series {
    const series = this.#byId[id]
    if (series === undefined) throw new Error(`there is no series ${id}`)
    return series
  }

  all(): readonly Series[] {
    return this.#byId.filter((series) => series !== undefined)
  }

  /** Event times of the oldest archived readings of a plant, epoch ms, by device; a device without any has none. */
  firstReadings(plant: string): ReadonlyMap<string, number> {
    const first = new Map<string, number>()
    for (const series of this.all()) {
      if (series.plant !== plant || series.oldestTs === Infinity) continue
      first.set(series.device, Math.min(first.get(series.device) ?? Infinity, series.oldestTs))
    }
    return first
  }

  /** The same by id; undefined for those that were forgotten. */
  get slots(): readonly (Series | undefined)[] {
    return this.#byId
  }

  /** An id is not given to another as long as the program runs: who remembers it finds nothing. */
  forget(id: number): void {
    const series = this.#byId[id]
    if (series === undefined) return
    this.#byId[id] = undefined
    this.#byKey.delete(seriesKey(series.plant, series.device, series.metric))
  }
}

function seriesKey(plant: string, device: string, metric: string): string {
  return `${plant}/${device}/${metric}`
}
