import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseSteel, steel, steelRegisters, steelTotals } from '../../../simulators/datasets/steel.js'
import { DATASETS_REMEDY, datasetFile } from '../../support/datasets.js'

const HEADER =
  '\uFEFFdate,Usage_kWh,Lagging_Current_Reactive.Power_kVarh,Leading_Current_Reactive_Power_kVarh,CO2.tCO2.,' +
  'Lagging_Current_Power_Factor,Leading_Current_Power_Factor,NSM,WeekStatus,Day_of_week,Load_Type'
const REST = '0,73.21,100,900,Weekday,Monday,Light_Load'

function file(...rows: string[]): string {
  return [HEADER, ...rows.map((row) => `${row},${REST}`), ''].join('\r\n')
}

describe('the steel data set', () => {
  it('is in the local time of Seoul, stamped at the end of each quarter', () => {
    const [row] = parseSteel(file('01-01-2018 00:15,3.17,2.95,0'))
    expect(new Date(row!.endMs).toISOString()).toBe('2017-12-31T15:15:00.000Z')
  })

  it('prints midnight with the day that just ended', () => {
    const rows = parseSteel(
      file('31-01-2018 23:45,3.17,2.95,0', '31-01-2018 00:00,4,4.46,0', '01-02-2018 00:15,3.24,3.28,0.07'),
    )
    expect(rows.map((row) => new Date(row.endMs).toISOString())).toEqual([
      '2018-01-31T14:45:00.000Z',
      '2018-01-31T15:00:00.000Z',
      '2018-01-31T15:15:00.000Z',
    ])
  })

  it('becomes registers that stand at zero when the first quarter begins', () => {
    const rows = parseSteel(file('01-01-2018 00:15,3.17,2.95,0', '01-01-2018 00:30,4.1,4.46,0.07'))
    expect(steelRegisters(rows)).toEqual([
      {
        ts: Date.parse('2018-01-01T00:00+09:00'),
        metrics: { elec_import_kwh: 0, elec_reactive_kvarh: 0, elec_reactive_lead_kvarh: 0 },
        seq: 0,
      },
      {
        ts: Date.parse('2018-01-01T00:15+09:00'),
        metrics: { elec_import_kwh: 3.17, elec_reactive_kvarh: 2.95, elec_reactive_lead_kvarh: 0 },
        seq: 1,
      },
      {
        ts: Date.parse('2018-01-01T00:30+09:00'),
        metrics: { elec_import_kwh: 7.27, elec_reactive_kvarh: 7.41, elec_reactive_lead_kvarh: 0.07 },
        seq: 2,
      },
    ])
  })

  it.each([
    ['a quarter is missing', file('01-01-2018 00:15,3.17,2.95,0', '01-01-2018 00:45,4,4.46,0'), 'line 3'],
    ['a day does not exist', file('31-02-2018 00:15,3.17,2.95,0'), 'there is no day'],
    ['an amount is no number', file('01-01-2018 00:15,x,2.95,0'), 'Usage_kWh is "x"'],
    ['an amount has three decimals', file('01-01-2018 00:15,3.171,2.95,0'), 'at most two decimals'],
    ['a row is short', `${HEADER}\r\n01-01-2018 00:15,3.17\r\n`, 'Invalid Record Length'],
    ['the columns are others', 'a,b\r\n1,2\r\n', 'no column date'],
    ['there are no rows', HEADER, 'no rows'],
  ])('is refused as bad data when %s', (_, csv, sentence) => {
    expect(() => parseSteel(csv)).toThrow(expect.objectContaining({ code: 65 }))
    expect(() => parseSteel(csv)).toThrow(sentence)
  })
})

const path = datasetFile('steel-energy.csv')

describe.skipIf(path === null)(`the year of the steel works${path === null ? `: ${DATASETS_REMEDY}` : ''}`, () => {
  const csv = path === null ? '' : readFileSync(path, 'utf8')

  it('has 35,040 quarters and one sample before them', () => {
    const { samples } = steel(csv)
    expect(samples).toHaveLength(35_041)
    expect(new Date(samples.at(-1)!.ts).toISOString()).toBe('2018-12-31T15:00:00.000Z')
    expect(samples.at(-1)!.seq).toBe(35_040)
  })

  it('took 959,636.71 kWh, and most of all 628.72 kW on 22 November', () => {
    // The two reactive sums were added up once from the file's columns.
    expect(steelTotals(parseSteel(csv))).toEqual({
      elec_import_kwh: 959_636.71,
      elec_reactive_kvarh: 456_759.84,
      elec_reactive_lead_kvarh: 135_638.04,
      peak_demand_15: { kw: 628.72, start: '2018-11-22T09:30:00+09:00', end: '2018-11-22T09:45:00+09:00' },
    })
  })

  it('comes back from the differences of the registers to 1e-9', () => {
    const rows = parseSteel(csv)
    const registers = steelRegisters(rows).map((sample) => Number(sample.metrics.elec_import_kwh))
    const worst = rows.reduce((error, row, i) => {
      return Math.max(error, Math.abs(registers[i + 1]! - registers[i]! - row.importHundredths / 100))
    }, 0)
    expect(worst).toBeLessThan(1e-9)
    expect(registers.at(-1)).toBe(959_636.71)
  })
})
