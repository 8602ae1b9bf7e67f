import { describe, expect, test } from 'vitest'
import { library } from '../../support/factors.js'
import { accepted, refused } from '../../support/house-config.js'

const grid = 'activity: grid_electricity, value: 0.5, unit: kgCO2/kWh, valid_from: 2026-01-01, published: 2026-01-01'
const plants = (...settings: readonly string[]) =>
  `plants: [ ${settings.map((one, i) => `{ id: p${i}, name: {}, timezone: Asia/Shanghai, ${one} }`).join(', ')} ]`

test('a plant has the policies of the specification when it says nothing', () => {
  const [plant] = accepted({ yaml: plants('grid_region: CN-JS') }).config.plants
  expect(plant).toMatchObject({
    factors: [],
    contracts: [],
    carbon: { year_policy: 'latest_at_close', gwp: 'AR6', combustion: 'cn', electricity_basis: 'equivalent' },
  })
})

describe('own factors', () => {
  const factors = (...list: readonly string[]) => plants(`grid_region: CN-JS, factors: [ ${list.join(', ')} ]`)

  test('the example of the contract is taken', () => {
    const yaml = factors(`{ id: own.grid.2026, ${grid}, region: CN-JS, source: "supplier statement 17" }`)
    expect(accepted({ yaml, library }).warnings).toEqual([])
  })

  test('one of our ids is refused, with the way out', () => {
    const yaml = factors(`{ id: cn.grid.prov.js.2023, ${grid}, source: x }`)
    expect(refused({ yaml, library })).toMatchObject([
      {
        path: 'plants[0].factors[0].id',
        value: '"cn.grid.prov.js.2023"',
        remedy: expect.stringContaining('own.cn.grid'),
      },
    ])
  })

  test('a factor without a source, or that ends before it begins, is refused', () => {
    expect(refused({ yaml: factors(`{ id: a, ${grid} }`), library })).toMatchObject([
      { path: 'plants[0].factors[0].source', problem: 'is missing' },
    ])
    const yaml = factors(`{ id: a, ${grid}, valid_to: 2025-12-31, source: x }`)
    expect(refused({ yaml, library })).toMatchObject([{ path: 'plants[0].factors[0].valid_to' }])
  })

  test('one of another region is a warning: it is never used', () => {
    const yaml = factors(`{ id: a, ${grid}, region: CN-ZJ, source: x }`)
    expect(accepted({ yaml, library }).warnings).toMatchObject([
      { path: 'plants[0].factors[0].region', remedy: expect.stringContaining('CN-JS') },
    ])
  })
})

test('the primary basis of electricity is refused without a value, and taken with one', () => {
  const carbon = 'carbon: { electricity_basis: primary }'
  expect(refused({ yaml: plants(carbon), library })).toMatchObject([
    {
      path: 'plants[0].carbon.electricity_basis',
      remedy: expect.stringContaining('coal_equivalent.electricity_primary'),
    },
  ])
  const rate =
    'activity: coal_equivalent.electricity_primary, value: 0.3, unit: kgce/kWh, valid_from: 2026-01-01, published: 2026-01-01'
  expect(
    accepted({ yaml: plants(`${carbon}, factors: [ { id: a, ${rate}, source: NEA } ]`), library }).warnings,
  ).toEqual([])
})

describe('contracts', () => {
  const contract = (id: string, more = '') =>
    `contracts: [ { id: ${id}, kwh: 1200000, factor: 0, vintage: 2026${more} } ]`

  test('an instrument covers consumption once, whichever plant has it', () => {
    expect(refused({ yaml: plants(contract('gec-1'), contract('gec-1')) })).toMatchObject([
      { path: 'plants[1].contracts[0].id', problem: 'stands already at plants[0].contracts[0].id' },
    ])
    expect(accepted({ yaml: plants(contract('gec-1'), contract('gec-2')) }).warnings).toEqual([])
  })

  test('and so does each certificate in it', () => {
    const yaml = plants(contract('a', ', certificates: [ c1, c2 ]'), contract('b', ', certificates: [ c2 ]'))
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[1].contracts[0].certificates[0]', value: '"c2"' }])
  })

  test('one of another market is a warning', () => {
    const yaml = plants(`grid_region: CN-JS, ${contract('a', ', market: DE')}`)
    expect(accepted({ yaml }).warnings).toMatchObject([{ path: 'plants[0].contracts[0].market' }])
  })
})

test.each([
  ['CN-SJ', 'did you mean'],
  ['cn-js', 'did you mean CN-JS?'],
  ['CN-NM', 'carbon.regional_grid'],
])('grid_region %s is a warning: %s', (region, remedy) => {
  expect(accepted({ yaml: plants(`grid_region: ${region}`) }).warnings).toMatchObject([
    { path: 'plants[0].grid_region', remedy: expect.stringContaining(remedy) },
  ])
})

test.each(['CN', 'CN-JS', 'CN-GRID-E', 'DE', 'GB-SCT', 'US-CA'])('grid_region %s is fine', (region) => {
  expect(accepted({ yaml: plants(`grid_region: ${region}`) }).warnings).toEqual([])
})
