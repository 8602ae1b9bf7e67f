import type { Finding, Report, ReportCell, ReportFigure, ReportTable, Text } from '../../base/report.js'
import { canonicalJson } from '../canonical.js'
import { COMPARISON } from '../report/period-before.js'
import { bounded, fails, holds } from './findings.js'

/**
 * Compares a report with what the evidence gives. Figures are named by their ids, rows by their tables, everything else
 * by its place in the document, so that the first difference that a reader sees is the one to look at.
 */
export function comparison(stated: Report, rebuilt: Report): readonly Finding[] {
  const figures = figureDifferences(stated, rebuilt)
  const rest = [...tableDifferences(stated, rebuilt), ...otherDifferences(stated, rebuilt)]
  const findings = [...bounded('figure', figures), ...bounded('report', rest)]
  if (findings.length > 0) return findings
  if (canonicalJson(stated) !== canonicalJson(rebuilt)) {
    return [
      fails('report', 'report/report.json', {
        en: 'the report differs from the one that the evidence gives',
        zh: '报告与根据证据重新生成的报告不一致',
      }),
    ]
  }
  // Figures of the period before, and comparisons with them, do not follow from these readings.
  const count = Object.keys(stated.figures).filter((id) => !id.startsWith(COMPARISON)).length
  return [
    holds('figure', '', {
      en: `${count === 1 ? 'the one figure follows' : `all ${count} figures follow`} from the readings: computed again from the first to the last, each is exactly the one in the report`,
      zh: `全部 ${count} 个数值均可由读数推出：逐一重新计算，结果与报告完全相同`,
    }),
  ]
}

function figureDifferences(stated: Report, rebuilt: Report): Finding[] {
  const ids = [...new Set([...Object.keys(stated.figures), ...Object.keys(rebuilt.figures)])].sort()
  return ids.flatMap((id) => {
    const [says, gives] = [figureOf(stated, id), figureOf(rebuilt, id)]
    return canonicalJson(says) === canonicalJson(gives) ? [] : fails('figure', id, difference(id, says, gives))
  })
}

function figureOf({ figures }: Report, id: string): ReportFigure | undefined {
  return Object.hasOwn(figures, id) ? figures[id] : undefined
}

function difference(id: string, says: ReportFigure | undefined, gives: ReportFigure | undefined): Text {
  if (says === undefined || gives === undefined) {
    return says === undefined
      ? {
          en: `figure ${id}: the readings give it, the report does not have it`,
          zh: `数值 ${id}：读数可得出，报告中却没有`,
        }
      : { en: `figure ${id}: nothing in the evidence gives it`, zh: `数值 ${id}：证据中无从得出` }
  }
  const [a, b] = [shown(says), shown(gives)]
  if (a.en !== b.en) {
    return {
      en: `figure ${id}: the report says ${a.en}, the readings give ${b.en}`,
      zh: `数值 ${id}：报告为 ${a.zh}，由读数得出 ${b.zh}`,
    }
  }
  const parts = Object.keys({ ...says, ...gives })
    .filter((key) => canonicalJson(partOf(says, key)) !== canonicalJson(partOf(gives, key)))
    .sort()
    .map((key) => `${key}: ${short(partOf(says, key))} / ${short(partOf(gives, key))}`)
    .join('; ')
  return {
    en: `figure ${id}: the value is right, but not what is said of it (report / evidence: ${parts})`,
    zh: `数值 ${id}：数值正确，但其说明不符（报告 / 证据：${parts}）`,
  }
}

function shown({ value, unit, reason }: ReportFigure): Text {
  const amount = unit === '1' ? value : `${value} ${unit}`
  if (value !== null) return { en: `${amount}`, zh: `${amount}` }
  return { en: `"not known" (${reason})`, zh: `“未知”（${reason}）` }
}

function tableDifferences(stated: Report, rebuilt: Report): Finding[] {
  const [says, gives] = [tablesOf(stated), tablesOf(rebuilt)]
  return [...new Set([...says.keys(), ...gives.keys()])].flatMap((id) => {
    const [a, b] = [says.get(id), gives.get(id)]
    if (a === undefined || b === undefined) {
      return fails('table', id, {
        en:
          a === undefined ? `table ${id} is missing from the report` : `table ${id}: nothing in the evidence gives it`,
        zh: a === undefined ? `报告缺少表 ${id}` : `表 ${id}：证据中无从得出`,
      })
    }
    const rows = rowDifferences(a, b, { stated, rebuilt })
    if (rows.length > 0) return rows
    if (canonicalJson(a) === canonicalJson(b)) return []
    return fails('table', id, {
      en: `table ${id}: its head is not the one that the evidence gives`,
      zh: `表 ${id}：表头与证据不符`,
    })
  })
}

interface Both {
  readonly stated: Report
  readonly rebuilt: Report
}

