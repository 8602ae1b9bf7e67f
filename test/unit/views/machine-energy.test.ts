/** Proves that the ranking of machines by what they used in each state adds up to what was metered, priced and emitted. */
import { afterEach, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { toWire } from '../../../src/kpi/windows/point.js'
import { machineEnergy } from '../../../src/views/machine-energy.js'
import type { MachineEnergyAnswer } from '../../../src/views/wire/machine-energy.js'
import { machineEnergyAnswer } from '../../../src/views/wire/machine-energy.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { own } from '../../support/factors.js'
import { evenly } from '../../support/registers.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}Z`)
const MORNING = [at('08:00'), at('10:00')] as const
const GRID = own({ id: 'own.grid', activity: 'grid_electricity', value: 0.5, unit: 'kgCO2e/kWh' })
const TARIFF = {
  id: 't1',
  valid_from: '2020-01-01',
  currency: 'CNY',
  periods: [{ name: 'flat', price_per_kwh: 0.6, from: '00:00', to: '24:00' }],
}
const machine = (id: string, holdS = 7200) => ({
  id,
  role: 'machine',
  line: 'l',
  metrics: { state: { max_hold_s: holdS } },
})

let bench: Bench
afterEach(() => bench.close())

async function answerOf(options: Record<string, unknown>, ...readings: readonly Reading[][]) {
  bench = await Bench.open([plantOf({ lines: [{ id: 'l' }], ...options })])
  await bench.feed(
    readings.flat().sort((a, b) => a.ts - b.ts),
    Date.parse('2025-08-03T00:00:00Z'),
  )
  const stored = (await bench.points()).map(toWire)
  const range = { fromMs: MORNING[0], toMs: MORNING[1], nowMs: MORNING[1] + 86_400_000 }
  const made = await machineEnergy('p', range, {
    catalogue: CATALOGUE,
    plants: () => [],
    watch: async () => undefined,
    latest: (_, { scope, window }) => stored.filter((point) => point.scope === scope && point.window === window),
    points: async (query) => (await bench.store.points(query)).map(toWire),
  })
  return machineEnergyAnswer.parse(made) as MachineEnergyAnswer
}

function said(device: string, ...words: readonly (readonly [time: string, word: string])[]): Reading[] {
  return words.map(([time, value]) => reading({ device, metric: 'state', ts: at(time), value }))
}

const states = [
  said('press', ['08:00', 'Execute'], ['09:00', 'Held'], ['10:00', 'Held']),
  said('saw', ['08:00', 'Execute'], ['10:00', 'Execute']),
]
const meters = [evenly('press', 'elec_submeter_kwh', MORNING, 30), evenly('saw', 'elec_submeter_kwh', MORNING, 80)]

test('machines stand by what they used, each with its states, emissions and money', async () => {
  const options = { devices: [machine('press'), machine('saw')], factors: [GRID], tariffs: [TARIFF] }
  const { machines, total, from, to } = await answerOf(options, ...states, ...meters)
  expect([from, to]).toEqual(['2025-07-01T08:00:00.000Z', '2025-07-01T10:00:00.000Z'])
  expect(machines.map(({ device }) => device)).toEqual(['saw', 'press'])
  const press = machines[1]!
  expect(press.energy.value).toBeCloseTo(60, 9)
  expect(press.states.map(({ state, energy, co2e, cost }) => [state, energy.value, co2e.value, cost?.value])).toEqual([
    ['PRODUCING', expect.closeTo(30, 9), expect.closeTo(15, 9), expect.closeTo(18, 9)],
    ['HELD', expect.closeTo(30, 9), expect.closeTo(15, 9), expect.closeTo(18, 9)],
  ])
  expect(press.standing.energy.value).toBeCloseTo(30, 9)
  expect(press.standing.cost).toMatchObject({ value: expect.closeTo(18, 9), unit: 'CNY', factors: ['tariff.t1'] })
  expect(machines[0]!.standing).toMatchObject({ energy: { value: 0 }, cost: { value: 0 } })
  expect(total?.energy.value).toBeCloseTo(220, 9)
  expect(total?.co2e.value).toBeCloseTo(110, 9)
  expect(total?.cost?.value).toBeCloseTo(132, 9)
  expect(total?.standing.energy.value).toBeCloseTo(30, 9)
})

test('a plant without a tariff has no costs, and one without a factor says why it has no emissions', async () => {
  const { machines, total } = await answerOf({ devices: [machine('press'), machine('saw')] }, ...states, ...meters)
  expect(machines[0]).toMatchObject({ cost: null, co2e: { value: null, reason: 'no_factor' } })
  expect(total).toMatchObject({ cost: null, energy: { value: expect.closeTo(220, 9) } })
})

test('what a machine used is known though half of the time nobody knows its state', async () => {
  const options = { devices: [machine('press', 1800)], tariffs: [TARIFF] }
  const held = said('press', ['08:00', 'Execute'], ['09:00', 'Execute'], ['10:00', 'Execute'])
  const { machines } = await answerOf(options, held, meters[0]!)
  const [press] = machines
  expect(press?.energy).toMatchObject({ value: expect.closeTo(60, 9), reason: '', coverage: 1 })
  expect(press?.cost?.value).toBeCloseTo(36, 9)
  expect(press?.states.map(({ state, energy }) => [state, energy.value, energy.reason])).toEqual([
    ['PRODUCING', null, 'low_coverage'],
    ['UNKNOWN', expect.closeTo(30, 9), ''],
  ])
})

test('a plant without machines that are metered has an empty ranking', async () => {
  const { machines, total } = await answerOf({ devices: [machine('press')] }, states[0]!)
  expect([machines, total]).toEqual([[], null])
})
