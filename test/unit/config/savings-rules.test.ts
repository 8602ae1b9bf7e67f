/** Proves that a claimed saving of which nothing would ever be known is told when the configuration is read. */
import { expect, test } from 'vitest'
import { accepted } from '../../support/house-config.js'

const DAYS = 'baseline: { from: 2025-06-01, to: 2026-05-31 }, reporting: { from: 2026-06-10 }'
const warnings = (claim: string, more = '') =>
  accepted({
    yaml: `plants: [ { id: p, name: {}, timezone: UTC, lines: [ { id: press } ], devices: [ { id: press-1, line: press }, { id: weather-1 } ],
      savings: [ { id: c, measure: new lamps, ${DAYS}, ${claim} } ] } ]\n${more}`,
  }).warnings

test('a line or a device of a claim that is not there is a warning, and a slip is named', () => {
  expect(
    warnings('line: press, outputs: [ { device: press-1 } ], temperature: { device: weather-1, metric: t_c }'),
  ).toEqual([])
  expect(warnings('line: pres')).toMatchObject([
    { path: 'plants[0].savings[0].line', problem: 'is not among the lines of p', remedy: 'did you mean press?' },
  ])
  expect(warnings('meter: compressor, outputs: [ { line: paint }, { device: pres-1 } ]')).toMatchObject([
    { path: 'plants[0].savings[0].meter', problem: 'is not among the devices of p' },
    { path: 'plants[0].savings[0].outputs[0].line' },
    { path: 'plants[0].savings[0].outputs[1].device', remedy: 'did you mean press-1?' },
  ])
  expect(warnings('temperature: { device: yard, metric: t_c }')).toMatchObject([
    { path: 'plants[0].savings[0].temperature.device' },
  ])
})

test('a temperature whose readings are let go is a warning', () => {
  const claim = 'temperature: { device: weather-1, metric: t_c }'
  expect(warnings(claim, 'archive: { retention: none }')).toEqual([])
  expect(warnings(claim, 'archive: { retention: 400d }')).toMatchObject([
    { path: 'plants[0].savings[0].temperature.device', remedy: expect.stringContaining('archive.retention none') },
  ])
  expect(warnings('line: press', 'archive: { retention: 400d }')).toEqual([])
})