/** The first cell that differs, by the words of its row and column. */
function rowDifferences(says: ReportTable, gives: ReportTable, both: Both): Finding[] {
  const { id } = says
  const [a, b] = [says.rows, gives.rows].map((rows) => rows.map((row) => canonicalJson(row)))
  const at = a!.findIndex((row, i) => row !== b![i])
  if (at === -1 && a!.length === b!.length) return []
  const row = at === -1 ? a!.length : at
  const [ours, theirs] = [says.rows[row], gives.rows[row]]
  const name = (language: Language) => `${id} (${says.title[language]})`
  const label = (language: Language) =>
    cellText(ours?.cells[0] ?? theirs?.cells[0], ours === undefined ? both.rebuilt : both.stated, language)
  const counts = {
    en: a!.length === b!.length ? '' : `; ${a!.length} rows in the report, ${b!.length} from the evidence`,
    zh: a!.length === b!.length ? '' : `；报告 ${a!.length} 行，证据 ${b!.length} 行`,
  }
  if (ours === undefined || theirs === undefined) {
    return [
      fails('table', id, {
        en: `table ${name('en')}, row ${row + 1} (${label('en')}): ${ours === undefined ? 'the evidence gives it, the report does not have it' : 'nothing in the evidence gives it'}${counts.en}`,
        zh: `表 ${name('zh')} 第 ${row + 1} 行（${label('zh')}）：${ours === undefined ? '证据可得出，报告中却没有' : '证据中无从得出'}${counts.zh}`,
      }),
    ]
  }
  const column = says.columns.findIndex((_, i) => canonical(ours.cells[i]) !== canonical(theirs.cells[i]))
  const title = (language: Language) => says.columns[column]?.title[language] ?? '–'
  const stated = (language: Language) => cellText(ours.cells[column], both.stated, language)
  const given = (language: Language) => cellText(theirs.cells[column], both.rebuilt, language)
  return [
    fails('table', id, {
      en: `table ${name('en')}, row ${row + 1} (${label('en')}), column "${title('en')}": the report says "${stated('en')}", the evidence gives "${given('en')}"${counts.en}`,
      zh: `表 ${name('zh')} 第 ${row + 1} 行（${label('zh')}）“${title('zh')}”列：报告为“${stated('zh')}”，证据为“${given('zh')}”${counts.zh}`,
    }),
  ]
}

type Language = 'en' | 'zh'

/** A cell as people read it; of a figure its exact value, and which one it is. */
function cellText(cell: ReportCell | undefined, report: Report, language: Language): string {
  if (cell === null || cell === undefined) return '–'
  if ('text' in cell) return cell.text[language]
  if ('word' in cell) return cell.word
  const figure = figureOf(report, cell.figure)
  return figure === undefined ? cell.figure : `${shown(figure)[language]}, ${cell.figure}`
}

function tablesOf({ sections }: Report) {
  return new Map(sections.flatMap(({ tables }) => tables.map((table) => [table.id, table] as const)))
}

/** Everything but figures and rows: who it is about, the basis, formulas, factors, sections. */
function otherDifferences(stated: Report, rebuilt: Report): Finding[] {
  const parts = (report: Report) => {
    const { figures: _, sections, ...rest } = report
    return {
      ...rest,
      sections: sections.map(({ tables, ...section }) => ({ ...section, tables: tables.map(({ id }) => id) })),
    }
  }
  return [...places(parts(stated), parts(rebuilt), '')].map(({ place, says, gives }) =>
    fails('report', place, {
      en: `${place}: the report says ${short(says)}, the evidence gives ${short(gives)}`,
      zh: `${place}：报告为 ${short(says)}，证据为 ${short(gives)}`,
    }),
  )
}

interface Difference {
  readonly place: string
  readonly says: unknown
  readonly gives: unknown
}

/** The deepest places where two documents differ, `basis/gwp`; of a list its entries by id where they have one. */
function* places(says: unknown, gives: unknown, place: string): Generator<Difference> {
  if (canonical(says) === canonical(gives)) return
  const [a, b] = [branches(says), branches(gives)]
  if (a === null || b === null) {
    yield { place, says, gives }
    return
  }
  let found = false
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    for (const difference of places(a.get(key), b.get(key), place === '' ? key : `${place}/${key}`)) {
      found = true
      yield difference
    }
  }
  // The same entries in another order.
  if (!found) yield { place, says, gives }
}

function branches(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const keys = value.map((one: unknown, i) => (isNamed(one) ? one.id : String(i)))
  return new Map(value.map((one: unknown, i) => [new Set(keys).size === keys.length ? keys[i]! : String(i), one]))
}

function isNamed(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
}

function canonical(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value)
}

function partOf(figure: ReportFigure, key: string): unknown {
  return (figure as unknown as Record<string, unknown>)[key] ?? null
}

const SHORT_MAX = 160

function short(value: unknown): string {
  const text = canonical(value) ?? '–'
  return text.length <= SHORT_MAX ? text : `${text.slice(0, SHORT_MAX)}…`
}
