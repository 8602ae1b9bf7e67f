import type { Report, ReportCell, ReportColumn, ReportFigure, ReportTable } from '../../../src/base/report.js'

export type FigureCell = Extract<ReportCell, { readonly figure: string }>

const isFigure = (cell: ReportCell): cell is FigureCell => cell !== null && 'figure' in cell

/** The figures of a report in the order in which they are read, each once. */
export function figuresInOrder({ sections }: Pick<Report, 'sections'>): readonly string[] {
  const cells = sections.flatMap(({ tables }) => tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)))
  return [...new Set(cells.filter(isFigure).map(({ figure }) => figure))]
}

/** Cell in which a figure stands first in the tables; null for one that only others are made of. */
export function cellOf({ sections }: Pick<Report, 'sections'>, figure: string): FigureCell | null {
  for (const { tables } of sections) {
    for (const { rows } of tables) {
      for (const { cells } of rows) {
        const cell = cells.find((each) => each !== null && 'figure' in each && each.figure === figure)
        if (cell !== undefined && isFigure(cell!)) return cell
      }
    }
  }
  return null
}

/** The figures that are made of one. */
export function usersOf(figures: Report['figures'], figure: string): readonly string[] {
  return Object.keys(figures).filter((id) => partsOf(figures[id]!).includes(figure))
}

/** Figures that a figure is made of, in the order in which its making says them. */
export function partsOf({ made }: ReportFigure): readonly string[] {
  if (made.by === 'sum') return [...made.of, ...(made.less ?? [])]
  return made.by === 'quotient' || made.by === 'rule' ? made.of : []
}

/**
 * The one unit of all figures of a column, said once in its head; '' where the head says it already, or where nothing is
 * to be said. null where they differ: then each says its own.
 */
export function unitOfColumn({ rows }: ReportTable, at: number): string | null {
  const units = new Set(
    rows.flatMap(({ cells }) => (isFigure(cells[at] ?? null) ? [(cells[at] as FigureCell).unit] : [])),
  )
  return units.size > 1 ? null : ([...units][0] ?? '')
}

export const saysUnit = ({ title }: ReportColumn, unit: string): boolean =>
  unit === '' || title.en.includes(unit) || title.zh.includes(unit)
