/** Proves how the page about energy orders machines and states, and how it lays hours out by days of the plant. */
import { describe, expect, test } from 'vitest'
import { amountText, ranked, shownOf, statesOf } from '../../../dashboards/src/energy-use/amounts.js'
import { hourRows } from '../../../dashboards/src/energy-use/hours.js'
import { hrefOf, parseRoute } from '../../../dashboards/src/route.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { State } from '../../../src/base/states.js'
import type { MachineSpent, RangeAmount } from '../../../src/views/wire/machine-energy.js'

const amount = (value: number | null, unit = 'kWh', more: Partial<RangeAmount> = {}): RangeAmount => ({
  value,
  known: value,
  unit,
  reason: '',
  coverage: 1,
  estimated_share: 0,
  flags: [],
  factors: [],
  ...more,
})
const spent = (kwh: number | null) => ({ energy: amount(kwh), co2e: amount(kwh, 'kgCO2e'), cost: amount(kwh, 'CNY') })
const machine = (device: string, kwh: number, states: Partial<Record<State, number>>): MachineSpent => ({
  device,
  line: 'l',
  ...spent(kwh),
  standing: spent(states.IDLE_NO_ORDER ?? 0),
  states: Object.entries(states).map(([state, of]) => ({ state: state as State, ...spent(of) })),
})
const press = machine('press', 300, { PRODUCING: 290, IDLE_NO_ORDER: 10 })
const stamp = machine('stamp-1', 200, { IDLE_NO_ORDER: 108, PRODUCING: 92 })

describe('machines', () => {
  test('stand by all that they used, or by what they used while standing', () => {
    expect(ranked([stamp, press], 'energy').map(({ device }) => device)).toEqual(['press', 'stamp-1'])
    expect(ranked([press, stamp], 'standing').map(({ device }) => device)).toEqual(['stamp-1', 'press'])
  })

  test('have their states in one ranking', () => {
    expect(statesOf([press, stamp]).map((one) => [one.machine.device, one.spent.state])).toEqual([
      ['press', 'PRODUCING'],
      ['stamp-1', 'IDLE_NO_ORDER'],
      ['stamp-1', 'PRODUCING'],
      ['press', 'IDLE_NO_ORDER'],
    ])
  })

  test('show what is known of a part of the range, and a dash for what nobody knows', () => {
    expect(shownOf(amount(null, 'kWh', { known: 12, reason: 'low_coverage' }))).toBe(12)
    expect(shownOf(amount(null, 'kgCO2e', { known: 0, reason: 'no_factor' }))).toBeNull()
    expect(amountText(amount(null, 'kgCO2e', { reason: 'no_factor' }), 'en')).toBe('—')
    expect(amountText(amount(61.2, 'CNY'), 'en')).toBe('61.20 CNY')
    expect(amountText(null, 'en')).toBe('—')
  })
})

describe('hours of days', () => {
  const points = (from: string, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const startMs = Date.parse(from) + i * 3_600_000
      const times = { start: new Date(startMs).toISOString(), end: new Date(startMs + 3_600_000).toISOString() }
      return { ...times, value: i } as KpiPoint
    })

  test('are those of the plant', () => {
    const rows = hourRows(points('2026-03-01T15:00:00Z', 3), 'Asia/Shanghai')
    expect(rows.map(({ cells }) => cells.map(({ hour }) => hour))).toEqual([[23], [0, 1]])
  })

  test('have the hour that clocks repeat in two halves, and none that they leave out', () => {
    const autumn = hourRows(points('2025-10-25T22:00:00Z', 25), 'Europe/Berlin')
    expect(autumn.map(({ cells }) => cells.length)).toEqual([25])
    expect(autumn[0]!.cells.filter(({ half }) => half !== null).map(({ hour, half }) => [hour, half])).toEqual([
      [2, 1],
      [2, 2],
    ])
    const spring = hourRows(points('2025-03-29T23:00:00Z', 23), 'Europe/Berlin')
    expect(spring.map(({ cells }) => cells.map(({ hour }) => hour).includes(2))).toEqual([false])
    expect(spring[0]!.cells.at(-1)?.hour).toBe(23)
  })
})

test('the page has an address of its own', () => {
  const at = parseRoute('#/plants/suzhou-1/energy?range=7d')
  expect(at).toMatchObject({ view: 'energy', plant: 'suzhou-1' })
  expect(hrefOf(at)).toBe('#/plants/suzhou-1/energy?range=7d')
})
