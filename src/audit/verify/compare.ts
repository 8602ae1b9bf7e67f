import canonicalize from 'canonicalize'
import type { Finding, Report, ReportFigure, ReportRow, Text } from '../../base/report.js'
import { bounded, fails, holds } from './said.js'

/**
 * What a report says beside what the evidence gives. Figures are named by their ids, rows by their tables, everything else
 * by its place in the document, so that the first difference that a reader sees is the one to look at.
 */
export function comparison(stated: Report, rebuilt: Report): readonly Finding[] {
  const figures = figureDifferences(stated, rebuilt)
  const rest = [...tableDifferences(stated, rebuilt), ...otherDifferences(stated, rebuilt)]
  const findings = [...bounded('figure', figures), ...bounded('report', rest)]
  if (findings.length > 0) return findings
  if (canonicalize(stated) !== canonicalize(rebuilt)) {
    return [
      fails('report', 'report/report.json', {
        en: 'the report differs from the one that the evidence gives',
        zh: '报告与根据证据重新生成的报告不一致',
      }),
    ]
  }
  const count = Object.keys(stated.figures).length
  return [
    holds('figure', '', {
      en: `all ${count} figures follow from the readings: computed again from the first to the last, each is exactly the one in the report`,
      zh: `全部 ${count} 个数值均可由读数推出：逐一重新计算，结果与报告完全相同`,
    }),
  ]
}

function figureDifferences(stated: Report, rebuilt: Report): Finding[] {
  const ids = [...new Set([...Object.keys(stated.figures), ...Object.keys(rebuilt.figures)])].sort()
  return ids.flatMap((id) => {
    const [says, gives] = [figureOf(stated, id), figureOf(rebuilt, id)]
    return canonicalize(says) === canonicalize(gives) ? [] : fails('figure', id, difference(id, says, gives))
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
    .filter((key) => canonicalize(partOf(says, key)) !== canonicalize(partOf(gives, key)))
    .sort()
    .map((key) => `${key}: ${short(partOf(says, key))} / ${short(partOf(gives, key))}`)
    .join('; ')
  return {
    en: `figure ${id}: the value is right, but not what is said of it (report / evidence: ${parts})`,
    zh: `数值 ${id}：数值正确，但其说明不符（报告 / 证据：${parts}）`,
  }
}

function shown({ value, unit, reason }: ReportFigure): Text {
  if (value !== null) return { en: `${value} ${unit}`, zh: `${value} ${unit}` }
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
    const rows = rowDifferences(id, a.rows, b.rows)
    if (rows.length > 0) return rows
    if (canonicalize(a) === canonicalize(b)) return []
    return fails('table', id, {
      en: `table ${id}: its head is not the one that the evidence gives`,
      zh: `表 ${id}：表头与证据不符`,
    })
  })
}

function rowDifferences(id: string, says: readonly ReportRow[], gives: readonly ReportRow[]): Finding[] {
  const [a, b] = [says.map((row) => canonicalize(row)), gives.map((row) => canonicalize(row))]
  const at = a.findIndex((row, i) => row !== b[i])
  if (at === -1 && a.length === b.length) return []
  const row = at === -1 ? a.length : at
  const stated = short(says[row]?.cells ?? null)
  return [
    fails('table', id, {
      en: `table ${id}: row ${row + 1} is not the one that the evidence gives (report: ${stated}; evidence: ${short(gives[row]?.cells ?? null)}; ${a.length} rows in the report, ${b.length} from the evidence)`,
      zh: `表 ${id}：第 ${row + 1} 行与证据不符（报告：${stated}；证据：${short(gives[row]?.cells ?? null)}；报告 ${a.length} 行，证据 ${b.length} 行）`,
    }),
  ]
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
  return value === undefined ? undefined : canonicalize(value)
}

function partOf(figure: ReportFigure, key: string): unknown {
  return (figure as unknown as Record<string, unknown>)[key] ?? null
}

const SHORT_MAX = 160

function short(value: unknown): string {
  const text = canonical(value) ?? '–'
  return text.length <= SHORT_MAX ? text : `${text.slice(0, SHORT_MAX)}…`
}
