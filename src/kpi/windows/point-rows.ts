import type { FlagBits } from '../../base/flags.js'
import { isSameFactors, type Point, type Stream } from './point.js'

const NONE = -1

/**
 * Points as rows of columns: some 110 bytes each, where an object with its boxed numbers takes 280 and every new figure of
 * a window that goes on would leave one behind. A row has one number for as long as it is kept, which is given out again after.
 */
export class PointRows {
  readonly #startMs: number[] = []
  readonly #endMs: number[] = []
  /** NaN where the value is null: a figure is never NaN. */
  readonly #value: number[] = []
  readonly #numerator: number[] = []
  readonly #denominator: number[] = []
  readonly #coverage: number[] = []
  readonly #estimatedShare: number[] = []
  readonly #rev: number[] = []
  readonly #flags: FlagBits[] = []
  readonly #provisional: boolean[] = []
  readonly #reason: Point['reason'][] = []
  readonly #factors: (readonly string[])[] = []
  readonly #streams: Stream[] = []
  /** The next row of whoever strings rows together; of a row that is free the next free one. */
  readonly #next: number[] = []
  #firstFree = NONE

  /** Keeps a point; returns its row. */
  add(point: Point): number {
    const row = this.#firstFree === NONE ? this.#startMs.length : this.#firstFree
    if (row === this.#firstFree) this.#firstFree = this.#next[row]!
    this.#next[row] = NONE
    this.write(row, point)
    return row
  }

  free(row: number): void {
    this.#next[row] = this.#firstFree
    this.#firstFree = row
  }

  next(row: number): number {
    return this.#next[row]!
  }

  setNext(row: number, next: number): void {
    this.#next[row] = next
  }

  stream(row: number): Stream {
    return this.#streams[row]!
  }

  startMs(row: number): number {
    return this.#startMs[row]!
  }

  write(row: number, point: Point): void {
    this.#startMs[row] = point.startMs
    this.#endMs[row] = point.endMs
    this.#value[row] = point.value ?? Number.NaN
    this.#numerator[row] = point.numerator
    this.#denominator[row] = point.denominator
    this.#coverage[row] = point.coverage
    this.#estimatedShare[row] = point.estimatedShare
    this.#rev[row] = point.rev
    this.#flags[row] = point.flags
    this.#provisional[row] = point.provisional
    this.#reason[row] = point.reason
    this.#factors[row] = point.factors
    this.#streams[row] = point.stream
  }

  read(row: number): Point {
    const value = this.#value[row]!
    return {
      stream: this.#streams[row]!,
      startMs: this.#startMs[row]!,
      endMs: this.#endMs[row]!,
      value: Number.isNaN(value) ? null : value,
      reason: this.#reason[row]!,
      numerator: this.#numerator[row]!,
      denominator: this.#denominator[row]!,
      coverage: this.#coverage[row]!,
      estimatedShare: this.#estimatedShare[row]!,
      flags: this.#flags[row]!,
      factors: this.#factors[row]!,
      provisional: this.#provisional[row]!,
      rev: this.#rev[row]!,
    }
  }

  /** The same figure as that of a point, see `isSameFigure`. */
  isSame(row: number, point: Point): boolean {
    const value = this.#value[row]!
    return (
      (point.value === null ? Number.isNaN(value) : value === point.value) &&
      this.#reason[row] === point.reason &&
      this.#numerator[row] === point.numerator &&
      this.#denominator[row] === point.denominator &&
      this.#coverage[row] === point.coverage &&
      this.#estimatedShare[row] === point.estimatedShare &&
      this.#flags[row] === point.flags &&
      isSameFactors(this.#factors[row]!, point.factors)
    )
  }
}
