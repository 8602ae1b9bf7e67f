/** A file of history as rows, whatever its format: read from beginning to end, a few thousand rows in memory at most. */

/** Content of a cell; null for one that is empty, undefined where the row has no such column. */
export type HistoryCell = string | number | boolean | null | undefined

export interface HistoryRow {
  /** Place in the file, as `placeName` calls it, the first being 1. */
  readonly number: number
  /** Reason why nothing of the row can be read; '' for one that can. */
  readonly problem: string
  cell(column: string): HistoryCell
  /** Columns that the row has. */
  names(): readonly string[]
}

export interface HistoryFile {
  /** The unit in which rows are counted: `line`, or `row` where the file has no lines. */
  readonly placeName: 'line' | 'row'
  /** Columns of which there are several, once rows have come; absent in files that cannot have such. */
  readonly twice?: readonly string[]
  /** Part of the file that has been read, 0..1. */
  share(): number
  /** Some rows at a time. Throws `UnreadableHistory`, and errors of the system. */
  rows(): AsyncGenerator<readonly HistoryRow[]>
}

/** The file as a whole cannot be read as what the mapping says it is; the message is a sentence for the person. */
export class UnreadableHistory extends Error {}

/** A row whose cells stand in a list, under columns that all rows have in common. */
export class ListedRow implements HistoryRow {
  readonly problem = ''

  constructor(
    readonly number: number,
    readonly columns: ReadonlyMap<string, number>,
    readonly cells: readonly HistoryCell[],
  ) {}

  cell(column: string): HistoryCell {
    const at = this.columns.get(column)
    return at === undefined ? undefined : (this.cells[at] ?? null)
  }

  names(): readonly string[] {
    // They stand there from the last to the first.
    return [...this.columns.keys()].reverse()
  }
}

/** A row of which nothing can be read. */
export function brokenRow(number: number, problem: string): HistoryRow {
  return { number, problem, cell: () => undefined, names: () => [] }
}

/** Positions of columns by their names; the first one counts where a name is there twice. */
export function columnPositions(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at): [string, number] => [name, at]).toReversed())
}

/** Names that more than one column has. */
export function namesThereTwice(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))]
}
