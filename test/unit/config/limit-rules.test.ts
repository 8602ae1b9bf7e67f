import { describe, expect, test } from 'vitest'
import { STANDARDS } from '../../../src/kpi/settings/stack-limits.js'
import { accepted, refused } from '../../support/house-config.js'

const config = (...limits: readonly string[]) =>
  `plants: [ { id: p, name: {}, timezone: Asia/Shanghai, devices: [ { id: boiler-1, role: stack } ], limits: [ ${limits.join(', ')} ] } ]`
const boiler = 'stack: boiler-1, pollutant: nox'

describe('limits of stacks', () => {
  test('the name of a standard alone is enough', () => {
    const { config: taken, warnings } = accepted({ yaml: config(`{ ${boiler}, standard: gb13271-coal-new }`) })
    expect(warnings).toEqual([])
    expect(taken.plants[0]?.limits[0]).toMatchObject({ standard: 'gb13271-coal-new', regime: 'cn' })
  })

  test('one that is in no table needs a number, and a slip is named', () => {
    expect(refused({ yaml: config(`{ ${boiler}, standard: gb13271-coal-nwe }`) })).toMatchObject([
      { path: 'plants[0].limits[0].standard', remedy: expect.stringContaining('did you mean gb13271-coal-new?') },
    ])
    expect(accepted({ yaml: config(`{ ${boiler}, standard: permit-17, limit: 80, o2_ref: 3 }`) }).warnings).toEqual([])
  })

  test('a standard without that pollutant needs a number too', () => {
    const yaml = config('{ stack: boiler-1, pollutant: co, standard: gb13271-coal-new }')
    expect(refused({ yaml })).toMatchObject([{ problem: 'has no limit for co in the table of standards' }])
  })

  test('an hour has one limit: two on the same days are refused, one after the other is not', () => {
    const yaml = config(`{ ${boiler}, standard: gb13271-coal-new }`, `{ ${boiler}, standard: ultra-low-coal }`)
    expect(refused({ yaml })).toMatchObject([
      { path: 'plants[0].limits[1]', remedy: expect.stringContaining('valid_to') },
    ])
    const dated = [
      `{ ${boiler}, standard: gb13271-coal-new, valid_to: 2026-06-30 }`,
      `{ ${boiler}, standard: ultra-low-coal, valid_from: 2026-07-01 }`,
    ]
    expect(accepted({ yaml: config(...dated) }).warnings).toEqual([])
  })

  test('one of a stack that is not there is a warning', () => {
    const yaml = config('{ stack: boiler-2, pollutant: nox, standard: gb13271-coal-new }')
    expect(accepted({ yaml }).warnings).toMatchObject([
      { path: 'plants[0].limits[0].stack', remedy: 'did you mean boiler-1?' },
    ])
  })

  test('one that ends before it begins is refused', () => {
    const yaml = config(`{ ${boiler}, standard: gb13271-coal-new, valid_from: 2026-02-01, valid_to: 2026-01-01 }`)
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].limits[0].valid_to' }])
  })
})

test('the limits are those of the specification (§2.4.7), mg/Nm3 of SO2, NOx and dust', () => {
  const numbers = Object.entries(STANDARDS).map(([id, { o2RefPct, limits }]) => {
    return [id, o2RefPct, limits.so2[0], limits.nox[0], limits.pm[0]]
  })
  expect(numbers).toEqual([
    ['gb13223-coal-new', 6, 100, 100, 30],
    ['gb13223-coal-special', 6, 50, 100, 20],
    ['gb13271-coal-new', 9, 300, 300, 50],
    ['gb13271-coal-special', 9, 200, 200, 30],
    ['gb13271-oil-new', 3.5, 200, 250, 30],
    ['gb13271-oil-special', 3.5, 100, 200, 30],
    ['gb13271-gas-new', 3.5, 50, 200, 20],
    ['gb13271-gas-special', 3.5, 50, 150, 20],
    ['ultra-low-coal', 6, 35, 50, 10],
  ])
})
