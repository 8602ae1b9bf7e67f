// @module-tag slow

/** Proves what cells of a workbook become, and that a file which is none, or unpacks to too much, is refused with a sentence. */
import { expect, test } from 'vitest'
import yazl from 'yazl'
import { HistoryElements } from '../../../src/commands/import/history-elements.js'
import type { HistoryCell, HistoryRow } from '../../../src/commands/import/history-file.js'
import { mappingSchema } from '../../../src/commands/import/mapping.js'
import { openHistory } from '../../../src/commands/import/open-history.js'
import { clockOfDays, shownTime } from '../../../src/commands/import/xlsx-date.js'
import { historyOf, ImportFolder, placeOf, valuesOf, wideCsv, writeXlsx } from '../../support/history-files.js'

const steel = historyOf('steel')
const TIME = { column: 'time', format: 'local', zone: 'UTC' }
const ANY = {
  time: TIME,
  plant: 'p',
  line: 'l',
  device: 'd',
  values: [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kWh' }],
}

async function rowsOf(file: string, more: object = {}): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = []
  for await (const some of (await openHistory(file, mappingSchema.parse({ ...ANY, ...more }))).rows())
    rows.push(...some)
  return rows
}

/** A workbook of parts as they are given, packed as hard as can be, or not at all where `level` is 0. */
function packed(parts: Readonly<Record<string, string | Buffer>>, level = 9): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(parts)) {
    zip.addBuffer(Buffer.from(content as string), name, { compressionLevel: level })
  }
  zip.end()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    zip.outputStream.on('data', (chunk) => chunks.push(chunk as Buffer))
    zip.outputStream.on('end', () => resolve(Buffer.concat(chunks)))
    zip.outputStream.on('error', reject)
  })
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const relations = (...of: readonly (readonly [type: string, target: string])[]) =>
  `<Relationships>${of.map(([type, target], i) => `<Relationship Id="r${i}" Type="${DOCUMENT}/${type}" Target="${target}"/>`).join('')}</Relationships>`

/** A workbook with one sheet of these rows, in the XML of their cells. */
function book(
  rows: string,
  more: { texts?: string; styles?: string; workbook?: string; sheet?: string; level?: number } = {},
) {
  const parts = {
    '_rels/.rels': relations(['officeDocument', 'xl/workbook.xml']),
    'xl/_rels/workbook.xml.rels': relations(
      ['worksheet', 'worksheets/sheet1.xml'],
      ['worksheet', '/xl/worksheets/other.xml'],
    ),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}">${more.workbook ?? ''}<sheets><sheet name="一月" r:id="r0"/><sheet name="other" r:id="r1"/></sheets></workbook>`,
    'xl/worksheets/sheet1.xml':
      more.sheet ?? `<x:worksheet xmlns:x="${MAIN}"><x:sheetData>${rows}</x:sheetData></x:worksheet>`,
    'xl/worksheets/other.xml':
      '<worksheet><sheetData><row><c t="str"><v>time</v></c><c t="str"><v>kwh</v></c></row><row><c t="str"><v>2024-01-01 00:00:00</v></c><c><v>7</v></c></row></sheetData></worksheet>',
    'xl/sharedStrings.xml': `<sst>${more.texts ?? ''}</sst>`,
    'xl/styles.xml': more.styles ?? '<styleSheet/>',
  }
  return packed(parts, more.level)
}

const cellsIn = (row: HistoryRow | undefined, ...names: readonly string[]): HistoryCell[] =>
  names.map((name) => row!.cell(name))

