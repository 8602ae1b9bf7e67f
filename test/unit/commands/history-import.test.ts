/** Proves what rows of a file become: times of wall clocks, names from columns, words, and how much lies in one message. */
import { expect, test } from 'vitest'
import { HistoryElements } from '../../../src/commands/import/history-elements.js'
import { columnPositions, type HistoryCell, ListedRow } from '../../../src/commands/import/history-file.js'
import { mappingSchema } from '../../../src/commands/import/mapping.js'

function elementsOf(mapping: object, names: readonly string[], rows: readonly (readonly HistoryCell[])[]) {
  const elements = new HistoryElements(mappingSchema.parse(mapping))
  return rows.map((cells, i) => elements.read(new ListedRow(i + 2, columnPositions(names), cells)))
}

const METER = {
  plant: 'works',
  line: 'hall',
  device: 'meter-1',
  values: [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kWh' }],
}

test.each([
  ['a quarter apart', ['01:45', '02:00', '02:15', '02:30', '02:45', '02:00', '02:15', '02:30', '02:45', '03:00'], 15],
  ['an hour apart', ['01:00', '02:00', '02:00', '03:00'], 60],
])('the hour that a clock shows twice is two hours for rows %s', (_, texts, stepMin) => {
  const time = { column: 'time', format: 'local', zone: 'Europe/Berlin' }
  const rows = texts.map((text) => [`2024-10-27 ${text}:00`, '1'])
  const read = elementsOf({ ...METER, time }, ['time', 'kwh'], rows)
  const times = read.map(({ elements }) => elements[0]!.sent.ts)
  expect(times.slice(1).map((ts, i) => (ts - times[i]!) / 60_000)).toEqual(times.slice(1).map(() => stepMin))
})

test.each([
  [
    'a quarter apart',
    ['03:15', '03:00', '02:45', '02:30', '02:15', '02:00', '02:45', '02:30', '02:15', '02:00', '01:45'],
    15,
  ],
  ['right from the hour behind it', ['03:00', '02:30', '02:00', '02:30', '02:00', '01:30'], 30],
])('a file whose newest row stands first has both hours too, rows %s', (_, texts, stepMin) => {
  const time = { column: 'time', format: 'local', zone: 'Europe/Berlin' }
  const rows = texts.map((text) => [`2024-10-27 ${text}:00`, '1'])
  const times = elementsOf({ ...METER, time }, ['time', 'kwh'], rows).map(({ elements }) => elements[0]!.sent.ts)
  expect(times.slice(1).map((ts, i) => (times[i]! - ts) / 60_000)).toEqual(times.slice(1).map(() => stepMin))
})

test('two names that become one id are refused, not mixed; letters of another size are no other name', () => {
  const time = { column: 't', format: 'epoch_ms' }
  const rows = ['压机1', '泵1', '压机1', 'Meter A', 'METER A '].map((meter, i) => [
    String(1_700_000_000_000 + i),
    meter,
    '1',
  ])
  const read = elementsOf({ ...METER, device: '{meter}', time }, ['t', 'meter', 'kwh'], rows)
  expect(read.map(({ elements }) => elements[0]?.path.device)).toEqual(['1', undefined, '1', 'meter-a', 'meter-a'])
  expect(read[1]!.faults[0]).toContain('"压机1" and "泵1" both become the id 1')
})

test('two columns that say the same of one instant are a slip of the mapping, and the first is kept', () => {
  const time = { column: 't', format: 'epoch_ms' }
  const values = ['a', 'b'].map((column) => ({ column, metric: 'elec_import_kwh', unit: 'kWh' }))
  const [read] = elementsOf({ ...METER, values, time }, ['t', 'a', 'b'], [['1700000000000', '1', '2']])
  expect(read!.elements.map(({ sent }) => sent.metrics)).toEqual([{ elec_import_kwh: 1 }])
  expect(read!.faults).toEqual([expect.stringContaining('b says elec_import_kwh of plants/works/hall/meter-1/energy')])
})

test.each([['-9999'], ['-9999.0'], ['-9999,00'], ['-9.999e3']])('%s is absent where -9999 is', (text) => {
  const mark = text.includes(',') ? ',' : '.'
  const mapping = { ...METER, csv: { decimal_mark: mark }, absent: [-9999], time: { column: 't', format: 'epoch_ms' } }
  expect(elementsOf(mapping, ['t', 'kwh'], [['1700000000000', text]])[0]).toMatchObject({ elements: [], faults: [] })
})

test('each series has its own hours: rows of two meters with the same times are the same instants', () => {
  const time = { column: 'time', format: 'local', zone: 'Europe/Berlin' }
  const rows = ['02:00', '02:30', '02:00'].flatMap((at) =>
    ['A', 'B'].map((meter) => [`2024-10-27 ${at}:00`, meter, '1']),
  )
  const read = elementsOf({ ...METER, device: '{meter}', time }, ['time', 'meter', 'kwh'], rows)
  const found = read.flatMap(({ elements }) =>
    elements.map(({ path, sent }) => [path.device, new Date(sent.ts).toISOString().slice(11, 16)]),
  )
  expect(found).toEqual([
    ['a', '00:00'],
    ['b', '00:00'],
    ['a', '00:30'],
    ['b', '00:30'],
    ['a', '01:00'],
    ['b', '01:00'],
  ])
})

test('nanoseconds are cut to milliseconds without going through a double', () => {
  const time = { column: 'time', format: 'epoch_ns' }
  const [read] = elementsOf({ ...METER, time }, ['time', 'kwh'], [['1709251200123999999', '1']])
  expect(read!.elements[0]!.sent.ts).toBe(1709251200123)
})

test('a database writes a blank where RFC 3339 has its T', () => {
  const time = { column: 'time', format: 'rfc3339' }
  const [read] = elementsOf({ ...METER, time }, ['time', 'kwh'], [['2024-03-01 00:00:00+01:00', '1']])
  expect(read!.elements[0]!.sent.ts).toBe(Date.UTC(2024, 1, 29, 23))
})

test('a row of a tag becomes the value of that tag alone, in words that the mapping has', () => {
  const mapping = {
    csv: { decimal_mark: ',' },
    time: { column: 't', format: 'epoch_ms' },
    plant: 'works',
    line: 'hall',
    absent: ['NaN'],
    values: [
      { column: 'v', where: { tag: 'KWH' }, device: 'meter-1', metric: 'elec_import_kwh', unit: 'MWh' },
      {
        ...{ column: 'v', where: { tag: 'RUN' }, device: 'press-7', class: 'production', metric: 'state' },
        words: { '1': 'PRODUCING' },
      },
    ],
  }
  const read = elementsOf(
    mapping,
    ['t', 'tag', 'v'],
    [
      ['1700000000000', 'KWH', '1,5'],
      ['1700000000000', 'RUN', '1'],
      ['1700000000000', 'RUN', '7'],
      ['1700000000000', 'KWH', 'NaN'],
      ['1700000000000', 'OTHER', '1'],
    ],
  )
  const ts = 1_700_000_000_000
  expect(read.map(({ elements }) => elements.map(({ topic, sent }) => [topic, sent]))).toEqual([
    [
      [
        'plants/works/hall/meter-1/energy',
        { ts, metrics: { elec_import_kwh: 1.5 }, units: { elec_import_kwh: 'MWh' } },
      ],
    ],
    [['plants/works/hall/press-7/production', { ts, metrics: { state: 'PRODUCING' } }]],
    [],
    [],
    [],
  ])
  expect(read.map(({ faults }) => faults)).toEqual([[], [], ['v is "7", which its words do not name'], [], []])
})

test.each([
  ['a unit that nobody has said', { values: [{ column: 'kwh', metric: 'elec_import_kwh' }] }, 'say in which unit'],
  ['a unit of something else', { values: [{ column: 'kwh', metric: 'elec_import_kwh', unit: 'kW' }] }, 'takes kWh'],
  [
    'a unit left as unknown',
    { values: [{ column: 'a', metric: 'b', class: 'energy', unit: 'unknown' }] },
    'look it up',
  ],
  ['a wall clock without its zone', { time: { column: 't', format: 'local' } }, 'in which zone'],
  ['a value without a device', { device: undefined }, 'say the device'],
  ['a metric of several classes', { values: [{ column: 's', metric: 'state' }] }, 'say the class of state'],
])('%s is refused', (_, change, sentence) => {
  const time = { column: 'time', format: 'rfc3339' }
  const parsed = mappingSchema.safeParse({ ...METER, time, ...change })
  expect(JSON.stringify(parsed.error?.issues)).toContain(sentence)
})
