// @module-tag deep
/** Proves that the figures of simulated days are those that the simulators state beforehand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accounting, removeData, type TestGateway } from '../support/gateway.js'
import { differencesFrom, gatewayOfDemoPlants, SIMULATED_MS_MAX, simulate, simulators } from './simulated-days.js'

describe('the demo plants, simulated over two days of the past', () => {
  let gateway: TestGateway

  beforeEach(async () => {
    gateway = await gatewayOfDemoPlants()
  })
  afterEach(async () => {
    await gateway.stop()
    removeData(gateway)
  })

  test(
    'come to every figure of the truth, though messages are late, doubled, out of order, and connections break',
    async () => {
      const truth = await simulate(gateway, 'late,duplicate,reorder,disconnect')
      expect(truth.complete).toBe(true)
      expect(truth.expected.filter((one) => !one.exact)).toEqual([])
      expect(await differencesFrom(gateway, truth)).toEqual([])
      const accounts = await accounting(gateway)
      expect(accounts).toMatchObject({ closes: true, elements_rejected: 0, readings: { conflict: 0 } })
      expect(accounts.readings.duplicate).toBeGreaterThan(0)
    },
    SIMULATED_MS_MAX,
  )
})

test('a fault that does not exist is a wrong use (64), and the answer names all there are', async () => {
  const { code, stderr } = await simulators(['simulate', '--faults', 'late,earthquake'])
  expect(code).toBe(64)
  expect(stderr).toContain('earthquake')
  for (const name of ['late', 'duplicate', 'reorder', 'disconnect', 'clock', 'garbage', 'silence', 'reset', 'glitch']) {
    expect(stderr).toContain(`\n  ${name}: `)
  }
})
