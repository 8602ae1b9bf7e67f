import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { pdfOf } from '../../../../src/audit/render/pdf/pdf.js'
import { sampleReport } from '../../../support/report.js'

/** Proves that a PDF says what it consists of to readers that do not see it, and declares itself for archives. */

const hasPoppler = spawnSync('pdfinfo', ['-v']).status === 0
const fontsFolder = join('node_modules', '@fontsource', 'noto-sans-sc', 'files')
const folder = mkdtempSync(join(tmpdir(), 'tagged-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const options = { language: 'zh', status: 'draft', fingerprint: 'SHA256:ab', fontsFolder } as const
const pdf = await pdfOf({ ...sampleReport({ meters: 4 }), instructions: 'https://example.com/check' }, options)
const file = join(folder, 'report.pdf')
writeFileSync(file, pdf)

function streams(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1')
  return [...text.matchAll(/<<[\s\S]*?\/Filter \/FlateDecode[\s\S]*?stream\n/g)].flatMap(({ index, 0: head }) => {
    const from = index + head.length
    try {
      return [inflateSync(bytes.subarray(from, text.indexOf('\nendstream', from))).toString('latin1')]
    } catch {
      return []
    }
  })
}

const inflated = streams(pdf)
const pages = inflated.filter((content) => content.includes(' Tf') && content.includes('BT'))

test('each drawing on each page is content of the structure, or an artifact', () => {
  expect(pages.length).toBeGreaterThan(5)
  for (const content of pages) {
    let depth = 0
    for (const line of content.split('\n')) {
      if (/ (BDC|BMC)$/.test(line)) depth++
      else if (line === 'EMC') depth--
      else if (/ (Tj|TJ)$|^(S|f|B)$/.test(line)) expect(depth, line).toBe(1)
      expect(depth).toBeGreaterThanOrEqual(0)
    }
    expect(depth).toBe(0)
  }
})

test('the file declares part 2, level A, its language, a structure and a colour profile', () => {
  const text = [pdf.toString('latin1'), ...inflated].join('\n')
  expect(text).toContain('<pdfaid:part>2</pdfaid:part>')
  expect(text).toContain('<pdfaid:conformance>A</pdfaid:conformance>')
  for (const part of ['/MarkInfo', '/Marked true', '/StructTreeRoot', '/Lang (zh-CN)', '/GTS_PDFA1']) {
    expect(text, part).toContain(part)
  }
  expect(text).toMatch(/\/S \/Figure[\s\S]{0,80}\/Alt \(https:\/\/example\.com\/check\)/)
})

describe.skipIf(!hasPoppler)('by poppler (poppler-utils)', () => {
  const said = (program: string, ...args: string[]) => spawnSync(program, [...args, file], { encoding: 'utf8' }).stdout

  test('it is tagged, with headings, contents, tables and their heads in order', () => {
    expect(said('pdfinfo')).toMatch(/Tagged: +yes/)
    // With the text of each element poppler takes ten seconds, and says the same of the structure.
    const tree = said('pdfinfo', '-struct')
    const at = ['H1', 'TOC', 'TOCI', 'H2', 'H3', 'Table', 'TR', 'TH', 'TD', 'Link'].map((type) => [
      type,
      new RegExp(`^ *${type}\\b`, 'm').test(tree),
    ])
    expect(at.filter(([, isThere]) => !isThere)).toEqual([])
    expect(tree.search(/^ *H1\b/m)).toBeLessThan(tree.search(/^ *TOC\b/m))
    expect(tree.search(/^ *TOC\b/m)).toBeLessThan(tree.search(/^ *Table\b/m))
    // Rows of a table have as many cells as its head.
    for (const [table] of tree.matchAll(/^ *Table[\s\S]*?(?=^ *(?:H\d|P|Table)\b|$(?![\s\S]))/gm)) {
      const counts = table.split(/^ *TR\b.*$/m).slice(1)
      const cells = counts.map((row) => row.match(/^ *T[HD]\b/gm)?.length ?? 0)
      expect(new Set(cells).size, table.slice(0, 300)).toBe(1)
    }
  })

  test('every font is embedded, a subset, and has its letters', () => {
    const rows = said('pdffonts').trim().split('\n').slice(2)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatch(/ yes +yes +yes +\d+ +0$/)
  })
})
