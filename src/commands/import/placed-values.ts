import type { HistoryRow } from './history-file.js'
import type { HistoryMapping, MappedCell, MappedValue } from './mapping.js'

type Where = NonNullable<MappedValue['where']>

/** Values of a mapping by the rows that they stand in: of ten thousand tags in one column a row is asked about its own alone. */
export class PlacedValues {
  readonly #common: Where
  /** Values that one column tells, by that column and by what it holds, as text. */
  readonly #byCell = new Map<string, Map<string, MappedValue[]>>()
  /** Values that stand in every row, or that several columns tell. */
  readonly #others: MappedValue[] = []

  constructor({ where = {}, values }: Pick<HistoryMapping, 'where' | 'values'>) {
    this.#common = where
    for (const value of values) {
      const conditions = Object.entries(value.where ?? {})
      if (conditions.length !== 1) {
        this.#others.push(value)
        continue
      }
      const [column, wanted] = conditions[0]!
      const byText = this.#byCell.get(column) ?? new Map<string, MappedValue[]>()
      this.#byCell.set(column, byText)
      for (const text of textsOf(wanted)) byText.set(text, [...(byText.get(text) ?? []), value])
    }
  }

  /** Values that stand in a row, in no certain order; none where the mapping leaves the row out. */
  of(row: HistoryRow): readonly MappedValue[] {
    if (!holds(this.#common, row)) return []
    const found = this.#others.filter(({ where = {} }) => holds(where, row))
    for (const [column, byText] of this.#byCell) {
      const cell = row.cell(column)
      if (cell === null || cell === undefined) continue
      const own = byText.get(String(cell))
      if (own !== undefined) found.push(...own)
    }
    return found
  }
}

function textsOf(wanted: MappedCell | readonly MappedCell[]): readonly string[] {
  return [...new Set([wanted].flat().map(String))]
}

function holds(where: Where, row: HistoryRow): boolean {
  for (const column in where) {
    const cell = row.cell(column)
    if (cell === null || cell === undefined || !textsOf(where[column]!).includes(String(cell))) return false
  }
  return true
}
