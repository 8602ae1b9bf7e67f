import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flagsOf } from '../../../../src/base/flags.js'
import { bookOf, dayOf, library, own, words } from '../../../support/factors.js'

const today = dayOf('2026-11-25')

describe('a plant takes the most exact region that the table has', () => {
  test.each([
    ['CN-JS', 'cn.grid.prov.js.2023', 'a province'],
    ['CN-GRID-E', 'cn.grid.region.e.2023', 'a regional grid'],
    ['CN', 'cn.grid.national.avg.2023', 'the country'],
    ['CN-XZ', 'cn.grid.national.avg.2023', 'Tibet has no factor of its own, nor is that of its grid meant for it'],
    ['GB', 'gb.grid.2025', 'another country'],
    ['GB-SCT', 'gb.grid.2025', 'a part of another country'],
    ['US-CA', 'us.egrid2023.avg', 'a state'],
  ])('%s takes %s: %s', (region, id) => {
    expect(bookOf({ grid_region: region }).grid(...today).factors).toEqual([id])
  })

  test.each(['DE', 'MX', 'CN-HK', 'CN-ZZ'])('%s has none: null, never the average of somebody else', (region) => {
    const answer = bookOf({ grid_region: region }).grid(...today)
    expect(answer).toMatchObject({ value: null, reason: 'no_factor', factors: [], flags: 0 })
    expect(answer).toHaveProperty('detail', expect.stringContaining('grid_electricity'))
  })

  test('a plant that does not say where it is has none', () => {
    const answer = bookOf({}).grid(...today)
    expect(answer).toMatchObject({ reason: 'no_factor', detail: expect.stringContaining('grid_region: CN-JS') })
  })

  test('Inner Mongolia falls back to the grid that it names, and skips the grids when it names none', () => {
    const tables = { ...library, factors: library.factors.filter((one) => one.region !== 'CN-NM') }
    const at = (carbon: object) => bookOf({ grid_region: 'CN-NM', carbon }, tables).grid(...today).factors
    expect(at({ regional_grid: 'CN-GRID-N' })).toEqual(['cn.grid.region.n.2023'])
    expect(at({ regional_grid: 'CN-GRID-NE' })).toEqual(['cn.grid.region.ne.2023'])
    expect(at({})).toEqual(['cn.grid.national.avg.2023'])
  })

  test('a more exact region wins over a newer year: a province of 2022 and not the country 2023, and it says so', () => {
    const tables = { ...library, factors: library.factors.filter((one) => one.id !== 'cn.grid.prov.ln.2023') }
    expect(words(bookOf({ grid_region: 'CN-LN' }, tables).grid(...dayOf('2025-06-01')))).toBe(
      '0.5626 kgCO2/kWh cn.grid.prov.ln.2022 co2_only factor_year_mismatch',
    )
  })

  test('Tibet takes the factor of the country and says that this is from memory; its contracts are of its grid still', () => {
    expect(words(bookOf({ grid_region: 'CN-XZ' }).grid(...dayOf('2025-06-01')))).toBe(
      '0.5306 kgCO2/kWh cn.grid.national.avg.2023 co2_only factor_from_memory',
    )
    expect(words(bookOf({ grid_region: 'CN-XZ' }).uncovered(...dayOf('2025-06-01')))).not.toContain('from_memory')
  })
})

