import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkAgreement } from '../../../../src/kpi/factors/agreement.js'
import { COAL_FILE, EMISSION_FILE, libraryOf } from '../../../../src/kpi/factors/table.js'
import { factor, library, tableText } from '../../../support/factors.js'

const emissions = tableText(EMISSION_FILE)
const coal = tableText(COAL_FILE)

/** The tables after one change in one of them; the change has to be one. */
function changed(text: string, from: string | RegExp, to: string): string {
  const made = text.replace(from, to)
  if (made === text) throw new Error(`${from} is not in the table`)
  return made
}

test('the tables hold 345 factors and 56 rows of coal equivalents; a report names them by their hash', () => {
  expect(library.factors).toHaveLength(345)
  expect(library.coal.flatMap((one) => one.rows)).toHaveLength(56)
  expect(library.hash).toBe(createHash('sha256').update(emissions).update('\0').update(coal).digest('hex'))
  const withOtherLineEnds = libraryOf(emissions.replaceAll('\r\n', '\n'), coal)
  expect(withOtherLineEnds.factors).toEqual(library.factors)
  expect(withOtherLineEnds.hash).not.toBe(library.hash)
})

test('no factor of the tables is of a gross heating value: nothing could be computed with it', () => {
  expect(library.factors.filter(({ heat }) => heat === 'hhv')).toEqual([])
})

test('a grid factor was published when it was announced, any other on the first day of the year of its source', () => {
  const published = ['2021', '2022', '2023'].map((year) => factor(`cn.grid.prov.js.${year}`).publishedOn)
  expect(published).toEqual(['2024-04-12', '2024-12-26', '2025-12-31'])
  expect(factor('us.egrid2022.avg').publishedOn).toBe('2024-01-01')
})

test('every row says what it is for, where it comes from and how well it is known', () => {
  expect(factor('cn.grid.prov.js.2022')).toMatchObject({
    activity: 'grid_electricity',
    value: 0.5978,
    unit: 'kgCO2/kWh',
    region: 'CN-JS',
    validFrom: '2022-01-01',
    validTo: '2022-12-31',
    source: 'MEE+NBS Announcement 2024 No.33',
    confidence: 'verified-from-secondary-source',
    place: 'emission-factors.csv:74',
  })
  expect(library.factors.filter((one) => one.source === '' || one.region === '')).toEqual([])
})

test('pounds a MWh become kilograms a kWh once, where they come in', () => {
  expect(factor('us.egrid2022.avg')).toMatchObject({
    printed: { value: '827.5', unit: 'lbCO2e/MWh' },
    unit: 'kgCO2e/kWh',
  })
  expect(factor('us.egrid2022.avg').value).toBeCloseTo(0.375348, 6)
})

test('both tables agree on the heating value of every fuel; LNG of 41,868 kJ beside 1.7572 kgce/kg is refused', () => {
  expect(() => checkAgreement(library)).not.toThrow()
  const lng = { ...factor('cn.fuel.lng.ncv'), value: 41.868 }
  const factors = library.factors.map((one) => (one.id === lng.id ? lng : one))
  expect(() => checkAgreement({ ...library, factors })).toThrow(
    /cn\.fuel\.lng\.ncv is 41868 kJ, but the coal equivalent of lng \(.+\) rests on 51498 kJ; give/,
  )
})

describe('a wrong row is refused with file, line and remedy', () => {
  test.each([
    ['a number that is none', '0.5568', 'O.5568', /^emission-factors\.csv:2: value "O\.5568" is no number; write/],
    ['an empty number', ',0.5568,', ',,', /^emission-factors\.csv:2: value "" is no number/],
    ['a negative number', '0.5568', '-0.5568', /^emission-factors\.csv:2: value "-0\.5568"/],
    [
      'a unit of something else',
      '0.5568,kgCO2/kWh',
      '0.5568,kgCO2/MJ',
      /csv:2: kgCO2\/MJ is no unit of grid_electricity; give/,
    ],
    ['a day that does not exist', '2021-12-31', '2021-02-30', /csv:2: valid_to "2021-02-30" is no day; write/],
    [
      'an end before the beginning',
      '2021-01-01,2021-12-31',
      '2021-12-31,2021-01-01',
      /csv:2: it ends before it begins; swap/,
    ],
    [
      'a confidence nobody knows',
      /secondary-source$/m,
      'hearsay',
      /csv:2: confidence "verified-from-hearsay" is not known; use/,
    ],
    [
      'an id that stands twice',
      'avg.2022',
      'avg.2021',
      /csv:5: id cn\.grid\.national\.avg\.2021 stands already at emission-factors\.csv:2; rename/,
    ],
    [
      'a year in the id that is not that of the data',
      'avg.2022',
      'avg.2020',
      /csv:5: id .* is of 2020, but valid from 2022-01-01; give/,
    ],
    [
      'a region that is not that of the id',
      'CN-JS,2022',
      'CN-ZJ,2022',
      /id cn\.grid\.prov\.js\.2022 belongs to CN-JS, not to CN-ZJ; correct/,
    ],
    [
      'words that fit no meaning',
      'grid electricity, location-based, national',
      'power, national',
      /csv:2: .* has no known meaning; write/,
    ],
    [
      'id and words of two fuels',
      'diesel carbon content',
      'gasoline carbon content',
      /cn\.fuel\.diesel\.cc .* has no known meaning/,
    ],
    [
      'a column that is missing',
      'source_year',
      'year',
      /^emission-factors\.csv:1: has no column source_year; its columns are/,
    ],
    [
      'a quote that does not close',
      'cn.grid.national.avg.2021,"',
      '"cn.grid.national.avg.2021,"',
      /^emission-factors\.csv: is no CSV/,
    ],
    [
      'a product that is not made of its parts',
      '2.3228',
      '2.3229',
      /cn\.fuel\.anthracite\.ef is not heating value .*; write 2\.3228/,
    ],
  ])('%s', (_fault, from, to, message) => {
    expect(() => libraryOf(changed(emissions, from, to), coal)).toThrow(message)
  })

  test('two rows that answer one question, so that no order of rows decides', () => {
    const both = changed(emissions, 'US,2022-01-01,2022-12-31', 'GB,2024-01-01,2024-12-31')
    expect(() => libraryOf(changed(both, 'us.egrid2022', 'us.egrid2024'), coal)).toThrow(
      /at the same time; let one end/,
    )
  })

  test.each([
    [
      '1.2143 beside 38,931 kJ/m3',
      '35544,kJ/m3,1.2143',
      '38931,kJ/m3,1.2143',
      /make 1\.3284 kgce, not 1\.2143 .*; give/,
    ],
    ['fresh water of 2008', '0.2571', '0.0857', /make 0\.2573 kgce, not 0\.0857/],
    [
      'a range without its other end',
      /^slime_high.*\r\n/m,
      '',
      /coal-equivalents\.csv:5: slime is no range; give it two rows/,
    ],
    ['a range that is upside down', /^slime_low/m, 'slime_tmp', /slime is no range/],
    ['no value and no word why', 'source and year, no default', 'source and year', /has no value; give one/],
    ['a kind nobody knows', 'legacy_2008', 'old', /kind "old" is not known; use/],
  ])('coal equivalents: %s', (_fault, from, to, message) => {
    expect(() => libraryOf(emissions, changed(coal, from, to))).toThrow(message)
  })
})
