/** A piece of an axis, half-open, and the rows found in it. */
export interface AxisPiece<T> {
  readonly rows: T
  readonly to: number
}

/** A place on an axis, and how many rows stand there: at least one. */
export interface CountedPlace {
  readonly place: number
  readonly rows: number
}

/** A long axis with rows on it: places of a journal, times, or numbers of changes. */
export interface Axis<T extends { readonly length: number }> {
  /** Reads at most `limit` rows of [from, to); more than there is room for means that the piece was too long. */
  read(from: number, to: number, limit: number): Promise<T>
  /** The first places of [from, to) that have rows, ascending, at most `limit` of them. */
  count(from: number, to: number, limit: number): Promise<readonly CountedPlace[]>
}

/** A piece that is known before it is read. */
interface PlannedPiece {
  readonly from: number
  readonly to: number
  readonly isOnePlace: boolean
}

/** The first length is so small: short enough for any density, and it grows quickly. */
const FIRST_LENGTH = 4096
const GROWTH_MAX = 16
const LENGTH_MAX = 2 ** 48
/** Rows are counted for about so many pieces ahead, and at so many places at most. */
const PIECES_PLANNED = 16
const PLACES_MAX = 4096

/**
 * Cuts an axis into pieces that hold about `rowsWanted` rows. As long as little is new, each piece is read at once; a piece that
 * holds too much has its rows counted place by place, and so has what comes after it: rows may be crowded at a few
 * places with nothing between them, and are still read once. Nothing is ever counted or sorted beyond a few pieces.
 */
export class Stride<T extends { readonly length: number }> {
  readonly #rowsWanted: number
  readonly #axis: Axis<T>
  readonly #planned: PlannedPiece[] = []
  #length = FIRST_LENGTH
  #isCrowded = false

  constructor(rowsWanted: number, axis: Axis<T>) {
    this.#rowsWanted = rowsWanted
    this.#axis = axis
  }

  /** The first rows from `from` on; null when there are none before `until`. */
  async next(from: number, until: number): Promise<AxisPiece<T> | null> {
    const rowsMax = 4 * this.#rowsWanted
    for (let at = from; at < until; ) {
      const planned = this.#isCrowded ? await this.#plannedAt(at, until) : null
      const to = planned?.to ?? Math.min(until, at + this.#length)
      // One place may hold any number of rows: a record of the journal is never cut.
      const isOnePlace = planned?.isOnePlace ?? to - at <= 1
      const rows = await this.#axis.read(at, to, isOnePlace ? Number.MAX_SAFE_INTEGER : rowsMax + 1)
      if (!isOnePlace && rows.length > rowsMax) {
        this.#planned.length = 0
        this.#isCrowded = true
        this.#length = to - at
        continue
      }
      if (planned === null) this.#grow(to - at, rows.length, this.#rowsWanted)
      if (rows.length > 0) return { rows, to }
      at = to
    }
    return null
  }

  /** The piece that begins at a place, by counted rows; null when so little is left that it need not be counted. */
  async #plannedAt(at: number, until: number): Promise<PlannedPiece | null> {
    const [known] = this.#planned
    if (known?.from === at && known.to <= until) return this.#planned.shift()!
    this.#planned.length = 0
    for (let from = at; from < until; ) {
      const to = Math.min(until, from + this.#length)
      const places = await this.#axis.count(from, to, PLACES_MAX)
      const rows = places.reduce((sum, place) => sum + place.rows, 0)
      const isAll = places.length < PLACES_MAX
      const end = isAll ? to : places.at(-1)!.place + 1
      this.#grow(end - from, rows, PIECES_PLANNED * this.#rowsWanted)
      if (rows > 0) this.#planned.push(...piecesOf(places, { from: at, to: end }, this.#rowsWanted))
      if (isAll && to === until && rows <= this.#rowsWanted) this.#isCrowded = false
      if (rows > 0) return this.#planned.shift()!
      from = to
    }
    return null
  }

  #grow(length: number, rows: number, rowsWanted: number): void {
    const growth = rows === 0 ? GROWTH_MAX : rowsWanted / rows
    const next = length * Math.min(GROWTH_MAX, Math.max(1 / GROWTH_MAX, growth))
    this.#length = Math.min(LENGTH_MAX, Math.ceil(Math.max(this.#length / GROWTH_MAX, next, 1)))
  }
}

/** Cuts a range behind places, each piece as soon as it has enough rows. */
function piecesOf(
  places: readonly CountedPlace[],
  { from, to }: { readonly from: number; readonly to: number },
  rowsWanted: number,
): PlannedPiece[] {
  const pieces: PlannedPiece[] = []
  let [start, rows, count] = [from, 0, 0]
  for (const place of places) {
    // A crowd comes alone: what stands before it is not read with it.
    if (count > 0 && rows + place.rows > 2 * rowsWanted) {
      pieces.push({ from: start, to: place.place, isOnePlace: count === 1 })
      ;[start, rows, count] = [place.place, 0, 0]
    }
    rows += place.rows
    count++
    if (rows < rowsWanted) continue
    pieces.push({ from: start, to: place.place + 1, isOnePlace: count === 1 })
    ;[start, rows, count] = [place.place + 1, 0, 0]
  }
  if (start < to) pieces.push({ from: start, to, isOnePlace: false })
  return pieces
}