describe('latest_at_close: one factor a calendar year, the newest published by its last day', () => {
  const plantFactors = bookOf({ grid_region: 'CN' })
  test.each([
    ['2018-06-01', 'cn.grid.national.avg.2021', true, 'before the first year'],
    ['2021-06-01', 'cn.grid.national.avg.2021', false, 'the earliest is of that very year'],
    ['2022-06-01', 'cn.grid.national.avg.2021', true, 'nothing was published by the end of 2022'],
    ['2023-12-31', 'cn.grid.national.avg.2021', true, 'nor by the end of 2023'],
    ['2024-01-01', 'cn.grid.national.avg.2022', false, 'announced on 26 December of the year'],
    ['2024-12-31', 'cn.grid.national.avg.2022', false, 'the last day of that year'],
    ['2025-01-01', 'cn.grid.national.avg.2023', false, 'announced on the last day of the year'],
    ['2025-12-31', 'cn.grid.national.avg.2023', false, 'two years between data and consumption are none too many'],
    ['2026-01-01', 'cn.grid.national.avg.2023', true, 'three are'],
  ])('%s: %s, of another year: %s (%s)', (day, id, isMismatch) => {
    const answer = plantFactors.grid(...dayOf(day))
    expect(answer.factors).toEqual([id])
    expect(flagsOf(answer.flags).includes('factor_year_mismatch')).toBe(isMismatch)
  })

  test('all hours of a year are reckoned alike, in the zone of the plant', () => {
    for (const year of [2021, 2024, 2025, 2026]) {
      const [startMs] = dayOf(`${year}-01-01`)
      const [endMs] = dayOf(`${year + 1}-01-01`)
      const first = plantFactors.grid(startMs, startMs + 3_600_000)
      for (let ms = startMs; ms < endMs; ms += 3_600_000) expect(plantFactors.grid(ms, ms + 3_600_000)).toBe(first)
      expect(plantFactors.grid(startMs - 3_600_000, startMs)).not.toBe(first)
    }
  })

  test('the first edition of the rules changed the factor on the day of an announcement', () => {
    const first = bookOf({ grid_region: 'CN' }, library, 1)
    expect(first.grid(...dayOf('2024-12-25')).factors).toEqual(['cn.grid.national.avg.2021'])
    expect(words(first.grid(...dayOf('2024-12-26')))).toBe('0.5366 kgCO2/kWh cn.grid.national.avg.2022 co2_only')
    expect(words(first.grid(...dayOf('2027-06-01')))).toBe('0.5306 kgCO2/kWh cn.grid.national.avg.2023 co2_only')
    expect(bookOf({ grid_region: 'CN-XZ' }, library, 1).grid(...today).factors).toEqual(['cn.grid.region.sw.2023'])
  })
})

test.each([
  ['2020-06-01', 'cn.grid.national.avg.2021', true],
  ['2021-06-01', 'cn.grid.national.avg.2021', false],
  ['2021-12-31', 'cn.grid.national.avg.2021', false],
  ['2022-01-01', 'cn.grid.national.avg.2022', false],
  ['2023-06-01', 'cn.grid.national.avg.2023', false],
  ['2026-06-01', 'cn.grid.national.avg.2023', true],
])('match_year: consumption of %s takes %s, of another year: %s', (day, id, isMismatch) => {
  const answer = bookOf({ grid_region: 'CN', carbon: { year_policy: 'match_year' } }).grid(...dayOf(day))
  expect(answer.factors).toEqual([id])
  expect(flagsOf(answer.flags).includes('factor_year_mismatch')).toBe(isMismatch)
})

test('the same question has the same answer in whatever order the rows of the tables stand', () => {
  const regions = fc.constantFrom('CN-JS', 'CN-LN', 'CN-XZ', 'CN-GRID-C', 'CN', 'GB', 'US', 'DE', 'CN-NM')
  const policies = fc.constantFrom('latest_at_close', 'match_year')
  const rows = fc.shuffledSubarray([...library.factors], { minLength: library.factors.length })
  const days = fc.integer({ min: Date.parse('2017-01-01'), max: Date.parse('2027-01-01') })
  fc.assert(
    fc.property(regions, policies, rows, days, (region, year_policy, factors, ms) => {
      const plant = { grid_region: region, carbon: { year_policy } }
      const [inOrder, shuffled] = [bookOf(plant), bookOf(plant, { ...library, factors })]
      for (const ask of ['grid', 'residual', 'uncovered', 'heat'] as const) {
        expect(shuffled[ask](ms, ms + 3_600_000)).toEqual(inOrder[ask](ms, ms + 3_600_000))
      }
    }),
    { numRuns: 40 },
  )
})

test('an answer is made once and handed out again', () => {
  const plantFactors = bookOf({ grid_region: 'CN-JS' })
  expect(plantFactors.grid(...today)).toBe(plantFactors.grid(...today))
  expect(plantFactors.combustion('diesel', 't', ...today)).toBe(plantFactors.combustion('diesel', 't', ...today))
  expect(plantFactors.gwp('ch4')).toBe(plantFactors.gwp('ch4'))
})