test('cells are what they say: numbers, texts of several kinds, truth, what formulas came to, and nothing', async () => {
  const sheet = [
    '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1" t="s"><x:v>1</x:v></x:c><x:c r="C1" t="inlineStr"><x:is><x:t>c &amp; d</x:t></x:is></x:c></x:row>',
    '<x:row r="2"/>',
    '<x:row r="3"><x:c r="A3"><x:v>3.1699999999999999</x:v></x:c><x:c r="C3" t="b"><x:v>1</x:v></x:c></x:row>',
    '<x:row r="4"><x:c r="A4" t="str"><x:f>B3&amp;"x"</x:f><x:v>x</x:v></x:c><x:c r="B4"><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c r="C4" t="e"><x:v>#N/A</x:v></x:c></x:row>',
    '<x:row r="5"><x:c r="B5"><x:f>1+1</x:f></x:c></x:row>',
  ].join('')
  const texts = '<si><t>time</t></si><si><r><t>k</t></r><r><t>wh</t></r><rPh sb="0" eb="1"><t>キ</t></rPh></si>'
  const folder = new ImportFolder()
  const rows = await rowsOf(folder.write('a.xlsx', await book(sheet, { texts })))
  expect(rows.map(({ number }) => number)).toEqual([3, 4, 5])
  expect(cellsIn(rows[0], 'time', 'kwh', 'c & d')).toEqual([3.17, null, true])
  expect(cellsIn(rows[1], 'time', 'kwh', 'c & d')).toEqual(['x', 2, '#N/A'])
  expect(rows[2]!.problem).toContain('B5 has a formula that was never computed')
})

test('another sheet is read by its name, and one that is not there is named with those that are', async () => {
  const folder = new ImportFolder()
  const file = folder.write('a.xlsx', await book('<x:row><x:c t="str"><x:v>time</x:v></x:c></x:row>'))
  const [row] = await rowsOf(file, { xlsx: { sheet: 'other' } })
  expect(cellsIn(row, 'time', 'kwh')).toEqual(['2024-01-01 00:00:00', 7])
  await expect(rowsOf(file, { xlsx: { sheet: 'Feb' } })).rejects.toThrow('has no sheet "Feb"; it has "一月", "other"')
})

test('columns without names are called by their letters, and rows before the first are left out', async () => {
  const cells = '<x:row r="3"><x:c r="A3"><x:v>1</x:v></x:c><x:c r="AB3"><x:v>2</x:v></x:c></x:row>'
  const file = new ImportFolder().write(
    'a.xlsx',
    await book(`<x:row r="1"><x:c r="A1"><x:v>9</x:v></x:c></x:row>${cells}`),
  )
  const [row] = await rowsOf(file, { xlsx: { header: false, skip_rows: 2 } })
  expect(cellsIn(row, 'A', 'B', 'AB')).toEqual([1, null, 2])
})

test.each([
  [14, undefined, 'date'],
  [22, undefined, 'both'],
  [20, undefined, 'time'],
  [0, undefined, null],
  [46, undefined, null],
  [164, 'yyyy\\-mm\\-dd hh:mm:ss', 'both'],
  [164, 'yyyy"年"m"月"d"日";@', 'date'],
  [164, '[$-804]h"时"mm"分"', 'time'],
  [164, '[h]:mm', null],
  [164, '#,##0.00 "kWh"', null],
  [164, '[Red]0.0', null],
  [164, 'General', null],
  [164, 'mmm\\-yy', 'date'],
] as const)('the format %s %s shows %s', (id, code, shown) => expect(shownTime(id, code)).toBe(shown))

test.each([
  [45292, 'date', 1900, '2024-01-01'],
  [45292.34375, 'date', 1900, '2024-01-01 08:15:00'],
  [45292.34374999999, 'both', 1900, '2024-01-01 08:15:00'],
  [45292, 'both', 1900, '2024-01-01 00:00:00'],
  [0.34375, 'time', 1900, '08:15:00'],
  [45292.0000000116, 'both', 1900, '2024-01-01 00:00:00.001'],
  [61, 'date', 1900, '1900-03-01'],
  [60, 'date', 1900, null],
  [43830, 'date', 1904, '2024-01-01'],
  [-1, 'date', 1900, null],
  [45292, null, 1900, null],
] as const)('%s days as %s of %s are %s', (days, shown, calendar, text) => {
  expect(clockOfDays(days, shown, calendar)).toBe(text)
})

