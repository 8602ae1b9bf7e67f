import { describe, expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (settings: string) =>
  `plants: [ { id: p, name: {}, timezone: Asia/Shanghai, devices: [ { id: boiler-1, role: stack }, { id: gas-1 }, { id: pump-1 } ], ${settings} } ]`

describe('sources of greenhouse gas', () => {
  test('without a word vehicles burn diesel and gasoline, nothing is measured, and biomass stands apart', () => {
    const { carbon } = accepted({ yaml: plant('grid_region: CN') }).config.plants[0]!
    expect(carbon).toMatchObject({ method: 'calculation', measured: [] })
    expect(carbon.mobile).toBeUndefined()
    expect(carbon.purchased_steam).toBeUndefined()
    expect(carbon.biogenic).toContain('wood')
  })

  test('a measured stack names the meters that it replaces: with none the fuel would count twice', () => {
    const measured = (replaces: string) =>
      plant(`carbon: { measured: [ { stack: boiler-1, replaces: [${replaces}] } ] }`)
    expect(accepted({ yaml: measured('gas-1') }).warnings).toEqual([])
    expect(refused({ yaml: measured('') })).toMatchObject([{ path: 'plants[0].carbon.measured[0].replaces' }])
  })

  test('a meter is not of vehicles and of a stack at once', () => {
    const yaml = plant('carbon: { mobile: [pump-1, gas-1], measured: [ { stack: boiler-1, replaces: [gas-1] } ] }')
    expect(refused({ yaml })).toMatchObject([
      { path: 'plants[0].carbon.measured[0].replaces[0]', problem: expect.stringContaining('carbon.mobile[1]') },
    ])
  })

  test('a name that no device has is a warning, with the one that was meant', () => {
    const yaml = plant('carbon: { mobile: [pump-2], measured: [ { stack: boiler-1, replaces: [gas-l] } ] }')
    expect(accepted({ yaml }).warnings).toMatchObject([
      { path: 'plants[0].carbon.mobile[0]', remedy: expect.stringContaining('pump-1') },
      { path: 'plants[0].carbon.measured[0].replaces[0]', remedy: expect.stringContaining('gas-1') },
    ])
  })
})

describe('contracts deliver in their vintage year', () => {
  const contract = (days: string) => plant(`contracts: [ { id: w, kwh: 1000, factor: 0, vintage: 2025, ${days} } ]`)

  test('on all of its days, or on those that are named', () => {
    expect(accepted({ yaml: contract('technology: wind') }).warnings).toEqual([])
    expect(accepted({ yaml: contract('valid_from: 2025-04-01, valid_to: 2025-12-31') }).warnings).toEqual([])
  })

  test('not beyond it, and not from an end to a beginning', () => {
    expect(refused({ yaml: contract('valid_to: 2026-03-31') })).toMatchObject([
      { path: 'plants[0].contracts[0].vintage' },
    ])
    const yaml = contract('valid_from: 2025-04-02, valid_to: 2025-04-01')
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].contracts[0].valid_to' }])
  })

  test('its id has no comma, for figures list ids with commas between them', () => {
    const yaml = plant('contracts: [ { id: "a,b", kwh: 1000, factor: 0, vintage: 2025 } ]')
    expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].contracts[0].id' }])
  })
})
