import { describe, expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (setting: string) => `plants: [ { id: p, name: {}, timezone: Asia/Shanghai, ${setting} } ]`
const limits = (...list: readonly string[]) => plant(`characteristics: [ ${list.join(', ')} ]`)

describe('limits of characteristics', () => {
  test('one on each machine and one for all stand beside each other', () => {
    const devices = 'devices: [ { id: m1 } ]'
    const yaml = plant(
      `${devices}, characteristics: [ { id: bore, usl: 20 }, { id: bore, device: m1, lsl: 8, usl: 20 } ]`,
    )
    expect(accepted({ yaml }).warnings).toEqual([])
  })

  test('without any limit, or with the upper one below the lower one, are refused', () => {
    expect(refused({ yaml: limits('{ id: bore }') })).toMatchObject([{ path: 'plants[0].characteristics[0]' }])
    expect(refused({ yaml: limits('{ id: bore, lsl: 20, usl: 8 }') })).toMatchObject([
      { path: 'plants[0].characteristics[0].usl' },
    ])
  })

  test('twice for the same characteristic are refused', () => {
    expect(refused({ yaml: limits('{ id: bore, usl: 20 }', '{ id: bore, usl: 21 }') })).toMatchObject([
      { path: 'plants[0].characteristics[1].id', problem: expect.stringContaining('plants[0].characteristics[0].id') },
    ])
  })

  test('on a device that nobody configured are a warning', () => {
    expect(accepted({ yaml: limits('{ id: bore, device: m9, usl: 20 }') }).warnings).toMatchObject([
      { path: 'plants[0].characteristics[0].device' },
    ])
  })
})

test('more automatic operations than operations are refused', () => {
  const yaml = plant('automation: { automatic_operations: 61, all_operations: 60 }')
  expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].automation.automatic_operations' }])
})
