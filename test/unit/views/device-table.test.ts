import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { editText } from '../../../src/config/edit/edit-text.js'
import { tableChange, tableProblems } from '../../../src/views/device-table/change.js'
import { DEVICE_ROWS_MAX, readDeviceTable } from '../../../src/views/device-table/read.js'
import { deviceTable } from '../../../src/views/device-table/write.js'

const FILE = `# by hand
plants:
  - id: works
    timezone: UTC
    lines: [{ id: hall }]
    devices:
      # the meter of the utility
      - id: main-1
        role: main   # behind the transformer
        metrics: { elec_import_kwh: { period_s: 60, multiplier: 40 }, elec_power_kw: { period_s: 5.0 }, temp_c: {} }
      - { id: robot-1, line: hall, role: robot, on_change: true }
      - id: plain
  - id: "north"
    timezone: UTC
`
const HEAD = 'plant,id,line,role,on_change,period_s\r\n'
const bytes = (text: string) => Buffer.from(text)
const changeOf = (text: string, file = FILE) => tableChange(parse(file), readDeviceTable(bytes(text)))
function edited(text: string, file = FILE): string {
  const result = editText(file, changeOf(text, file).edits)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.text
}

test('a table has a row for each device, in the order of the file', () => {
  expect(deviceTable(parse(FILE), null)).toBe(
    `${HEAD}works,main-1,,main,,elec_import_kwh=60 elec_power_kw=5\r\nworks,robot-1,hall,robot,true,\r\nworks,plain,,,,\r\n`,
  )
  expect(deviceTable(parse(FILE), 'north')).toBe(HEAD)
})

test('a table that comes back as it went changes nothing, also out of a spreadsheet', () => {
  const table = deviceTable(parse(FILE), null)
  expect(changeOf(table)).toMatchObject({ edits: [], unchanged: 3, untouched: 0, added: [], changed: [], problems: [] })
  const spreadsheet = `\ufeff${table.replaceAll(',', ';').replace('true', 'TRUE').replaceAll('\r\n', '\n')};;;;;\n\n`
  expect(changeOf(spreadsheet)).toMatchObject({ edits: [], unchanged: 3, problems: [] })
})

test('rows add and change devices, and touch no other byte', () => {
  const table = `${HEAD}works,robot-1,,robot,false,power_kw=1\nnorth,new-1,,sub,,elec_import_kwh=900\n`
  expect(changeOf(table)).toMatchObject({
    added: [{ row: 3, plant: 'north', id: 'new-1' }],
    changed: [
      {
        ...{ row: 2, plant: 'works', id: 'robot-1' },
        settings: [
          { setting: 'line', from: 'hall', to: '' },
          { setting: 'on_change', from: 'true', to: 'false' },
          { setting: 'period_s', from: '', to: 'power_kw=1' },
        ],
      },
    ],
    ...{ unchanged: 0, untouched: 2 },
  })
  expect(edited(table)).toBe(
    `${FILE.replace(
      '{ id: robot-1, line: hall, role: robot, on_change: true }',
      '{ id: robot-1, role: robot, on_change: false, metrics: { power_kw: { period_s: 1 } } }',
    )}    devices:\n      - id: new-1\n        role: sub\n        metrics: { elec_import_kwh: { period_s: 900 } }\n`,
  )
})

test('a metric that has more than a period keeps it, and a column that is not there keeps its setting', () => {
  const next = parse(edited('plant,id,period_s\nworks,main-1,\n')) as ReturnType<typeof parse>
  expect(next.plants[0].devices[0]).toEqual({
    id: 'main-1',
    role: 'main',
    metrics: { elec_import_kwh: { multiplier: 40 }, temp_c: {} },
  })
  expect(changeOf('plant,id,line\nworks,plain,\n').edits).toEqual([])
})

test('what is wrong is said at its row and column', () => {
  const { problems } = changeOf(
    `${HEAD}east,a,,,,\nworks,,,,,\nworks,plain,,,,elec_import_kwh\nworks,main-1,,,,a=1 a=2\nworks,robot-1,,,,\n\nworks,robot-1,,,,\n`,
  )
  expect(problems.map(({ row, column, value, problem }) => `${row} ${column} ${value}: ${problem}`)).toEqual([
    '2 plant east: is not a plant of the configuration',
    '3 id : is missing',
    '4 period_s elec_import_kwh: is no period of a metric',
    '5 period_s a=2: names a twice',
    '8 id robot-1: stands already in row 6',
  ])
  expect(problems[0]!.remedy).toBe('add the plant first, or name one of works, north')
})

test('what a rule is against is said at the row that it comes from', () => {
  const { rowAt } = changeOf(`${HEAD}works,new-1,yard,boss,maybe,power_kw=fast\nworks,plain,,,,\n`)
  const rule = (path: string) => ({ path, line: 9, where: '', value: '', problem: 'p', remedy: 'r' })
  const paths = ['line', 'role', 'on_change', 'metrics.power_kw.period_s', 'product'].map((one) => `.${one}`)
  const found = [...paths.map((one) => rule(`plants[0].devices[3]${one}`)), rule('plants[0].devices[0].role')]
  expect(tableProblems(found, rowAt).map(({ row, column }) => [row, column])).toEqual([
    [2, 'line'],
    [2, 'role'],
    [2, 'on_change'],
    [2, 'period_s'],
    [2, null],
    [null, null],
  ])
})

test.each([
  ['', 'has no column plant, id'],
  ['plant,line\na,b\n', 'has no column id'],
  ['plant,id,rolle\na,b,c\n', 'a column "rolle", which is not known'],
  ['plant,id,id\na,b,c\n', 'the column id twice'],
  [HEAD, 'has no device'],
  ['plant,id\nworks,a,b\n', 'Row 2 has more cells than the 2 columns'],
  ['plant,id\n"works,a\n', 'is no CSV'],
  [`plant,id\n${'works,a\n'.repeat(DEVICE_ROWS_MAX + 1)}`, 'has 1001 devices, and one may have 1000'],
])('a table that cannot be read %$ says why', (table, why) => {
  expect(() => readDeviceTable(bytes(table))).toThrow(why)
})

test('a table in another encoding is not guessed at', () => {
  expect(() => readDeviceTable(Buffer.from([0xb9, 0xa4, 0xb3, 0xa7, 0x0a]))).toThrow('is not UTF-8')
})

test('a cell that a spreadsheet would take for a formula is written as text', () => {
  const settings = {
    plants: [
      {
        id: 'works',
        devices: [
          { id: 'a', line: '=1+1' },
          { id: '@b', line: 'a"b,c' },
        ],
      },
    ],
  }
  expect(deviceTable(settings, null)).toBe(`${HEAD}works,a,'=1+1,,,\r\nworks,'@b,"a""b,c",,,\r\n`)
})

test('a thousand devices are a few changes of the text, one for each kind of change', () => {
  const rows = (role: string) => Array.from({ length: 1000 }, (_, i) => `works,m-${i},hall,${role},,power_kw=5\n`)
  const first = editText(FILE, changeOf(HEAD + rows('sub').join('')).edits)
  if ('problems' in first) throw new Error('refused')
  expect(first.changes).toHaveLength(1)
  const change = changeOf(HEAD + rows('pv').join(''), first.text)
  expect(change.changed).toHaveLength(1000)
  const second = editText(first.text, change.edits)
  if ('problems' in second) throw new Error('refused')
  expect(second.changes).toHaveLength(1)
  expect(second.text).toBe(first.text.replaceAll('hall\n        role: sub', 'hall\n        role: pv'))
})
