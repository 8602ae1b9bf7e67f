/** A piece of an axis, half-open, and the rows found in it. */
export interface AxisPiece<T> {
  readonly rows: T
  readonly to: number
}

/** Reads at most `limit` rows of [from, to); more than there is room for means that the piece was too long. */
export type ReadPiece<T extends { readonly length: number }> = (from: number, to: number, limit: number) => Promise<T>

/** The first piece is so long: short enough for any density, and it doubles quickly. */
const FIRST_LENGTH = 4096
const GROWTH_MAX = 16
const LENGTH_MAX = 2 ** 48

/**
 * Cuts a long axis (places of a journal, times, numbers of changes) into pieces that hold about `rowsWanted` rows,
 * without ever counting or sorting what lies behind: the length of the next piece follows from how much was in the last.
 */
export class Stride {
  readonly #rowsWanted: number
  #length = FIRST_LENGTH

  constructor(rowsWanted: number) {
    this.#rowsWanted = rowsWanted
  }

  /** The first rows from `from` on; null when there are none before `until`. */
  async next<T extends { readonly length: number }>(
    from: number,
    until: number,
    read: ReadPiece<T>,
  ): Promise<AxisPiece<T> | null> {
    const rowsMax = 4 * this.#rowsWanted
    for (let at = from; at < until; ) {
      const to = Math.min(until, at + this.#length)
      // A single step may hold any number of rows: one record of the journal is never cut.
      const rows = await read(at, to, to - at <= 1 ? Number.MAX_SAFE_INTEGER : rowsMax + 1)
      if (rows.length > rowsMax && to - at > 1) {
        this.#length = Math.max(1, Math.floor((to - at) / 8))
        continue
      }
      const growth = rows.length === 0 ? GROWTH_MAX : this.#rowsWanted / rows.length
      const length = (to - at) * Math.min(GROWTH_MAX, Math.max(1 / GROWTH_MAX, growth))
      this.#length = Math.min(LENGTH_MAX, Math.ceil(Math.max(this.#length / GROWTH_MAX, length, 1)))
      if (rows.length > 0) return { rows, to }
      at = to
    }
    return null
  }
}
