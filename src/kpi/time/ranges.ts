/** An interval of event time, half-open. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** More ranges than this are not kept apart: the two nearest become one, so that a flood of late data stays bounded. */
const RANGES_MAX = 64

/** A few disjoint ranges of event time, in order. */
export class Ranges implements Iterable<Range> {
  #ranges: Range[] = []
  readonly #nearMs: number

  /** Ranges closer than `nearMs` become one. */
  constructor(nearMs: number) {
    this.#nearMs = nearMs
  }

  add(range: Range): void {
    if (range.toMs <= range.fromMs) return
    let { fromMs, toMs } = range
    const [only] = this.#ranges
    // One cycle has mostly changed one interval: thousands of series say the same.
    if (only !== undefined && this.#ranges.length === 1) {
      if (only.fromMs <= fromMs && toMs <= only.toMs) return
      if (fromMs <= only.toMs + this.#nearMs && only.fromMs <= toMs + this.#nearMs) {
        this.#ranges[0] = { fromMs: Math.min(fromMs, only.fromMs), toMs: Math.max(toMs, only.toMs) }
        return
      }
    }
    const apart: Range[] = []
    for (const other of this.#ranges) {
      if (other.toMs + this.#nearMs < fromMs || toMs + this.#nearMs < other.fromMs) apart.push(other)
      else {
        fromMs = Math.min(fromMs, other.fromMs)
        toMs = Math.max(toMs, other.toMs)
      }
    }
    this.#ranges = [...apart, { fromMs, toMs }].sort((a, b) => a.fromMs - b.fromMs)
    if (this.#ranges.length > RANGES_MAX) this.#joinNearest()
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Start of the first, epoch ms; Infinity when there is none. */
  get firstMs(): number {
    return this.#ranges[0]?.fromMs ?? Infinity
  }

  /** End of the last, epoch ms; -Infinity when there is none. */
  get lastMs(): number {
    return this.#ranges.at(-1)?.toMs ?? -Infinity
  }

  [Symbol.iterator](): Iterator<Range> {
    return this.#ranges[Symbol.iterator]()
  }

  #joinNearest(): void {
    let nearest = 0
    for (let i = 1; i + 1 < this.#ranges.length; i++) if (this.#gapAfter(i) < this.#gapAfter(nearest)) nearest = i
    const [a, b] = [this.#ranges[nearest]!, this.#ranges[nearest + 1]!]
    this.#ranges.splice(nearest, 2, { fromMs: a.fromMs, toMs: b.toMs })
  }

  #gapAfter(i: number): number {
    return this.#ranges[i + 1]!.fromMs - this.#ranges[i]!.toMs
  }
}

/** True when a window has a part in a range. */
export function isWithin(range: Range | null, span: { readonly startMs: number; readonly endMs: number }): boolean {
  return range !== null && span.startMs < range.toMs && span.endMs > range.fromMs
}

/** The least of what is asked of some things; Infinity when there is none. */
export function minOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((least, item) => Math.min(least, of(item)), Infinity)
}
