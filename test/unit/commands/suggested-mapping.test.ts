import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { METRICS } from '../../../src/base/metrics.js'
import { HistoryElements } from '../../../src/commands/import/history-elements.js'
import { mappingSchema } from '../../../src/commands/import/mapping.js'
import { openHistory } from '../../../src/commands/import/open-history.js'
import { suggestedMapping } from '../../../src/commands/import/suggested-mapping.js'
import { exportedLines, historyOf, ImportFolder, wideCsv, writeXlsx } from '../../support/history-files.js'

/** Proves that a mapping to begin with says what a file says, guesses no unit, and reads the file once its gaps are filled. */

const WORKS = [{ id: 'works', timezone: 'Europe/Berlin', lines: [{ id: 'hall' }] }]
const suggested = async (name: string, content: string, plants = WORKS) => {
  const text = await suggestedMapping(new ImportFolder().write(name, content), plants)
  return { text, mapping: parse(text) }
}

test('a file of a German meter: signs, wall clock with the zone of the plant, units in brackets', async () => {
  const rows = [
    'Zeit;Energy [MWh];Power (kW);Bemerkung',
    '24.11.2024 08:00;1,5;400,25;',
    '24.11.2024 08:15;1,6;380;gut',
  ]
  const { text, mapping } = await suggested('meter.csv', rows.join('\n'))
  expect(mapping).toEqual({
    csv: { delimiter: ';', decimal_mark: ',' },
    time: { column: 'Zeit', format: 'DD.MM.YYYY hh:mm', zone: 'Europe/Berlin' },
    ...{ plant: 'works', line: 'hall', device: 'unknown' },
    values: [
      { column: 'Energy [MWh]', metric: 'elec_import_kwh', class: 'energy', unit: 'MWh' },
      { column: 'Power (kW)', metric: 'elec_import_kw', class: 'energy', unit: 'kW' },
    ],
  })
  expect(text).toContain('# Not used: Bemerkung')
})

