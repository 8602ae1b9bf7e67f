// @module-tag slow

import { describe, expect, it } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { RobotHistory } from '../../../simulators/physics/robot-history.js'
import type { Sample, SampleEvent, SimulatedDevice } from '../../../simulators/plant.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'
import { payloadOf } from '../../../simulators/samples.js'
import { topicOf } from '../../../src/base/topic.js'
import { decode } from '../../../src/decode/decode.js'

const DAY_MS = 86_400_000
const PERIOD_MS = 15_000
const descriptions = [suzhou, dresden, monterrey]
const plants = demoPlants(1).map((plant, index) => [plant.id, plant, descriptions[index]!] as const)

interface Happened {
  readonly ts: number
  readonly event: SampleEvent
}

function eventsOf(samples: readonly Sample[]): Happened[] {
  return samples.flatMap(({ ts, events = [] }) => events.map((event) => ({ ts, event })))
}

function ofType(type: string, samples: readonly Sample[]): Happened[] {
  return eventsOf(samples).filter(({ event }) => event.type === type)
}

describe.each(plants)('what happens in %s', (_, plant, { model, devices }) => {
  const from = model.days.day(11).startMs
  // Four weeks in winter: all days have 24 h.
  const to = from + 28 * DAY_MS
  // Each plant has a seed of its own.
  const seed = 1 + 1_000_003 * descriptions.findIndex((one) => one.model === model)
  const named = (id: string): SimulatedDevice => plant.devices.find(({ path }) => path.device === id)!
  const robots = devices.flatMap((device) => (device.kind === 'robot' ? [device] : []))
  const tested = robots.find(({ checks }) => checks !== undefined)!
  const tests = ofType('serial_result', named(tested.id).samples(from, to, PERIOD_MS))
  const gauge = devices.flatMap((device) => (device.kind === 'gauge' ? [device] : []))[0]!
  const measured = named('gauge-1').samples(from, to, PERIOD_MS)

  it('is taken by the decoder as it is sent', () => {
    for (const device of plant.devices) {
      const samples = device.samples(from, from + 2 * DAY_MS, PERIOD_MS).filter(({ events }) => events !== undefined)
      for (const sample of samples) {
        const payload = new TextEncoder().encode(payloadOf([sample]))
        const incoming = { arrivedAt: sample.ts + 1000, retain: false, fullSizeBytes: null }
        const decoded = decode(
          { topic: topicOf(device.path, device.class), payload, ...incoming },
          { registered: null },
        )
        expect(decoded).toMatchObject({
          isDecoded: true,
          rejected: [],
          events: sample.events!.map(({ id }) => ({ id })),
        })
      }
    }
  })

  it('has an id that no other event of the device has, and the same one after a restart', () => {
    for (const { path } of plant.devices) {
      const events = eventsOf(named(path.device).samples(from, from + 3 * DAY_MS, PERIOD_MS))
      expect(new Set(events.map(({ event }) => event.id)).size).toBe(events.length)
      const restarted = demoPlants(1).find(({ id }) => id === plant.id)!
      const device = restarted.devices.find((one) => one.path.device === path.device)!
      const halves = [0, 1].flatMap((half) =>
        device.samples(from + 1.5 * half * DAY_MS, from + 1.5 * (half + 1) * DAY_MS, PERIOD_MS),
      )
      expect(eventsOf(halves)).toEqual(events)
    }
  })

  it('is a test at the end of each cycle, which fails for the pieces that are counted as scrap and for no others', () => {
    const history = new RobotHistory(tested.robot, model, seed)
    const [before, after] = [history.countAt(from), history.countAt(to)]
    expect(tests.length).toBe(after.cycles - before.cycles)
    const failed = tests.filter(({ event }) => event.result === 'fail').length
    if (tested.robot.partsACycle === 1) expect(failed).toBe(after.reject - before.reject)
    else expect(failed / tests.length).toBeCloseTo(tested.robot.rejectShare, 2)
  })

  it('is no more than a test each ten seconds', () => {
    const checks = ofType('serial_result', measured).length + tests.length
    expect(checks).toBeGreaterThan(28 * 300)
    expect(checks).toBeLessThan((28 * DAY_MS) / 10_000)
  })

  it('is five measurements each twenty minutes that the machine works, with the spread of the process and the wear of the tool', () => {
    const machine = new RobotHistory(gauge.machine, model, seed)
    const values = ofType('measure', measured)
    const groups = new Set(values.map(({ event }) => event.subgroup))
    for (const subgroup of groups) {
      const group = values.filter(({ event }) => event.subgroup === subgroup)
      expect(group).toHaveLength(5)
      expect(machine.situationAt(group[0]!.ts).state).toBe('Execute')
    }
    const numbers = values.map(({ event }) => Number(event.value))
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1))
    const { nominal, lsl, usl, sigma } = gauge.of
    expect(Math.abs(mean - nominal)).toBeLessThan(sigma / 4)
    // The wear of the tool comes on top of the noise.
    expect(deviation).toBeGreaterThan(sigma)
    expect(deviation).toBeLessThan(sigma * 1.25)
    expect(Math.min(usl - mean, mean - lsl) / (3 * deviation)).toBeGreaterThan(1.2)
  })

  it('is an order at every change of product, the products by turns', () => {
    const several = robots.filter(({ robot }) => robot.products !== undefined)
    expect(several).toHaveLength(1)
    const orders = ofType('order', named(several[0]!.id).samples(from, to, PERIOD_MS))
    const ids = several[0]!.robot.products!.map(({ id }) => id)
    expect(new Set(orders.map(({ event }) => event.product))).toEqual(new Set(ids))
    const sameDay = (a: Happened, b: Happened) => model.days.at(a.ts).index === model.days.at(b.ts).index
    const repeats = orders.filter((order, i) => i > 0 && sameDay(orders[i - 1]!, order)).length
    const turns = orders.filter((order, i) => i > 0 && order.event.product !== orders[i - 1]!.event.product).length
    expect(repeats).toBeGreaterThan(40)
    expect(turns).toBeGreaterThanOrEqual(repeats)
  })

  it('is diesel for the forklifts once on each day of work, and now and then a refill of the cooling plant', () => {
    const book = named('log-1').samples(from, to, PERIOD_MS)
    const diesel = ofType('fuel_used', book)
    const workdays = Array.from({ length: 28 }, (_, i) => model.days.day(11 + i)).filter(
      ({ weekday }) => model.week.modeAt(weekday, 570) !== 'closed',
    )
    expect(diesel.map(({ ts }) => model.days.at(ts).index)).toEqual(workdays.map(({ index }) => index))
    const year = ofType('refrigerant_refill', named('log-1').samples(from, from + 300 * DAY_MS, PERIOD_MS))
    expect(year.length).toBeGreaterThan(10)
    expect(year.length).toBeLessThan(32)
  })
})
