import { expect, test } from 'vitest'
import { savingsAnswerOf } from '../../../src/views/savings.js'
import { plantedPlant } from '../../support/savings.js'
import { dayPoints } from './examples.js'

const SAVED_FROM = 200
const plant = plantedPlant({ seed: 11, days: 260, savedFrom: SAVED_FROM, share: 0.1 })

const energies = dayPoints(plant.days.map(({ energyKwh }) => energyKwh))
const good = dayPoints(plant.days.map(({ outputs }) => outputs.product_a!))
const cycles = dayPoints(plant.days.map(({ outputs }) => outputs.product_b!))
const stored = (from: number, to?: number) => ({
  energies: energies.slice(from, to),
  outputs: { good_units: good.slice(from, to), cycles: cycles.slice(from, to) },
})
const of = { energy: 'energy_elec_consumed', timezone: 'Asia/Shanghai' } as const

test('what was saved is told with its bounds, its model and its chart', () => {
  const { reason, baseline, saving } = savingsAnswerOf({
    ...of,
    before: stored(0, SAVED_FROM),
    after: stored(SAVED_FROM),
  })
  expect(reason).toBe('')
  expect(baseline!.model.outputs).toEqual(['cycles', 'good_units'])
  expect(saving!.lower90_kwh).toBeLessThan(saving!.saved_kwh)
  expect(saving!.upper90_kwh).toBeGreaterThan(saving!.saved_kwh)
  expect(saving!.cusum[0]!.day).toBe('2025-07-20')
  expect(saving!.days + saving!.left_out).toBe(60)
})

test('a KPI that nobody has is no variable, and days that may still change do not count', () => {
  const before = { ...stored(0, SAVED_FROM), outputs: { good_units: good.slice(0, SAVED_FROM), cycles: [] } }
  const answer = savingsAnswerOf({ ...of, before, after: stored(SAVED_FROM) })
  expect(answer.baseline!.model.outputs).toEqual(['good_units'])
  const provisional = {
    ...stored(SAVED_FROM),
    energies: dayPoints(
      plant.days.map(() => 1),
      { provisional: true },
    ),
  }
  expect(savingsAnswerOf({ ...of, before, after: provisional })).toMatchObject({ reason: 'no_data', saving: null })
})
