import { isSameFactors, type Point, type Stream } from './point.js'

const NONE = -1

/** Rows of a block, a power of two. Blocks are added as they are needed: what is there is not copied, and little is there in vain. */
const BLOCK_ROWS = 1024
const BLOCK_BITS = Math.log2(BLOCK_ROWS)

/** Reasons in the order in which they were met first: there are fewer than a byte has numbers. */
const REASONS: Point['reason'][] = []
const NUMBER_OF_REASON = new Map<Point['reason'], number>()

function numberOf(reason: Point['reason']): number {
  const known = NUMBER_OF_REASON.get(reason)
  if (known !== undefined) return known
  const number = REASONS.push(reason) - 1
  NUMBER_OF_REASON.set(reason, number)
  return number
}

/** Points in typed columns, outside of the heap but for what others have too: nothing of it is gone through by the collector. */
class PointBlock {
  readonly startMs = new Float64Array(BLOCK_ROWS)
  readonly endMs = new Float64Array(BLOCK_ROWS)
  /** NaN where the value is null: a figure is never NaN. */
  readonly value = new Float64Array(BLOCK_ROWS)
  readonly numerator = new Float64Array(BLOCK_ROWS)
  readonly denominator = new Float64Array(BLOCK_ROWS)
  readonly coverage = new Float64Array(BLOCK_ROWS)
  readonly estimatedShare = new Float64Array(BLOCK_ROWS)
  readonly rev = new Uint32Array(BLOCK_ROWS)
  readonly flags = new Int32Array(BLOCK_ROWS)
  readonly provisional = new Uint8Array(BLOCK_ROWS)
  readonly reason = new Uint8Array(BLOCK_ROWS)
  /** The next row of whoever strings rows together; of a row that is free the next free one. */
  readonly next = new Int32Array(BLOCK_ROWS)
  readonly factors: (readonly string[])[] = []
  readonly streams: Stream[] = []
}

/**
 * Points as rows of columns: 86 bytes each, where an object with its boxed numbers takes 280 and every new figure of
 * a window that goes on would leave one behind. A row has one number for as long as it is kept, which is given out again after.
 */
export class PointRows {
  readonly #blocks: PointBlock[] = []
  #size = 0
  #firstFree = NONE

  /** Keeps a point; returns its row. */
  add(point: Point): number {
    const row = this.#firstFree === NONE ? this.#newRow() : this.#firstFree
    if (row === this.#firstFree) this.#firstFree = this.next(row)
    this.setNext(row, NONE)
    this.write(row, point)
    return row
  }

  free(row: number): void {
    this.setNext(row, this.#firstFree)
    this.#firstFree = row
  }

  next(row: number): number {
    return this.#block(row).next[placeOf(row)]!
  }

  setNext(row: number, next: number): void {
    this.#block(row).next[placeOf(row)] = next
  }

  stream(row: number): Stream {
    return this.#block(row).streams[placeOf(row)]!
  }

  startMs(row: number): number {
    return this.#block(row).startMs[placeOf(row)]!
  }

  write(row: number, point: Point): void {
    const block = this.#block(row)
    const i = placeOf(row)
    block.startMs[i] = point.startMs
    block.endMs[i] = point.endMs
    block.value[i] = point.value ?? Number.NaN
    block.numerator[i] = point.numerator
    block.denominator[i] = point.denominator
    block.coverage[i] = point.coverage
    block.estimatedShare[i] = point.estimatedShare
    block.rev[i] = point.rev
    block.flags[i] = point.flags
    block.provisional[i] = point.provisional ? 1 : 0
    block.reason[i] = numberOf(point.reason)
    block.factors[i] = point.factors
    block.streams[i] = point.stream
  }

  read(row: number): Point {
    const block = this.#block(row)
    const i = placeOf(row)
    const value = block.value[i]!
    return {
      stream: block.streams[i]!,
      startMs: block.startMs[i]!,
      endMs: block.endMs[i]!,
      value: Number.isNaN(value) ? null : value,
      reason: REASONS[block.reason[i]!]!,
      numerator: block.numerator[i]!,
      denominator: block.denominator[i]!,
      coverage: block.coverage[i]!,
      estimatedShare: block.estimatedShare[i]!,
      flags: block.flags[i]!,
      factors: block.factors[i]!,
      provisional: block.provisional[i] === 1,
      rev: block.rev[i]!,
    }
  }

  /** The same figure as that of a point, see `isSameFigure`. */
  isSame(row: number, point: Point): boolean {
    const block = this.#block(row)
    const i = placeOf(row)
    const value = block.value[i]!
    return (
      (point.value === null ? Number.isNaN(value) : value === point.value) &&
      REASONS[block.reason[i]!] === point.reason &&
      block.numerator[i] === point.numerator &&
      block.denominator[i] === point.denominator &&
      block.coverage[i] === point.coverage &&
      block.estimatedShare[i] === point.estimatedShare &&
      block.flags[i] === point.flags &&
      isSameFactors(block.factors[i]!, point.factors)
    )
  }

  #newRow(): number {
    if (placeOf(this.#size) === 0) this.#blocks.push(new PointBlock())
    return this.#size++
  }

  #block(row: number): PointBlock {
    return this.#blocks[row >>> BLOCK_BITS]!
  }
}

function placeOf(row: number): number {
  return row & (BLOCK_ROWS - 1)
}