describe("a plant's own factor", () => {
  const grid = { activity: 'grid_electricity', unit: 'kgCO2e/kWh', value: 0.5 }

  test('serves a region that the tables do not have', () => {
    const plantFactors = bookOf({ grid_region: 'DE', factors: [own({ ...grid, region: 'DE' })] })
    expect(words(plantFactors.grid(...today))).toBe('0.5 kgCO2e/kWh own.1')
  })

  test('is used on its first and last day in the zone of the plant, and ours beside them', () => {
    const factors = [own({ ...grid, region: 'CN-JS', valid_from: '2026-02-01', valid_to: '2026-02-28' })]
    const plantFactors = bookOf({ grid_region: 'CN-JS', factors })
    const at = (day: string) => plantFactors.grid(...dayOf(day)).factors
    expect([at('2026-01-31'), at('2026-02-01'), at('2026-02-28'), at('2026-03-01')].flat()).toEqual([
      'cn.grid.prov.js.2023',
      'own.1',
      'own.1',
      'cn.grid.prov.js.2023',
    ])
  })

  test('that began later replaces the one before, in whatever order the configuration has them', () => {
    const older = own({ ...grid, id: 'own.z', value: 0.6, valid_from: '2025-01-01' })
    const newer = own({ ...grid, id: 'own.a', value: 0.4, valid_from: '2026-01-01' })
    for (const factors of [
      [older, newer],
      [newer, older],
    ]) {
      const plantFactors = bookOf({ factors })
      expect([
        plantFactors.grid(...dayOf('2025-12-31')).value,
        plantFactors.grid(...dayOf('2026-01-01')).value,
      ]).toEqual([0.6, 0.4])
    }
  })

  test('of the whole country does not take the place of a more exact one of ours', () => {
    const plantFactors = bookOf({ grid_region: 'CN-JS', factors: [own({ ...grid, region: 'CN' })] })
    expect(plantFactors.grid(...today).factors).toEqual(['cn.grid.prov.js.2023'])
  })

  test('of another region is not used; one without a region is the plant itself', () => {
    const elsewhere = bookOf({ grid_region: 'CN-JS', factors: [own({ ...grid, region: 'CN-ZJ' })] })
    expect(elsewhere.grid(...today).factors).toEqual(['cn.grid.prov.js.2023'])
    expect(bookOf({ factors: [own(grid)] }).grid(...today).factors).toEqual(['own.1'])
  })

  test('that was published after the year is not known when the year closes, and is restated with match_year', () => {
    const factors = [own({ ...grid, valid_from: '2025-01-01', published: '2026-03-01' })]
    const at = (year_policy: string) =>
      bookOf({ grid_region: 'CN-JS', factors, carbon: { year_policy } }).grid(...dayOf('2025-06-01')).factors
    expect(at('latest_at_close')).toEqual(['cn.grid.prov.js.2023'])
    expect(at('match_year')).toEqual(['own.1'])
  })

  test('cannot take the place of one of ours by having its id', () => {
    const plantFactors = bookOf({ grid_region: 'CN-JS', factors: [own({ ...grid, id: 'cn.grid.prov.js.2023' })] })
    expect(plantFactors.grid(...today).value).toBe(0.5827)
    expect(plantFactors.faults).toMatchObject([{ index: 0, key: 'id' }])
  })

  test('of the supplier goes before the residual mix, and without either the location factor is used', () => {
    const rate = own({ activity: 'supplier_electricity', unit: 'kgCO2/kWh', value: 0.4 })
    expect(bookOf({ grid_region: 'CN-JS', factors: [rate] }).uncovered(...today).factors).toEqual(['own.1'])
    expect(bookOf({ grid_region: 'CN-JS' }).uncovered(...today).factors).toEqual(['cn.grid.national.residual.2023'])
    expect(bookOf({ grid_region: 'GB' }).uncovered(...today).factors).toEqual(['gb.grid.2025'])
    expect(bookOf({ grid_region: 'GB' }).residual(...today).value).toBeNull()
  })
})