test('a cell is a date by its style, also in a workbook that counts from 1904; a day alone is its midnight', async () => {
  const styles =
    '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd.mm.yyyy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/></cellXfs></styleSheet>'
  const cells = [
    '<x:row><x:c t="str"><x:v>time</x:v></x:c><x:c t="str"><x:v>kwh</x:v></x:c></x:row>',
    '<x:row><x:c s="1"><x:v>43830.25</x:v></x:c><x:c><x:v>43830</x:v></x:c></x:row>',
    '<x:row><x:c s="2"><x:v>43831</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>',
  ].join('')
  const workbook = '<workbookPr date1904="1"/>'
  const rows = await rowsOf(new ImportFolder().write('a.xlsx', await book(cells, { styles, workbook })))
  const elements = new HistoryElements(mappingSchema.parse(ANY))
  const read = rows.map((row) => elements.read(row).elements[0]!.sent)
  expect(read).toEqual(
    [
      { ts: Date.UTC(2024, 0, 1, 6), metrics: { elec_import_kwh: 43830 } },
      { ts: Date.UTC(2024, 0, 2), metrics: { elec_import_kwh: 2 } },
    ].map((one) => expect.objectContaining(one)),
  )
})

test.each([
  ['a text', () => Buffer.from('time,kwh\n1,2\n'), 'is no workbook of XLSX'],
  ['a zip of something else', () => packed({ 'a.txt': 'x' }), 'it has no xl/workbook.xml'],
  ['a bomb', () => book('', { sheet: `<worksheet>${' '.repeat(40 * 2 ** 20)}</worksheet>` }), 'which no table does'],
  [
    'one that defines its own XML',
    () => book('', { sheet: '<!DOCTYPE w [<!ENTITY a "aa">]><worksheet>&a;</worksheet>' }),
    'defines its own XML',
  ],
  ['one that is cut', () => book('', { sheet: '<worksheet><sheetData><row>' }), 'is no XML'],
  ['a sheet without rows', () => book(''), 'has no rows'],
  ['a cell nowhere', () => book('<x:row><x:c r="ZZZZ1"><x:v>1</x:v></x:c></x:row>'), 'a cell nowhere'],
] as const)('%s is refused with a sentence', async (_, made, sentence) => {
  await expect(rowsOf(new ImportFolder().write('a.xlsx', await made()))).rejects.toThrow(sentence)
})

const cell = (at: string, attributes: string, content: string) => `<x:c r="${at}" ${attributes}>${content}</x:c>`
const HEAD = '<x:row r="1"><x:c r="A1" t="str"><x:v>time</x:v></x:c><x:c r="B1" t="str"><x:v>kwh</x:v></x:c></x:row>'

test.each([
  ['an empty result, as openpyxl writes one', '<x:f>1+1</x:f><x:v/>', ''],
  ['a result of 0 that is to be computed anew, as XlsxWriter writes one', '<x:f>1+1</x:f><x:v>0</x:v>', '1'],
])('a formula with %s refuses its row', async (_, formula, mark) => {
  const workbook = mark === '' ? '' : `<calcPr calcId="124519" fullCalcOnLoad="${mark}"/>`
  const rows = `${HEAD}<x:row r="2">${cell('B2', '', formula)}</x:row><x:row r="3">${cell('B3', '', '<x:v>0</x:v>')}</x:row>`
  const [row, other] = await rowsOf(new ImportFolder().write('a.xlsx', await book(rows, { workbook })))
  expect(row!.problem).toContain('B2 has a formula that was never computed')
  expect(cellsIn(other, 'kwh')).toEqual([0])
})

