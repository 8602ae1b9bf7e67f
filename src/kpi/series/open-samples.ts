import type { Samples } from './samples.js'

const ROWS_AT_FIRST = 8
/** Up to so many rows the room doubles; then it grows by a quarter: thousands of series have so many for good. */
const DOUBLING_MAX = 64

/** Samples of one series that may still be folded anew, in order of time: 18 bytes each, in one piece of memory. */
export class OpenSamples implements Samples {
  ts: Float64Array
  value: Float64Array
  quality: Uint8Array
  marks: Uint8Array
  size = 0
  /** So many were before these, and are forgotten. */
  dropped = 0

  constructor() {
    const { ts, value, quality, marks } = columnsFor(ROWS_AT_FIRST)
    this.ts = ts
    this.value = value
    this.quality = quality
    this.marks = marks
  }

  /** Places a sample at `at`, in the place of the `drop` samples there; those behind it move. */
  put(at: number, drop: 0 | 1, ts: number, value: number, quality: number, marks: number): void {
    if (drop === 0) {
      if (this.size === this.ts.length)
        this.#resize(this.size < DOUBLING_MAX ? 2 * this.size : Math.ceil(1.25 * this.size))
      if (at < this.size) {
        for (const column of [this.ts, this.value, this.quality, this.marks]) column.copyWithin(at + 1, at, this.size)
      }
      this.size++
    }
    this.ts[at] = ts
    this.value[at] = value
    this.quality[at] = quality
    this.marks[at] = marks
  }

  /** Index of the first sample at or behind an instant. */
  indexOf(ms: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.ts[middle]! < ms) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Forgets the first samples. */
  drop(count: number): void {
    if (count <= 0) return
    for (const column of [this.ts, this.value, this.quality, this.marks]) column.copyWithin(0, count, this.size)
    this.size -= count
    this.dropped += count
    // A batch that has gone through leaves no room behind.
    if (this.ts.length > 4 * Math.max(this.size, ROWS_AT_FIRST)) this.#resize(2 * Math.max(this.size, ROWS_AT_FIRST))
  }

  #resize(room: number): void {
    const { ts, value, quality, marks } = columnsFor(room)
    ts.set(this.ts.subarray(0, this.size))
    value.set(this.value.subarray(0, this.size))
    quality.set(this.quality.subarray(0, this.size))
    marks.set(this.marks.subarray(0, this.size))
    this.ts = ts
    this.value = value
    this.quality = quality
    this.marks = marks
  }
}

/** Each column of memory of its own would take 300 bytes beside its content: thousands of series have few samples each. */
function columnsFor(room: number) {
  const memory = new ArrayBuffer(18 * room)
  return {
    ts: new Float64Array(memory, 0, room),
    value: new Float64Array(memory, 8 * room, room),
    quality: new Uint8Array(memory, 16 * room, room),
    marks: new Uint8Array(memory, 17 * room, room),
  }
}
