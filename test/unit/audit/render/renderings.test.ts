import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { shownCell } from '../../../../src/audit/render/cell.js'
import { csvFiles } from '../../../../src/audit/render/csv.js'
import { jsonOfReport, sha256OfReport } from '../../../../src/audit/render/json.js'
import { unitText } from '../../../../src/audit/render/language.js'
import { FONT_SLICES, fontFile } from '../../../../src/audit/render/pdf/fonts.js'
import { pdfOf } from '../../../../src/audit/render/pdf/pdf.js'
import { breakableParts } from '../../../../src/audit/render/pdf/typeset.js'
import { type Rendering, renderings } from '../../../../src/audit/render/renderings.js'
import { sheetsOf } from '../../../../src/audit/render/sheet.js'
import { makingWords } from '../../../../src/audit/render/words.js'
import { xlsxOf } from '../../../../src/audit/render/xlsx.js'
import { formulaOf } from '../../../../src/audit/report/rules.js'
import { FORMULA_NAMES, sampleReport } from '../../../support/report.js'
import { xlsxCells } from '../../../support/xlsx-cells.js'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const fontsFolder = join(root, 'node_modules', '@fontsource', 'noto-sans-sc', 'files')
const report = sampleReport({ meters: 3 })
const peakDemand = { ...report, formulas: [formulaOf('peak_demand_15')] }
const options = { status: 'frozen', fingerprint: 'SHA256:ab', fontsFolder } as const

async function allOf(): Promise<Rendering[]> {
  const all: Rendering[] = []
  for await (const rendering of renderings(report, { ...options, languages: ['both'] })) all.push(rendering)
  return all
}

test('the same report is rendered to the same bytes in every format, whenever it is', async () => {
  const first = await allOf()
  // DOS times in a zip have steps of two seconds: a clock that got in would be seen only then, so it is turned on.
  const now = Date.now
  Date.now = () => now() + 86_400_000
  const second = await allOf().finally(() => {
    Date.now = now
  })
  expect(first.map(({ path }) => path)).toEqual(second.map(({ path }) => path))
  for (const [i, { path, bytes }] of first.entries()) {
    expect(second[i]?.bytes.equals(bytes), path).toBe(true)
  }
  expect(new Set(first.map(({ path }) => path)).size).toBe(first.length)
  expect(first.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'report/report.json',
      'report/csv/figures.csv',
      'report/report.both.pdf',
      'report/report.both.xlsx',
    ]),
  )
})

test('the JSON is canonical: no space, keys in order, and its hash is that of the report', () => {
  const text = jsonOfReport(report).toString()
  expect(text.startsWith('{"basis":{"archive":{"now":')).toBe(true)
  expect(JSON.parse(text)).toEqual(report)
  expect(createHash('sha256').update(text).digest('hex')).toBe(sha256OfReport(report))
})

describe('CSV', () => {
  const files = csvFiles(report)
  const read = (id: string) => parse(files.get(id) ?? '', { columns: true }) as Record<string, string>[]

  test('every figure stands in it with the digits of the JSON, or empty with its reason', () => {
    const rows = read('figures')
    expect(rows.map(({ id, value, unit, reason }) => [id, value, unit, reason])).toEqual(
      Object.entries(report.figures)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { value, unit, reason }]) => [id, value ?? '', unit, reason]),
    )
  })

  test('a figure of a table has its unit, its reason and its id beside it', () => {
    const row = read('suzhou-1-results').find(({ emission_figure }) => emission_figure === 'suzhou-1/scope2_mb')
    expect(row).toMatchObject({
      level: '1',
      activity: '441286.400000',
      activity_unit: 'kWh',
      emission: '',
      emission_reason: 'no_factor',
    })
  })

  test('a name that begins like a formula begins with an apostrophe, a negative number does not', () => {
    expect(read('identity').map(({ says }) => says)).toEqual(
      expect.arrayContaining(FORMULA_NAMES.map((name) => `'${name}`)),
    )
    expect(read('changes')[0]).toMatchObject({ before: '-1234567.8', delta: '-0.0905' })
  })

  test('a formula and its source stand as they were stated, with their Chinese in a column behind them', () => {
    const [row] = parse(csvFiles(peakDemand).get('formulas') ?? '', { columns: true })
    expect(row).toMatchObject({
      formula: 'max over 15-minute blocks of ΔE_imp / 0.25 h',
      formula_zh: '各 15 分钟时段 ΔE_imp / 0.25 h 的最大值',
      source: 'KPI specification §2, peak demand',
      source_zh: '指标规范 §2，最大需量',
    })
  })

  test('a table of the report keeps its name where one beside it has the same', () => {
    const clash = {
      ...report,
      sections: [
        { id: 's', title: report.title, tables: [{ id: 'figures', title: report.title, columns: [], rows: [] }] },
      ],
    }
    expect([...csvFiles(clash).keys()]).toEqual(['figures', 'annex-figures', 'formulas', 'factors-used', 'changes'])
  })
})