test('no unit is guessed: what the head does not say is unknown, asked for, and taken by no import', async () => {
  const { text, mapping } = await suggested('a.csv', 'time,energy\n2024-03-01T00:00:00Z,1\n2024-03-01T00:15:00Z,2\n')
  expect(mapping.values).toEqual([{ column: 'energy', metric: 'elec_import_kwh', class: 'energy', unit: 'unknown' }])
  expect(text).toMatch(/^# energy: .*unit/m)
  const said = { ...mapping, device: 'meter-1' }
  expect(mappingSchema.safeParse(said).error?.issues).toMatchObject([
    { path: ['values', 0, 'unit'] },
    { path: ['values', 0, 'unit'] },
  ])
})

test('a row for each value: one entry a series, by its name', async () => {
  const rows = [
    'timestamp,tag,value',
    ...['HALL.MAIN.ENERGY_KWH', 'HALL.MAIN.POWER_KW'].map((tag, i) => `170925120000${i},${tag},${i}`),
  ]
  const { mapping } = await suggested('tags.csv', rows.join('\n'))
  expect(mapping.time).toEqual({ column: 'timestamp', format: 'epoch_ms' })
  expect(mapping.values).toEqual([
    {
      column: 'value',
      where: { tag: 'HALL.MAIN.ENERGY_KWH' },
      metric: 'elec_import_kwh',
      class: 'energy',
      unit: 'kWh',
    },
    { column: 'value', where: { tag: 'HALL.MAIN.POWER_KW' }, metric: 'elec_import_kw', class: 'energy', unit: 'kW' },
  ])
})

test('day and month that cannot be told apart are asked for; a day and a time in two columns are joined', async () => {
  const either = await suggested('a.csv', 'date,kwh\n03/04/2024 00:00,1\n05/06/2024 00:00,2\n', [])
  expect(either.mapping).toMatchObject({
    time: { format: 'unknown', zone: 'unknown' },
    plant: 'unknown',
    line: 'unknown',
  })
  expect(either.text).toContain('# The time may be DD/MM/YYYY hh:mm or MM/DD/YYYY hh:mm: say which.')
  const joined = await suggested('b.csv', 'Day,Clock,kwh\n2024-03-13,00:00:00,1\n2024-03-14,00:15:00,2\n')
  expect(joined.mapping.time).toEqual({ column: ['Day', 'Clock'], format: 'local', zone: 'Europe/Berlin' })
})

test('a file without times or numbers says so', async () => {
  const { text, mapping } = await suggested('a.csv', 'a,b\nx,y\nz,w\n')
  expect(text).toContain('# No column was found that has times.')
  expect(text).toContain('# No column was found that has numbers.')
  expect(mappingSchema.safeParse(mapping).success).toBe(false)
})

const energyOf = async (rows: readonly string[]) => {
  const { text, mapping } = await suggested('a.csv', rows.join('\n'))
  return { text, mapping, units: mapping.values.map(({ unit }: { unit: string }) => unit) }
}
const T = ['2024-03-13T00:00:00Z', '2024-03-13T00:15:00Z'] as const

test.each([
  'Energy kWh x1000',
  'Energy in Tsd. kWh',
  'Energy 1e3 kWh',
  'energy thousand kWh',
  'Energy 10^3 kWh',
  'energy 万 kWh',
  'Energy x1000 [kWh]',
  'energy_kWh_div10',
])('a head that says a multiple of a unit leaves it to be said: %s', async (head) => {
  const { text, mapping, units } = await energyOf([`time;${head}`, `${T[0]};1`, `${T[1]};2`])
  expect(units).toEqual(['unknown'])
  expect(text).toContain(`# ${head}: the file says a multiple of a unit`)
  expect(mappingSchema.safeParse({ ...mapping, device: 'm' }).success).toBe(false)
})

test.each([
  [['1,234', '1,250'], 'unknown'],
  [['1.234', '1.250'], 'unknown'],
  [['1,234', '12.5'], undefined],
  [['1.234', '12,5'], ','],
  [['0.234', '0.250'], undefined],
  [['1.234,5', '900'], ','],
  [['1,5', '2.5'], 'unknown'],
])('thousands are not taken for decimals, nor decimals for thousands: %s', async (cells, mark) => {
  const { text, mapping } = await energyOf(['time;Energy [kWh]', ...cells.map((cell, i) => `${T[i]};${cell}`)])
  expect(mapping.csv.decimal_mark).toBe(mark)
  if (mark !== 'unknown') return
  expect(text).toContain('say which is the decimal_mark')
  expect(mapping.values).toHaveLength(1)
  expect(mappingSchema.safeParse({ ...mapping, device: 'm' }).success).toBe(false)
})

test('a unit in the head of the values, or in a column of its own, counts; where it disagrees with the name none does', async () => {
  const head = await energyOf(['time,tag,value [MWh]', `${T[0]},A/ENERGY_KWH,1`, `${T[1]},A/ENERGY,2`])
  expect(head.units).toEqual(['unknown', 'MWh'])
  const column = await energyOf([
    'time,tag,value,unit',
    ...[`${T[0]},A/ENERGY_KWH,1,MWh`, `${T[1]},B/ENERGY,2,MWh`],
    ...[`${T[0]},C/ENERGY,1,MWh`, `${T[1]},C/ENERGY,2,kWh`],
  ])
  expect(column.units).toEqual(['unknown', 'MWh', 'unknown'])
})

test.each(['2403130015', '2024031301'])(
  'a day and an hour in ten digits are no seconds since 1970: %s',
  async (time) => {
    const { mapping } = await energyOf(['time,Energy [kWh]', `${time},1`, `${time},2`])
    expect(mapping.time.format).toBe('unknown')
  },
)

const steel = historyOf('steel')
test.skipIf(steel === null)(
  'of a real works as CSV, XLSX and export, every number has an entry, and the file is read by it',
  async () => {
    const folder = new ImportFolder()
    const samples = steel!.samples.slice(0, 200)
    await writeXlsx(samples, `${folder.dir}/steel.xlsx`)
    const files = [
      folder.write('steel.csv', wideCsv(samples)),
      `${folder.dir}/steel.xlsx`,
      folder.write('steel.lp', exportedLines({ ...steel!, samples })),
    ]
    const numbers = Object.entries(samples[0]!.metrics).flatMap(([name, value]) =>
      typeof value === 'number' ? [name] : [],
    )
    for (const file of files) {
      const mapping = parse(await suggestedMapping(file, WORKS))
      expect(mapping.values.map(({ column }: { column: string }) => column).toSorted()).toEqual(numbers.toSorted())
      const values = mapping.values.map((one: { metric: string; unit: string }) => {
        return { ...one, unit: one.unit === 'unknown' ? (METRICS.get(one.metric)?.unit ?? '') : one.unit }
      })
      const device = mapping.device === 'unknown' ? 'meter-1' : mapping.device
      const said = mappingSchema.parse({ ...mapping, device, values })
      const elements = new HistoryElements(said)
      let read = 0
      for await (const rows of (await openHistory(file, said)).rows()) {
        for (const row of rows) read += elements.read(row).elements.length === 0 ? 0 : 1
      }
      expect([file, read]).toEqual([file, samples.length])
    }
  },
)
