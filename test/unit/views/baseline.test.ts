import { expect, test } from 'vitest'
import { baselineAnswer } from '../../../src/views/baseline.js'
import { accepted } from '../../support/house-config.js'
import { dayPoints } from './examples.js'

const names = { variable: 'good_units', energy: 'energy_elec_consumed', timezone: 'Asia/Shanghai' } as const
const outputs = Array.from({ length: 12 }, (_, i) => 100 * i)

test('days on a line give its base load and slope', () => {
  const answer = baselineAnswer({
    ...names,
    outputs: dayPoints(outputs),
    energies: dayPoints(outputs.map((n) => 100 + n / 2)),
  })
  expect(answer).toMatchObject({ a: expect.closeTo(100, 9), b: 0.5, r2: 1, days: 12, left_out: 0, reason: '' })
})

test('the lines for the configuration are a configuration', () => {
  const answer = baselineAnswer({
    ...names,
    outputs: dayPoints(outputs),
    energies: dayPoints(outputs.map((n) => 100 + n / 2)),
  })
  const section = answer.config!.replaceAll('\n', '\n    ')
  const yaml = `plants:\n  - id: p\n    name: {}\n    timezone: Asia/Shanghai\n    ${section}`
  expect(accepted({ yaml }).config.plants[0]?.enpi).toMatchObject([
    { id: 'baseline-2025', baseline: { from: '2025-01-01', to: '2025-01-12' }, a: answer.a, b: answer.b },
  ])
})

test('eleven days are too few, and a day with one value is none', () => {
  const energies = dayPoints(outputs.map((n, i) => (i === 3 ? null : 100 + n / 2)))
  expect(baselineAnswer({ ...names, outputs: dayPoints(outputs), energies })).toMatchObject({
    a: null,
    b: null,
    config: null,
    days: 11,
    left_out: 1,
    reason: 'low_sample',
  })
})

test('days that may still change do not count', () => {
  const energies = dayPoints(outputs, { provisional: true })
  expect(baselineAnswer({ ...names, outputs: dayPoints(outputs), energies })).toMatchObject({
    days: 0,
    reason: 'low_sample',
  })
})
