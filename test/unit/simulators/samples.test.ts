import { describe, expect, it } from 'vitest'
import { instants, payloadOf } from '../../../simulators/samples.js'

describe('the instants of a periodic device', () => {
  it.each([
    [0, 30, 15, [0, 15]],
    [1, 30, 15, [15]],
    [1, 31, 15, [15, 30]],
    [15, 16, 15, [15]],
    [16, 30, 15, []],
    [30, 30, 15, []],
    [31, 7, 15, []],
  ])('in [%d, %d) with a period of %d are %j', (from, to, period, expected) => {
    expect(instants(from, to, period)).toEqual(expected)
  })
})

describe('a payload', () => {
  it('is one message for one sample and an array for more', () => {
    const sample = { ts: 1, metrics: { elec_import_kwh: 2 } }
    expect(payloadOf([sample])).toBe('{"ts":1,"metrics":{"elec_import_kwh":2}}')
    expect(payloadOf([sample, sample])).toHaveLength(2 * payloadOf([sample]).length + 3)
  })
})