test('an empty cell of any type is nothing, truth has two spellings, and how a text is spoken is no part of it', async () => {
  const spoken = '<x:is><x:t>東京</x:t><x:rPh sb="0" eb="2"><x:t>トウキョウ</x:t></x:rPh></x:is>'
  const rows = [
    HEAD,
    `<x:row r="2">${cell('A2', 't="s"', '<x:v/>')}${cell('B2', 't="b"', '<x:v>true</x:v>')}</x:row>`,
    `<x:row r="3">${cell('A3', 't="inlineStr"', spoken)}${cell('B3', 't="b"', '<x:v/>')}</x:row>`,
    `<x:row r="4">${cell('A4', 't="str"', '<x:f>""</x:f><x:v></x:v>')}${cell('B4', '', '<x:v/>')}</x:row>`,
  ].join('')
  const texts = '<si><t>shared</t></si>'
  const read = await rowsOf(new ImportFolder().write('a.xlsx', await book(rows, { texts })))
  expect(read.map((row) => cellsIn(row, 'time', 'kwh'))).toEqual([
    [null, true],
    ['東京', null],
    ['', null],
  ])
  expect(read.every(({ problem }) => problem === '')).toBe(true)
})

/** A text that is no easier to pack than a table. */
const hardToPack = (chars: number) => {
  let [text, at] = ['', 1]
  for (; text.length < chars; at = (at * 48_271) % 2_147_483_647) text += at.toString(36)
  return text
}

test.each([
  ['a text of signs that end tags', () => hardToPack(2 ** 21).replaceAll('1', '>')],
  ['a remark full of tags', () => `<!--${hardToPack(2 ** 21).replaceAll('1', '<a>')}-->`],
  ['tags in tags', () => hardToPack(20_000).replace(/./g, (sign) => `<a${sign}>`)],
])('%s does not fill the memory', async (_, made) => {
  const file = new ImportFolder().write('a.xlsx', await book('', { sheet: `<worksheet>${made()}` }))
  await expect(rowsOf(file)).rejects.toThrow('without end')
})

test('a text of many pieces is bounded before it ends', async () => {
  const texts = `<si>${`<r><t>${hardToPack(30_000)}</t></r>`.repeat(2_300)}`
  const file = new ImportFolder().write('a.xlsx', await book(HEAD, { texts, level: 0 }))
  await expect(rowsOf(file)).rejects.toThrow('more texts than are read')
})

test('lists of formats have a size, and references lead somewhere', async () => {
  const styles = `<styleSheet>${' '.repeat(64 * 2 ** 20)}</styleSheet>`
  const large = new ImportFolder().write('a.xlsx', await book(HEAD, { styles, level: 0 }))
  await expect(rowsOf(large)).rejects.toThrow('larger than in any workbook')
  const parts = { '_rels/.rels': relations(['officeDocument', 'xl/%E0%A4%A.xml']), 'xl/workbook.xml': '<workbook/>' }
  const astray = new ImportFolder().write('a.xlsx', await packed(parts))
  await expect(rowsOf(astray)).rejects.toThrow('refers to "xl/%E0%A4%A.xml"')
})

test.skipIf(steel === null)('a year of a steel works as XLSX is the same as CSV, element by element', async () => {
  const { samples } = steel!
  const folder = new ImportFolder()
  const csv = folder.write('steel.csv', wideCsv(samples))
  await writeXlsx(samples, `${folder.dir}/steel.xlsx`)
  const of = (format: string) => ({
    ...placeOf(steel!),
    time: { ...TIME, format },
    values: valuesOf(steel!, (metric) => ({ column: metric })),
  })
  const all = async (file: string, format: string) => {
    const elements = new HistoryElements(mappingSchema.parse(of(format)))
    return (await rowsOf(file, of(format))).map((row) =>
      JSON.stringify(elements.read(row).elements.map(({ topic, sent }) => [topic, sent])),
    )
  }
  const [byCsv, byXlsx] = [await all(csv, 'rfc3339'), await all(`${folder.dir}/steel.xlsx`, 'local')]
  expect(byXlsx.length).toBeGreaterThanOrEqual(35_040)
  expect(byXlsx.findIndex((line, i) => line !== byCsv[i])).toBe(-1)
  expect(byXlsx.length).toBe(byCsv.length)
})
