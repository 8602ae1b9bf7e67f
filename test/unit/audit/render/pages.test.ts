// @module-tag slow

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pdfOf } from '../../../../src/audit/render/pdf/pdf.js'
import type { Report, ReportRow, ReportTable, Text } from '../../../../src/base/report.js'
import { sampleReport } from '../../../support/report.js'

/** These tests look what stands on which page of a report; poppler reads it where it is installed. */
const hasPoppler = spawnSync('pdftotext', ['-v']).status === 0
const fontsFolder = join('node_modules', '@fontsource', 'noto-sans-sc', 'files')
const folder = mkdtempSync(join(tmpdir(), 'pages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function pagesOf(report: Report, language: 'en' | 'zh' = 'en'): Promise<string[]> {
  const file = join(folder, 'report.pdf')
  const options = { language, status: 'frozen', fingerprint: 'SHA256:ab', fontsFolder } as const
  writeFileSync(file, await pdfOf(report, options))
  return spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout.split('\f')
}

const text = (en: string): Text => ({ en, zh: en })
const rowOf = (name: string, strong = false): ReportRow => ({
  level: 0,
  strong,
  cells: [{ text: text(name) }, { word: '1' }],
})

function tableOf(id: string, rows: readonly ReportRow[]): ReportTable {
  return {
    id,
    title: text(`Title ${id}`),
    columns: [
      { id: 'what', title: text('Item'), align: 'left' },
      { id: 'value', title: text('Value'), align: 'right' },
    ],
    rows,
  }
}

function withTables(tables: readonly ReportTable[]): Report {
  return { ...sampleReport({ meters: 1 }), sections: [{ id: 'results', title: text('Results'), tables }] }
}

describe.skipIf(!hasPoppler)('a page of a report', () => {
  test('has a short table in whole: its title, its parts and its total', async () => {
    const tables = Array.from({ length: 9 }, (_, i) => {
      const rows = Array.from({ length: 4 + i }, (_, row) => rowOf(`Part ${i}.${row}`))
      return tableOf(`t${i}`, [...rows, rowOf(`Total t${i}`, true)])
    })
    const pages = await pagesOf(withTables(tables))
    // Behind the contents, which name every title.
    const body = pages.slice(2)
    for (const { id } of tables) {
      const on = body.findIndex((page) => page.includes(`Title ${id}`))
      expect(body[on], id).toContain(`Total ${id}`)
    }
  })

  test('never has the rules of adding and rounding alone', async () => {
    for (const length of [1, 2, 3, 4, 25]) {
      const rows = Array.from({ length }, (_, row) => rowOf(`Limit ${row}.`))
      const notice = { id: 'notice', title: text('Notice'), tables: [tableOf('notice', rows)] }
      const results = withTables([tableOf('t', [rowOf('Total')])])
      const instructions = 'https://example.com/check'
      const pages = await pagesOf({ ...results, instructions, sections: [notice, ...results.sections] })
      expect(pages[0]).toContain(instructions)
      const on = pages.filter(
        (page) => page.includes('How totals are added up') || page.includes('half away from zero'),
      )
      expect(on, `${length} rows`).toHaveLength(1)
      expect(on[0], `${length} rows`).toMatch(/Limit \d|Title t/)
    }
  })

  test('has short Chinese words in one piece beside long texts', async () => {
    const words = ['期间数据申报', '已计入', '无', '人员，账户 li', '复核通过']
    const said = 'amount: 1000000; currency: CNY; from: 2026-10-01; measure: value_added; to: 2026-10-02; '.repeat(3)
    const cells = ['2026-09-30T16:00:00.000Z', ...words, said, 'ab'.repeat(32)]
    const columns = cells.map((_, i) => ({ id: `c${i}`, title: text(`列${i}`), align: 'left' as const }))
    const table = {
      ...tableOf('entries', []),
      columns,
      rows: [{ ...rowOf(''), cells: cells.map((word) => ({ word })) }],
    }
    const pages = (await pagesOf(withTables([table]), 'zh')).join('\n')
    for (const word of words) expect(pages).toContain(word)
  })

  test('parts a table that is too wide for any page, and breaks no word of it', async () => {
    const words = Array.from({ length: 18 }, (_, i) => `unbroken${'abcdefghijklmnopqr'[i]}word`)
    const columns = words.map((_, i) => ({ id: `c${i}`, title: text(`Head${i}`), align: 'left' as const }))
    const cells = words.map((word) => ({ word }))
    const table = { ...tableOf('wide', []), columns, rows: [{ ...rowOf(''), cells }] }
    const pages = (await pagesOf(withTables([table]))).join('\n')
    for (const word of words) expect(pages).toContain(word)
    expect(pages.split(words[0]!).length - 1, 'parts that begin with the first column').toBeGreaterThan(1)
  })

  test('lies upright for a few rows that say which they are', async () => {
    const columns = Array.from({ length: 12 }, (_, i) => ({
      id: `c${i}`,
      title: text(`Head${i}`),
      align: 'left' as const,
    }))
    const rows = ['Press', 'Paint'].map((name) => ({
      ...rowOf(''),
      cells: columns.map((_, i) => ({ word: i === 0 ? name : `number${i}of${name}` })),
    }))
    await pagesOf(withTables([{ ...tableOf('short', []), columns, rows }]))
    const sizes = spawnSync('pdfinfo', ['-l', '99', join(folder, 'report.pdf')], { encoding: 'utf8' }).stdout
    expect(sizes).toMatch(/Page +1 size: +595/)
    expect(sizes).not.toMatch(/Page +\d+ size: +841/)
  })

  test('never has the total of a long table alone', async () => {
    for (let length = 30; length < 42; length++) {
      const rows = Array.from({ length }, (_, row) => rowOf(`Part ${row}.`))
      const pages = await pagesOf(withTables([tableOf('long', [...rows, rowOf('Total long', true)])]))
      const last = pages.find((page) => page.includes('Total long'))
      expect(last, `${length} rows`).toContain(`Part ${length - 1}.`)
    }
  })
})
