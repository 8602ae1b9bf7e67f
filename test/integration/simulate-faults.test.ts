// @module-tag deep
/** Proves that figures of simulated days which faults have changed say so, and stay within what the simulators state. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Truth } from '../../simulators/truth/file.js'
import type { QuarantineAnswer } from '../../src/base/wire.js'
import { accounting, getJson, removeData, type TestGateway } from '../support/gateway.js'
import { differencesFrom, gatewayOfDemoPlants, SIMULATED_MS_MAX, simulate } from './simulated-days.js'

describe('the demo plants, simulated over two days with faults', () => {
  let gateway: TestGateway

  beforeEach(async () => {
    gateway = await gatewayOfDemoPlants()
  })
  afterEach(async () => {
    await gateway.stop()
    removeData(gateway)
  })

  test(
    'say of every figure that a lost, wrong or reset sample has changed why, and by no more than the truth allows',
    async () => {
      const truth = await simulate(gateway, 'clock,garbage,silence,reset,glitch')
      expect(truth.complete).toBe(true)
      expect(await differencesFrom(gateway, truth)).toEqual([])
      // All of it has happened, and has been stated.
      const flags = new Set(truth.expected.flatMap((one) => one.flags ?? []))
      expect([...flags].sort()).toEqual(['counter_glitch', 'counter_reset', 'estimated'])
      expect(truth.expected.some((one) => one.flags_if_different !== undefined)).toBe(true)

      const accounts = await accounting(gateway, true)
      expect(accounts.closes).toBe(true)
      for (const { plant, device, rejections } of truth.devices) {
        const refused = accounts.devices?.find((one) => one.plant === plant && one.device === device)?.elements_rejected
        expect(refused, `${plant} ${device}`).toBe(total(Object.values(rejections)))
      }
      const { counts } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?limit=1')
      const happened = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
      expect(happened).toEqual(sumByReason(truth))
      expect(Object.keys(happened).sort()).toEqual(['bad_json', 'bad_schema', 'bad_unit', 'bad_value', 'ts_future'])
    },
    SIMULATED_MS_MAX,
  )
})

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function sumByReason(truth: Truth): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { rejections } of truth.devices) {
    for (const [reason, count] of Object.entries(rejections)) sums[reason] = (sums[reason] ?? 0) + count
  }
  return sums
}
