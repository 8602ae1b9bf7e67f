import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import yauzl from 'yauzl'
import type { FigureMaking, Report } from '../../src/base/report.js'
import { type Difference, isSame } from './compare.js'
import { recompute } from './recompute/figures.js'
import { COVERAGE_MIN, type PlantInput, type Span } from './recompute/inputs.js'

/** One version of a report in all its files: the document, its tables, its workbook and its paper. */
export interface ReportFiles {
  readonly report: Report
  readonly csv: string
  readonly xlsx: Buffer
  readonly pdf: Buffer
}

export async function reportFiles(url: string, id: string, version: number): Promise<ReportFiles> {
  const get = async (end: string) => {
    const answer = await fetch(`${url}/api/v1/reports/${id}.${end}${end.includes('?') ? '&' : '?'}version=${version}`)
    if (!answer.ok) throw new Error(`${id}.${end}: ${answer.status} ${await answer.text()}`)
    return Buffer.from(await answer.arrayBuffer())
  }
  return {
    report: JSON.parse((await get('json')).toString()) as Report,
    csv: (await get('csv?table=figures')).toString(),
    xlsx: await get('xlsx?language=en'),
    pdf: await get('pdf?language=en'),
  }
}

/** Figures are rounded to a millionth of their unit by day. */
const ROUNDED = 1e-6

/** Compares what the document says of days of a KPI with the readings of these days, and quotients with what they are made of. */
export function compareReport(report: Report, input: PlantInput, days: readonly Span[]): readonly Difference[] {
  return Object.entries(report.figures).flatMap(([id, { made, value }]): Difference[] => {
    const expected = expectedOf(made, report, input, days)
    if (expected === undefined) return []
    const found = value === null ? null : Number(value)
    if (found !== null && Math.abs(found - expected) <= ROUNDED * (days.length + 1) + ROUNDED * Math.abs(expected))
      return []
    return [{ between: 'recomputed, report', what: `${report.id} ${id}`, expected, found }]
  })
}

function expectedOf(made: FigureMaking, report: Report, input: PlantInput, days: readonly Span[]): number | undefined {
  if (made.by === 'days') return ofDays(made, input, days)
  if (made.by === 'quotient') return ofTwo(made, report)
  if (made.by === 'sum') return ofSum(made, report)
  return made.by === 'rule' && made.formula === 'stack_capture' ? captureOf(made, report) : undefined
}

type MadeBy<T extends FigureMaking['by']> = Extract<FigureMaking, { readonly by: T }>

function ofDays(made: MadeBy<'days'>, input: PlantInput, days: readonly Span[]): number | undefined {
  if ((made.of !== 'value' && made.of !== 'numerator') || made.plant !== input.plant.id) return undefined
  const subject = { scope: made.scope, id: made.id }
  const figures = days.map((span) => recompute(made.kpi, { input, ...subject, span }, []))
  // The numerator of a sum is the sum; that of a ratio may be in another unit here.
  if (figures.some((one) => one === undefined || one.denominator !== 1 || one.coverage < COVERAGE_MIN)) return undefined
  return figures.reduce((sum, one) => sum + one!.numerator, 0)
}

/** Hours that are valid, of those in which the stack ran: in per cent, once. */
function captureOf(made: MadeBy<'rule'>, { figures }: Report): number | undefined {
  const hours = (what: string) =>
    Number(figures[made.of.find((id) => id.endsWith(`/${what}`)) ?? '']?.value ?? Number.NaN)
  const [valid, invalid] = [hours('valid'), hours('invalid')]
  return Number.isNaN(valid + invalid) || valid + invalid === 0 ? undefined : (valid / (valid + invalid)) * 100
}

function ofSum({ of, less = [] }: MadeBy<'sum'>, { figures }: Report): number | undefined {
  const [added, taken] = [of, less].map((ids) => ids.map((id) => figures[id]?.value ?? null))
  if ([...added!, ...taken!].includes(null)) return undefined
  const sum = (values: readonly (string | null)[]) => values.reduce((all, value) => all + Number(value), 0)
  return sum(added!) - sum(taken!)
}

