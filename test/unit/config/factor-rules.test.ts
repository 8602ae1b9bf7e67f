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
      { path: 'plants[1].contracts[0].id', problem: 'is already used at plants[0].contracts[0].id' },
    ])
    expect(accepted({ yaml: plants(contract('gec-1'), contract('gec-2')) }).warnings).toEqual([])
  })

  test('and so does each certificate in it', () => {
    const yaml = plants(contract('a', ', certificates: [ c1, c2 ]'), contract('b', ', certificates: [ c2 ]'))
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[1].contracts[0].certificates[0]', value: '"c2"' }])
  })

  describe('with a meter', () => {
    const metered = (devices: string, generation: string, more = '') =>
      plants(`devices: [ ${devices} ], ${contract('a', `, generation: { ${generation} }${more}`)}`)
    const farm = '{ id: farm, metrics: { elec_export_kwh: {} } }'
    const path = 'plants[0].contracts[0].generation'

    test('take one that stands elsewhere and is told to send the register', () => {
      const yaml = metered(farm, 'device: farm, metric: elec_export_kwh')
      expect(accepted({ yaml }).config.plants[0]!.contracts[0]!.generation).toEqual({
        device: 'farm',
        metric: 'elec_export_kwh',
      })
    })

    test.each([
      ['an unknown device', 'device: frm', `${path}.device`, 'did you mean farm?'],
      ['a register that it does not send', 'device: farm', `${path}.metric`, 'add renew_onsite_kwh to the metrics'],
      ['a metric that is no register', 'device: farm, metric: elec_import_kw', `${path}.metric`, 'elec_export_kwh'],
    ])('%s is refused', (_what, generation, at, remedy) => {
      const [fault, ...others] = refused({ yaml: metered(farm, generation) })
      expect(others).toEqual([])
      expect(fault!.path).toBe(at)
      expect(`${fault!.problem} ${fault!.remedy}`).toContain(remedy)
    })

    test('a meter of the plant itself is refused: what it counts is import or generation on site already', () => {
      const devices = '{ id: roof, role: pv }'
      expect(refused({ yaml: metered(devices, 'device: roof') })).toMatchObject([
        { path: `${path}.device`, problem: expect.stringContaining('measures p0 itself') },
      ])
    })

    test('two contracts share no meter at the same time, and may one after the other', () => {
      const of = (id: string, days: string) =>
        `{ id: ${id}, kwh: 1, factor: 0, vintage: 2026, generation: { device: farm, metric: elec_export_kwh }, ${days} }`
      const both = (first: string, second: string) =>
        plants(`devices: [ ${farm} ], contracts: [ ${of('a', first)}, ${of('b', second)} ]`)
      expect(refused({ yaml: both('valid_to: 2026-06-30', 'valid_from: 2026-06-30') })).toMatchObject([
        { path: 'plants[0].contracts[1].generation.device', problem: expect.stringContaining('contract a') },
      ])
      expect(accepted({ yaml: both('valid_to: 2026-06-29', 'valid_from: 2026-06-30') }).warnings).toEqual([])
    })
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

describe('carbon of the grid by the hour', () => {
  const named = (devices: string) => plants(`devices: [ ${devices} ], carbon: { hourly_grid: { device: grid-1 } }`)

  test('comes from a device that is said to send it', () => {
    const yaml = named('{ id: grid-1, metrics: { grid_carbon_kg_kwh: { period_s: 3600 } } }')
    expect(accepted({ yaml }).config.plants[0]!.carbon.hourly_grid).toEqual({ device: 'grid-1' })
  })

  test.each([
    ['no such device', '{ id: main-1, role: main }', 'is not among the devices of p0'],
    ['a device that sends something else', '{ id: grid-1, role: main }', 'is not said to send grid_carbon_kg_kwh'],
  ])('is refused of %s', (_, devices, problem) => {
    expect(refused({ yaml: named(devices) })).toMatchObject([{ path: 'plants[0].carbon.hourly_grid.device', problem }])
  })
})