test('the first sheet of a workbook says what each of the others holds, with its notes, and what was not checked', async () => {
  const cells = await xlsxCells(await xlsxOf(report, { ...options, language: 'zh' }))
  const sheets = sheetsOf(report)
  for (const { id, title, note } of sheets) {
    const row = cells.find(([name, said]) => name === id.slice(0, 31) && said === title.zh)
    expect(row, id).toBeDefined()
    if (note !== undefined) expect(row?.[2]).toBe(note.zh)
  }
  expect(sheets.filter(({ note }) => note !== undefined)).not.toEqual([])
  for (const { zh } of report.unchecked) expect(cells.map(([, said]) => said)).toContain(zh)
})

test('a workbook in Chinese has its formulas in Chinese, one in English as they were stated', () => {
  const sheet = sheetsOf(peakDemand).find(({ id }) => id === 'formulas')
  const cells = sheet?.rows[0]?.cells.slice(2, 4) ?? []
  const texts = (language: 'en' | 'zh') => cells.map((cell) => shownCell(peakDemand, cell, language).text)
  expect(texts('en')).toEqual(['max over 15-minute blocks of ΔE_imp / 0.25 h', 'KPI specification §2, peak demand'])
  expect(texts('zh')).toEqual(['各 15 分钟时段 ΔE_imp / 0.25 h 的最大值', '指标规范 §2，最大需量'])
})

test('a Chinese workbook says in Chinese why a figure is not known, what is flagged, and how it came about', () => {
  const unknown = report.figures['suzhou-1/scope2_mb']!
  const made = { by: 'days', kpi: 'scope2_mb', plant: 'p', scope: 'device', id: 'd', of: 'value', days: 1 } as const
  const one = { ...report, figures: { one: { ...unknown, flags: ['co2_only'], made } } } as const
  const cells = sheetsOf(one).find(({ id }) => id === 'figures')?.rows[0]?.cells ?? []
  const said = (at: number, language: 'en' | 'zh') => shownCell(one, cells[at] ?? null, language).text
  expect([said(4, 'en'), said(7, 'en')]).toEqual(['no_factor', 'co2_only'])
  expect([said(4, 'zh'), said(7, 'zh')].join('')).not.toMatch(/[a-z]{3}/)
  expect(said(10, 'zh')).toBe('scope2_mb 1 个日值之和；p，设备 d')
  expect(makingWords({ by: 'count', of: 'final day of scope2_lb' }).zh).toBe('计自：scope2_lb 的最终日值')
})

test('lines end after spaces and between Chinese characters, never before a closing sign', () => {
  expect(breakableParts('共 2 台电表，（东区）')).toEqual(['共 ', '2 ', '台', '电', '表，', '（东', '区）'])
  expect(breakableParts('one two')).toEqual(['one ', 'two'])
})

test('the build copies the faces that a PDF asks for', () => {
  const build = readFileSync(join(root, 'src', 'prepare.mjs'), 'utf8')
  for (const slice of [...FONT_SLICES.regular, ...FONT_SLICES.strong]) {
    expect(fontFile(slice)).toBe(`noto-sans-sc-${slice}-normal.woff`)
    expect(build).toContain(`'${slice}'`)
  }
})

test('a PDF of hundreds of figures stays below half a megabyte', async () => {
  const pdf = await pdfOf(sampleReport({ meters: 100 }), { ...options, language: 'zh' })
  expect(pdf.length).toBeLessThan(500_000)
  expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7')
})

test('a unit in the words of PACT is printed by its sign', () => {
  const units = ['kilogram', 'kgCO2e/kilogram', 'kgCO2e/piece', 'ton kilometer', 'hour', 'kWh']
  expect(units.map((unit) => unitText(unit, 'en'))).toEqual(['kg', 'kgCO2e/kg', 'kgCO2e/pcs', 'tkm', 'hour', 'kWh'])
  expect(unitText('kgCO2e/piece', 'zh')).toBe('kgCO2e/件')
})
