import { expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (...enpi: readonly string[]) =>
  `plants: [ { id: p, name: {}, timezone: UTC, enpi: [ ${enpi.join(', ')} ] } ]`
const days = 'baseline: { from: 2025-01-01, to: 2025-12-31 }'

test('a baseline has coefficients and says where they come from', () => {
  const { config } = accepted({ yaml: plant(`{ id: e, ${days}, a: 100, b: 0.5, source: audit 7 }`) })
  expect(config.plants[0]?.enpi).toMatchObject([
    { variable: 'good_units', energy: 'energy_elec_consumed', window: '1d', a: 100, b: 0.5 },
  ])
  expect(refused({ yaml: plant(`{ id: e, ${days}, source: audit 7 }`) })).toMatchObject([
    { path: 'plants[0].enpi[0].a', problem: 'is missing' },
    { path: 'plants[0].enpi[0].b', problem: 'is missing' },
  ])
})

test('a day has one baseline', () => {
  const one = `{ id: e, ${days}, a: 1, b: 1, source: x }`
  const next = `{ id: f, ${days}, a: 1, b: 1, source: x, valid_from: 2026-01-01 }`
  expect(refused({ yaml: plant(one, next) })).toMatchObject([{ path: 'plants[0].enpi[1].valid_from' }])
})
