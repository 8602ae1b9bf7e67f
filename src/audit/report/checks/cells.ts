import type { ReportCell } from '../../../base/report.js'
import { breach, type Check } from './checked.js'

/** Units that say the same of one number. */
const SAME: readonly (readonly [unit: string, shown: string, scale: number])[] = [
  ['kgCO2e', 'tCO2e', 0.001],
  ['kgCO2e', 'tCO2', 0.001],
  ['kgCO2', 'tCO2', 0.001],
  ['kgCO2', 'tCO2e', 0.001],
  ['kgCO2e', 'kgCO2', 1],
]

/** A cell shows a figure that there is, in its own unit or in one that the scale leads to. */
export const cells: Check = {
  id: 'cells',
  *breaches({ report }) {
    for (const { tables } of report.sections) {
      for (const table of tables) {
        for (const cell of table.rows.flatMap((row) => row.cells)) {
          if (!isFigure(cell)) continue
          const figure = Object.hasOwn(report.figures, cell.figure) ? report.figures[cell.figure] : undefined
          if (figure === undefined) {
            yield breach(
              table.id,
              `shows a figure ${cell.figure} that there is not`,
              `引用了不存在的数值 ${cell.figure}`,
            )
          } else if (!isShownRight(figure.unit, cell)) {
            yield breach(
              table.id,
              `shows ${cell.figure} in ${cell.unit} times ${cell.scale}, and it is in ${figure.unit}`,
              `以 ${cell.unit}（乘 ${cell.scale}）显示 ${cell.figure}，而其单位为 ${figure.unit}`,
            )
          }
        }
      }
    }
  },
}

type FigureCell = Extract<ReportCell, { readonly figure: string }>

function isFigure(cell: ReportCell): cell is FigureCell {
  return cell !== null && 'figure' in cell
}

function isShownRight(unit: string, { unit: shown, scale }: FigureCell): boolean {
  if (SAME.some(([of, as, by]) => of === unit && as === shown && by === scale)) return true
  // A name may be put for pieces, and less may be said of a gas than the unit does.
  return scale === 1 && (plain(shown) === plain(unit) || isCount(unit) || isCount(shown))
}

function isCount(unit: string): boolean {
  return ['1', 'pcs', 'unit'].includes(unit)
}

function plain(unit: string): string {
  return unit.replace('CO2e', 'CO2').replace(/^kg(CH4|N2O)$/, 'kg')
}
