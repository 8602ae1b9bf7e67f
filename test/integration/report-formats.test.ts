import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, test } from 'vitest'
import { printed } from '../../src/audit/render/number.js'
import { pdfOf } from '../../src/audit/render/pdf/pdf.js'
import { xlsxOf } from '../../src/audit/render/xlsx.js'
import { FORMULA_NAMES, sampleReport } from '../support/report.js'

const needed = process.env.REQUIRE_SERVERS !== undefined
const has = (command: string, argument: string) => spawnSync(command, [argument]).error === undefined
const folder = mkdtempSync(join(tmpdir(), 'report-formats-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fontsFolder = join(import.meta.dirname, '..', '..', 'node_modules', '@fontsource', 'noto-sans-sc', 'files')
const report = sampleReport({ meters: 30 })
const options = { status: 'draft', fingerprint: 'SHA256:ab', fontsFolder } as const

/** Every figure that a table shows, with how it is printed. */
function shownFigures(): { id: string; printed: string; exact: string }[] {
  const cells = report.sections.flatMap(({ tables }) =>
    tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells)),
  )
  return cells.flatMap((cell) => {
    if (cell === null || !('figure' in cell)) return []
    const value = report.figures[cell.figure]?.value ?? null
    return value === null ? [] : [{ id: cell.figure, printed: printed(value, cell.scale, cell.decimals), exact: value }]
  })
}

describe.skipIf(!needed && !has('pdftotext', '-v'))('a PDF read by poppler', () => {
  test.each(['en', 'zh', 'both'] as const)('shows the figures of the report, in %s', async (language) => {
    const file = join(folder, `${language}.pdf`)
    writeFileSync(file, await pdfOf(report, { ...options, language }))
    const text = run('pdftotext', ['-layout', file, '-'])
    for (const { id, printed } of shownFigures()) expect(text, id).toContain(printed)
    for (const { value } of Object.values(report.figures)) {
      if (value !== null) expect(text.replaceAll(',', '').replaceAll('\u2212', '-')).toContain(value)
    }
    for (const name of FORMULA_NAMES) expect(text).toContain(name.trim())
    if (language !== 'en') expect(text).toContain('外购电力，位置法')
    expect(text).toContain(language === 'zh' ? '— 无排放因子' : '— no factor')
    expect(text).toContain('t CO2e')
    expect(run('pdfinfo', [file])).toContain('Keywords:        SHA-256')
    // All faces embedded, cut to the letters used, and with a way back to Unicode: PDF/A-2b.
    const faces = run('pdffonts', [file]).trim().split('\n').slice(2)
    for (const face of faces) expect(face).toMatch(/yes +yes +yes/)
  })
})

describe.skipIf(!needed && !has('soffice', '--version'))('a workbook read by LibreOffice', () => {
  test('has the figures of the report as numbers, and no name became a formula', async () => {
    writeFileSync(join(folder, 'report.xlsx'), await xlsxOf(report, { ...options, language: 'en' }))
    const everySheet = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1'
    const profile = `-env:UserInstallation=file://${join(folder, 'office')}`
    run('soffice', [profile, '--headless', '--convert-to', everySheet, '--outdir', folder, join(folder, 'report.xlsx')])
    const sheet = (name: string) =>
      parse(readFileSync(join(folder, `report-${name}.csv`)), { relax_column_count: true }) as string[][]
    for (const plant of report.plants) {
      const emissions = sheet(`${plant.id}-results`).map((row) => row[3])
      expect(emissions).toContain('257.13758528')
      expect(emissions).toContain('-1234.5678905')
      expect(emissions).toContain('— no factor')
    }
    const figures = new Map(sheet('figures').map(([id, , number, exact]) => [id, { number, exact }]))
    for (const [id, { value }] of Object.entries(report.figures)) {
      expect(figures.get(id)?.exact).toBe(value ?? '')
      if (value !== null) expect(Number(figures.get(id)?.number) / Number(value)).toBeCloseTo(1, 13)
    }
    const names = sheet('identity').map((row) => row[1]?.trim())
    expect(names).toEqual(expect.arrayContaining(FORMULA_NAMES.map((name) => name.trim())))
  })
})

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  expect({ command, status, error, stderr: status === 0 ? '' : stderr }).toMatchObject({ status: 0 })
  return stdout
}
