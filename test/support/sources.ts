import type { Reading } from '../../src/base/reading.js'
import type { ReadingBlock, ReadingSource } from '../../src/base/reading-block.js'

/** When there are more, all are forgotten and made again: devices may send metrics that nobody knows under any name. */
const SOURCES_MAX = 200_000

/** The sources of readings that come as objects. */
export class Sources {
  readonly #byKey = new Map<string, ReadingSource>()

  of({ plant, line, device, class: under, metric, unit }: Reading): ReadingSource {
    const key = `${plant}/${line}/${device}/${under}/${metric}/${unit}`
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    if (this.#byKey.size >= SOURCES_MAX) this.#byKey.clear()
    const source: ReadingSource = {
      plant,
      line,
      device,
      class: under,
      metric,
      unit,
      seriesId: -1,
      lineId: -1,
      knownIn: -1,
    }
    this.#byKey.set(key, source)
    return source
  }

  /** Puts a reading into a block. */
  addTo(block: ReadingBlock, reading: Reading, position: number): void {
    const { ts, value, quality, seq, receivedAt, tsAssumed } = reading
    block.add(this.of(reading), ts, value, quality, seq ?? Number.NaN, receivedAt, tsAssumed, position)
  }
}
