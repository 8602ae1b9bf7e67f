import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gasTurbine, gasTurbineSamples, parseGasTurbine } from '../../../simulators/datasets/gas-turbine.js'
import { DATASETS_REMEDY, datasetFile } from '../../support/datasets.js'

const HEADER =
  'Ambient temperature,Ambient pressure,Ambient humidity,Air filter difference pressure,Gas turbine exhaust pressure,' +
  'Turbine inlet temperature,Turbine after temperature,Compressor discharge pressure,Turbine energy yield,' +
  'Carbon monoxide,Nitrogen oxides'
const REST = '4.5878,1018.7,83.675,3.5758,23.979,1086.2,549.83,134.67'

function file(...rows: string[]): string {
  return [HEADER, ...rows.map((row) => `${REST},${row}`), ''].join('\r\n')
}

describe('the gas turbine data set', () => {
  it('has a sample an hour, at the start of the hour its row is the mean of', () => {
    const rows = parseGasTurbine(file('11.898,0.32663,81.952', '11.892,0.44784,82.377'))
    expect(gasTurbineSamples(rows)).toEqual([
      {
        ts: 0,
        metrics: { nox_mgm3: 81.952, co_mgm3: 0.32663, turbine_yield_mwh: 11.898 },
        units: { turbine_yield_mwh: 'MWh' },
        seq: 0,
      },
      {
        ts: 3_600_000,
        metrics: { nox_mgm3: 82.377, co_mgm3: 0.44784, turbine_yield_mwh: 11.892 },
        units: { turbine_yield_mwh: 'MWh' },
        seq: 1,
      },
    ])
  })

  it.each([
    ['a concentration is empty', file('11.898,0.32663,81.952', '11.892,0.44784,'), 'line 3: Nitrogen oxides is ""'],
    ['a decimal comma stands in it', file('11.898,"0,32663",81.952'), 'line 2: Carbon monoxide is "0,32663"'],
    ['a row is short', `${HEADER}\r\n4.5878,1018.7\r\n`, 'Invalid Record Length'],
    ['the columns are others', 'a,b\r\n1,2\r\n', 'no column Nitrogen oxides, Carbon monoxide, Turbine energy yield'],
    ['there are no rows', HEADER, 'no rows'],
  ])('is refused as bad data when %s', (_, csv, sentence) => {
    expect(() => parseGasTurbine(csv)).toThrow(expect.objectContaining({ code: 65 }))
    expect(() => parseGasTurbine(csv)).toThrow(sentence)
  })
})

const path = datasetFile('gas-turbine-emissions.csv')

describe.skipIf(path === null)(`the five years of the turbine${path === null ? `: ${DATASETS_REMEDY}` : ''}`, () => {
  it('are 36,733 hours, and their means those of the columns', () => {
    const { samples, expected } = gasTurbine(path === null ? '' : readFileSync(path, 'utf8'))
    expect(samples).toHaveLength(36_733)
    expect(samples.at(-1)).toMatchObject({ ts: 36_732 * 3_600_000, seq: 36_732, metrics: { nox_mgm3: 109.24 } })
    // The sums were added up once from the file's columns.
    expect(expected).toEqual({
      hours: 36_733,
      pollutant_mean_nox: expect.closeTo(65.29306726921297, 9),
      pollutant_mean_co: expect.closeTo(2.3724682489126945, 9),
      pollutant_mass_nox: null,
      turbine_yield_mwh: expect.closeTo(443019.2702, 6),
    })
  })
})
