import { expect, test } from 'vitest'
import { described } from '../../../../src/insight/anomalies/describe.js'

test('days without work keep their place in the evidence of a slower machine', () => {
  const ratios = [5, 6, 9].map((day) => ({ day, ratio: 1 + day / 100 }))
  const of = { device: 'robot-1', line: null, other: null, unit: '1', since: 480, found: 960, until: null }
  const rules = { factor: 1.07, confidence: 1, threshold: 0.04, thresholdUnit: '1', series: [] }
  const plant = { startMs: 0, stepMs: 900_000, pricePerKwh: null, kgCo2ePerKwh: null }
  const { evidence } = described({ kind: 'slower_cycle', ...of, ...rules, ratios }, plant, 960)
  expect(evidence.measured).toEqual([1.05, 1.06, null, null, 1.09])
  expect(evidence.startMs).toBe(5 * 86_400_000)
})