/** Compares the statements about the period before with the report of that period, and lists what of the comparison nobody makes again. */
export function compareEarlier({ id, figures }: Report, earlier: Report): readonly Difference[] {
  const own = Object.entries(figures).filter(([figure]) => figure.startsWith('period-before/'))
  return own.flatMap(([figure, { made, value }]): Difference[] => {
    const what = `${id} ${figure}`
    if (made.by === 'sum' || made.by === 'quotient') return []
    const between = 'earlier report, comparison'
    const [, of] = /^period-before\/(.+)\/earlier$/.exec(figure) ?? []
    const stated = of === undefined ? undefined : earlier.figures[of]
    if (made.by !== 'statement' || stated === undefined) {
      return [{ between, what, expected: 'recomputed, or of the earlier report', found: made.by }]
    }
    return stated.value === value ? [] : [{ between, what, expected: stated.value, found: value }]
  })
}

function ofTwo({ of: [numerator, denominator], times }: MadeBy<'quotient'>, { figures }: Report): number | undefined {
  const [above, below] = [figures[numerator]?.value, figures[denominator]?.value]
  return above == null || below == null || Number(below) === 0 ? undefined : (Number(above) / Number(below)) * times
}

/** The four files of a report, figure by figure. */
export async function compareFiles({ report, csv, xlsx, pdf }: ReportFiles): Promise<readonly Difference[]> {
  const exact = Object.entries(report.figures).map(([id, { value }]) => ({ id, value: value ?? '' }))
  const inTable = new Map(
    (parse(csv, { columns: true, bom: true }) as Record<string, string>[]).map((row) => [row.id!, row.value ?? '']),
  )
  const cells = await cellsOf(xlsx)
  const text = textOf(pdf)
  const printed = printedOf(report)
  return exact.flatMap(({ id, value }): Difference[] => {
    const found: Difference[] = []
    const what = `${report.id} ${id}`
    const tabled = inTable.get(id)
    if (tabled !== value) found.push({ between: 'json, csv', what, expected: value, found: tabled ?? 'not there' })
    if (value === '') return found
    const isInBook = cells.some((cell) => cell === value || isSame(Number(cell), Number(value), 1e-13))
    if (!isInBook) found.push({ between: 'json, xlsx', what, expected: value, found: 'not there' })
    // A long number is broken in the list of exact values; then it stands in a table as that shows it.
    const isOnPaper = text === null || [value, ...(printed.get(id) ?? [])].some((one) => text.includes(one))
    if (!isOnPaper) found.push({ between: 'json, pdf', what, expected: value, found: 'not there' })
    return found
  })
}

/** Texts by which tables show each figure: in another unit, with so many decimals. */
function printedOf({ sections, figures }: Report): ReadonlyMap<string, readonly string[]> {
  const printed = new Map<string, string[]>()
  for (const cell of sections.flatMap(({ tables }) =>
    tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)),
  )) {
    if (cell === null || !('figure' in cell)) continue
    const value = figures[cell.figure]?.value ?? null
    if (value === null) continue
    // The double nearest to a half may lie below it, and paper rounds the exact half away from zero.
    const shown = [1, 1 + 1e-12].map((next) => (Number(value) * cell.scale * next).toFixed(cell.decimals))
    printed.set(cell.figure, [...(printed.get(cell.figure) ?? []), ...shown])
  }
  return printed
}

/** Contents of the cells of all sheets. */
async function cellsOf(xlsx: Buffer): Promise<readonly string[]> {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(xlsx, { lazyEntries: true })
  const files = new Map<string, string>()
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject).on('end', resolve)
    zip.on('entry', (entry: yauzl.Entry) => {
      if (!/^xl\/(worksheets\/.*|sharedStrings)\.xml$/.test(entry.fileName)) return zip.readEntry()
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error)
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        stream.on('end', () => {
          files.set(entry.fileName, Buffer.concat(chunks).toString())
          zip.readEntry()
        })
      })
    })
    zip.readEntry()
  })
  return [...files.values()].flatMap((xml) =>
    [...xml.matchAll(/<(?:v|t)(?: [^>]*)?>([^<]*)<\/(?:v|t)>/g)].map(([, cell]) => cell!),
  )
}

/** The text of the paper without what groups digits; null where poppler is not on the machine. */
function textOf(pdf: Buffer): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'cross-check-'))
  try {
    const file = join(folder, 'report.pdf')
    writeFileSync(file, pdf)
    const { error, stdout } = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    return error === undefined ? stdout.replaceAll(',', '').replaceAll('\u2212', '-') : null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
