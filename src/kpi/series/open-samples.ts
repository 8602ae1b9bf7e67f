import type { Samples } from './samples.js'

const ROWS_AT_FIRST = 8

/** Samples of one series that may still be folded anew, in order of time: 18 bytes each. */
export class OpenSamples implements Samples {
  ts = new Float64Array(ROWS_AT_FIRST)
  value = new Float64Array(ROWS_AT_FIRST)
  quality = new Uint8Array(ROWS_AT_FIRST)
  marks = new Uint8Array(ROWS_AT_FIRST)
  size = 0
  /** So many were before these, and are forgotten. */
  dropped = 0

  /** Places a sample at `at`, in the place of the `drop` samples there; those behind it move. */
  put(at: number, drop: 0 | 1, ts: number, value: number, quality: number, marks: number): void {
    if (drop === 0) {
      if (this.size === this.ts.length) this.#resize(2 * this.size)
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
    if (this.ts.length > 8 * Math.max(this.size, ROWS_AT_FIRST)) this.#resize(2 * Math.max(this.size, ROWS_AT_FIRST))
  }

  #resize(room: number): void {
    const { ts, value, quality, marks, size } = this
    this.ts = new Float64Array(room)
    this.value = new Float64Array(room)
    this.quality = new Uint8Array(room)
    this.marks = new Uint8Array(room)
    this.ts.set(ts.subarray(0, size))
    this.value.set(value.subarray(0, size))
    this.quality.set(quality.subarray(0, size))
    this.marks.set(marks.subarray(0, size))
  }
}
