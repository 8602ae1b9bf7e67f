// @module-tag slow

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { printedNumber } from '../../src/audit/render/number.js'
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
    return value === null
      ? []
      : [{ id: cell.figure, printed: printedNumber(value, cell.scale, cell.decimals), exact: value }]
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

/** A report with names that devices and people could give. */
function hostileReport() {
  const hostile = sampleReport({ meters: 2 })
  const [table] = hostile.sections[0]!.tables
  const [row] = table!.rows
  const rows = HOSTILE.map((text) => ({ ...row!, cells: row!.cells.map(() => ({ text: { en: text, zh: text } })) }))
  const tables = [{ ...table!, rows: [...table!.rows, ...rows] }, ...hostile.sections[0]!.tables.slice(1)]
  return { ...hostile, sections: [{ ...hostile.sections[0]!, tables }, ...hostile.sections.slice(1)] }
}

const HOSTILE = [
  '=HYPERLINK("http://127.0.0.1:1/","hx")',
  '@SUM(1+1)',
  'ctl\0\x01\x08\x0b\x1f\x7fend',
  '\x1b[2Jterminal',
  'half \ud800 of a pair, and \udc00 the other',
  'nochars \ufffe\uffff',
  '<b>&amp;"\'</b>]]></t></si>',
  'escape _x0041_ _x000D_ of a cell',
  'turned \u202eround',
  `long ${'x'.repeat(65_536)}`,
]
/** XML 1.0 §2.2, of what is no half of a pair. */
const NO_XML_CHAR = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

describe('names that mean harm', () => {
  test('are text in the parts of a workbook, none of which holds a formula, a character that is none, or a cell too long', async () => {
    const parts = await partsOf(await xlsxOf(hostileReport(), { ...options, language: 'both' }))
    expect(parts.size).toBeGreaterThan(10)
    for (const [name, bytes] of parts) {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      expect(NO_XML_CHAR.exec(text), name).toBe(null)
      expect(text, name).not.toMatch(/<f[ >]|<script|<b>/)
    }
    const strings = parts.get('xl/sharedStrings.xml')!.toString()
    const cells = [...strings.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text = '']) => text)
    expect(Math.max(...cells.map((text) => text.length))).toBeLessThanOrEqual(32_767)
    expect(cells).toContain('escape _x005F_x0041_ _x005F_x000D_ of a cell')
    expect(cells).toContainEqual(expect.stringMatching(/^half .? ?of a pair, and .? ?the other$/))
  })

  test.skipIf(!needed && !has('soffice', '--version'))('are what a spreadsheet shows', async () => {
    writeFileSync(join(folder, 'hostile.xlsx'), await xlsxOf(hostileReport(), { ...options, language: 'en' }))
    const everySheet = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1'
    const profile = `-env:UserInstallation=file://${join(folder, 'office')}`
    const args = ['--headless', '--convert-to', everySheet, '--outdir', folder, join(folder, 'hostile.xlsx')]
    run('soffice', [profile, ...args])
    const rows = parse(readFileSync(join(folder, 'hostile-identity.csv')), { relax_column_count: true }) as string[][]
    const shown = rows.map(([first]) => first)
    expect(shown).toEqual(
      expect.arrayContaining([
        HOSTILE[0],
        HOSTILE[1],
        HOSTILE[6],
        HOSTILE[7],
        expect.stringMatching(/^long x{32000,}/),
      ]),
    )
  })

  test.skipIf(!needed && !has('pdftotext', '-v'))('are text in a PDF that a reader takes', async () => {
    const file = join(folder, 'hostile.pdf')
    writeFileSync(file, await pdfOf(hostileReport(), { ...options, language: 'both' }))
    const text = run('pdftotext', ['-layout', file, '-'])
    for (const word of ['HYPERLINK', '@SUM(1+1)', 'terminal', 'half', 'nochars', 'escape', 'xxxxxxxx']) {
      expect(text).toContain(word)
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a page has none of them
    expect(/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.exec(text)).toBe(null)
    expect(run('pdfinfo', [file])).toMatch(/JavaScript: +no/)
  })
})

function partsOf(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const parts = new Map<string, Buffer>()
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (failure, zip) => {
      if (failure !== null) return reject(failure)
      zip.on('error', reject).on('end', () => resolve(parts))
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, async (failure, stream) => {
          if (failure !== null) return reject(failure)
          parts.set(entry.fileName, Buffer.concat(await stream.toArray()))
          zip.readEntry()
        })
      })
      zip.readEntry()
    })
  })
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  expect({ command, status, error, stderr: status === 0 ? '' : stderr }).toMatchObject({ status: 0 })
  return stdout
}
