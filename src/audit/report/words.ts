import type { ConfiguredText } from '../../base/options/statements.js'
import type { ReportCell, ReportColumn, ReportFigure, ReportRow, ReportTable, Text } from '../../base/report.js'

/** Helpers that write down tables: short names for what stands in every block. */

export function bilingual(en: string, zh: string): Text {
  return { en, zh }
}

/** The same in both languages. */
export function same(word: string): Text {
  return { en: word, zh: word }
}

export const NOT_CONFIGURED: Text = bilingual('not configured', '未配置')
export const NONE: Text = bilingual('none', '无')

/** Text that the configuration says in one language or both; null when it says nothing. */
export function configuredText(words: ConfiguredText | undefined): Text | null {
  if (words === undefined) return null
  if (typeof words === 'string') return same(words)
  const any = words.en ?? words.zh
  return any === undefined ? null : { en: words.en ?? any, zh: words.zh ?? any }
}

export function textCell(text: Text): ReportCell {
  return { text }
}

export function wordCell(word: string | number): ReportCell {
  return { word: String(word) }
}

/** A statement that may be missing: what nobody has said is printed as such, never left empty. */
export function statedCell(said: ConfiguredText | number | undefined): ReportCell {
  if (typeof said === 'number') return wordCell(said)
  return textCell(configuredText(said) ?? NOT_CONFIGURED)
}

/** As it is computed, or scaled for people: 1000 kg as 1 t. */
export function figureCell(figure: string, unit: string, decimals: number, scale = 1): ReportCell {
  return { figure, unit, scale, decimals }
}

/** Kilograms of gas, shown in tonnes. */
export function tonnesCell(figure: string, unit: 'tCO2e' | 'tCO2'): ReportCell {
  return figureCell(figure, unit, 3, 0.001)
}

interface FiguresById {
  get(id: string): ReportFigure
}

/** A figure whose factors count CO2 alone is no CO2e of all gases: then it is shown as what it is. */
export function emissionCell(figures: FiguresById, id: string): ReportCell {
  return tonnesCell(id, isAnyCo2Only(figures, [id]) ? 'tCO2' : 'tCO2e')
}

export function isAnyCo2Only(figures: FiguresById, ids: readonly string[]): boolean {
  return ids.some((id) => figures.get(id).flags.includes('co2_only'))
}

export const CO2_ONLY_NOTE: Text = bilingual(
  'Shown in t CO2: some of the factors count CO2 alone. The unit of the KPI is kgCO2e; no other gas is in that part.',
  '以 t CO2 表示：部分因子仅含 CO2。指标单位为 kgCO2e，该部分不含其他气体。',
)

/** Printed values that are added up by hand. */
export const ROUNDED: Text = bilingual(
  'Each value is rounded for itself from its exact amount, so printed parts may differ from their total in the last digit.',
  '各数值均由精确值单独修约，打印的分项之和与合计可能相差末位。',
)

export function left(id: string, en: string, zh: string): ReportColumn {
  return { id, title: { en, zh }, align: 'left' }
}

export function right(id: string, en: string, zh: string): ReportColumn {
  return { id, title: { en, zh }, align: 'right' }
}

export function row(...cells: readonly ReportCell[]): ReportRow {
  return { level: 0, strong: false, cells }
}

/** A total, or a heading. */
export function strongRow(...cells: readonly ReportCell[]): ReportRow {
  return { level: 0, strong: true, cells }
}

/** A part of the row above. */
export function partRow(...cells: readonly ReportCell[]): ReportRow {
  return { level: 1, strong: false, cells }
}

export function tableOf(
  id: string,
  title: Text,
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
  note?: Text,
): ReportTable {
  return { id, title, ...(note === undefined ? {} : { note }), columns, rows }
}

/** Names and what is said of them. */
export function pairs(
  id: string,
  title: Text,
  rows: readonly (readonly [Text, ReportCell])[],
  note?: Text,
): ReportTable {
  const columns = [left('what', 'Item', '项目'), left('said', 'Value', '内容')]
  return tableOf(
    id,
    title,
    columns,
    rows.map(([name, cell]) => row(textCell(name), cell)),
    note,
  )
}

/** Texts as one, a line each. */
export function joinedTexts(texts: readonly Text[], separator = '; '): Text {
  return { en: texts.map(({ en }) => en).join(separator), zh: texts.map(({ zh }) => zh).join(separator) }
}
