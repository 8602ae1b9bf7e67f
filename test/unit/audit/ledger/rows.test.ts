import { expect, test } from 'vitest'
import { headOf, lineOf, linesOf, parseLine, type TableCell } from '../../../../src/audit/ledger/rows.js'

const TS = Date.UTC(2026, 9, 1, 0, 0, 0, 5)

const READING: readonly TableCell[] = [
  'press',
  'main-1',
  'energy',
  'elec_import_kwh',
  'kWh',
  TS,
  12345.678,
  null,
  0,
  17,
  TS + 95,
  false,
]

test('a reading is one line: instants in UTC, the shortest number, the quality by name', () => {
  expect(headOf('reading')).toBe('line,device,class,metric,unit,ts,value,word,quality,seq,received_at,assumed')
  expect(lineOf('reading', READING)).toBe(
    'press,main-1,energy,elec_import_kwh,kWh,2026-10-01T00:00:00.005Z,12345.678,,good,17,2026-10-01T00:00:00.100Z,false',
  )
})

test('what is not there is an empty field, an empty text is not', () => {
  const cells = READING.with(4, '').with(6, null).with(7, 'run').with(9, null)
  const line = lineOf('reading', cells)
  expect(line).toContain('elec_import_kwh,"",2026-10-01T00:00:00.005Z,,run,good,,')
  expect(parseLine('reading', line)).toEqual(cells)
})

test('an event keeps commas, quotation marks and line ends of what it says', () => {
  const cells = ['press', 'main-1', 'a-1', 'comment', TS, TS, '{"text":"a, \\"b\\"\n电"}']
  const line = lineOf('event', cells)
  expect(line).toContain('"{""text"":""a, \\""b\\""\n电""}"')
  expect(parseLine('event', line)).toEqual(cells)
})

test.each([
  ['a field too few', 'a,b'],
  ['a time without a zone', lineOf('reading', READING).replace('.005Z', '.005')],
  ['a number that is written longer than it has to be', lineOf('reading', READING).replace('12345.678', '12345.6780')],
  ['a quality that there is not', lineOf('reading', READING).replace('good', 'fine')],
  ['a truth that is none', lineOf('reading', READING).replace('false', 'no')],
  ['a quotation mark that does not close', lineOf('reading', READING).replace('press', '"press')],
])('%s is no row of the record', (_, line) => {
  expect(() => parseLine('reading', line)).toThrow(/fields|is no|do not close/)
})

test('a file falls into its lines wherever its pieces end, quoted line ends included', async () => {
  const file = Buffer.from('head\na,"x\ny ""q"" 电"\n\nlast,"1\n2"\nunended')
  for (let size = 1; size < file.length; size++) {
    const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
      file.subarray(i * size, (i + 1) * size),
    )
    const lines = []
    for await (const line of linesOf(pieces)) lines.push(line)
    expect(lines).toEqual(['head', 'a,"x\ny ""q"" 电"', '', 'last,"1\n2"', 'unended'])
  }
})
