// @module-tag slow

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { RobotHistory } from '../../../simulators/physics/robot-history.js'
import type { Sample, SimulatedDevice } from '../../../simulators/plant.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'
import { stateCode, UNKNOWN_WORD } from '../../../src/base/states.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const descriptions = [suzhou, dresden, monterrey]

const robots = demoPlants(1).flatMap((plant, index) =>
  plant.devices.flatMap((device) => {
    const described = descriptions[index]!.devices.find(({ id }) => id === device.path.device)!
    return 'robot' in described ? [{ plant, device, robot: described.robot, model: descriptions[index]!.model }] : []
  }),
)
const named = robots.map((one) => [`${one.plant.id} ${one.robot.id}`, one] as const)
const onChange = named.filter(([, { device }]) => device.isOnChange)

function number(sample: Sample, metric: string): number | null {
  const value = sample.metrics[metric]
  return typeof value === 'number' ? value : null
}

/** Time in each state, ms, of a device that sends all changes, from the first sample with a state on. */
function account(samples: readonly Sample[], toMs: number): Map<string, number> {
  const times = new Map<string, number>()
  const told = samples.filter(({ metrics }) => metrics.state !== undefined)
  for (const [i, { ts, metrics }] of told.entries()) {
    const state = String(metrics.state)
    times.set(state, (times.get(state) ?? 0) + (told[i + 1]?.ts ?? toMs) - ts)
  }
  return times
}

describe('each plant', () => {
  it('has two to four robots that send on change, and a machine that is asked', () => {
    for (const plant of demoPlants(1)) {
      const of = (word: string) => plant.devices.filter((device) => device.class === word)
      expect(of('robot').length).toBeGreaterThanOrEqual(2)
      expect(of('robot').length).toBeLessThanOrEqual(4)
      expect(of('robot').every((device) => device.isOnChange)).toBe(true)
      // A gauge sends on change too, but it has no state.
      const machines = of('production').filter(({ path }) => path.device !== 'gauge-1')
      expect(machines.map((device) => device.isOnChange)).toEqual([false])
    }
  })
})

describe.each(named)('%s', (_, { plant, device, robot, model }) => {
  const from = plant.epochMs + 10 * DAY_MS
  const month = device.samples(from, from + 28 * DAY_MS, 15_000)

  it('says only words that are known', () => {
    const words = new Set(month.flatMap(({ metrics }) => (metrics.state === undefined ? [] : [String(metrics.state)])))
    for (const word of words) expect(stateCode(word)).not.toBe(UNKNOWN_WORD)
    for (const word of ['Execute', 'Idle', 'Suspended', 'Held', 'Aborted', 'Stopped', 'Resetting', 'Complete', 'Off']) {
      expect(words).toContain(word)
    }
  })

  it('makes as many pieces, good and bad, as its cycles hold', () => {
    const unequal = month.filter((sample) => {
      const cycles = number(sample, 'cycle_count')
      if (cycles === null) return false
      return number(sample, 'parts_good')! + number(sample, 'parts_reject')! !== cycles * robot.partsACycle
    })
    expect(unequal).toEqual([])
    const last = month.findLast((sample) => number(sample, 'cycle_count') !== null)!
    const share = number(last, 'parts_reject')! / (number(last, 'cycle_count')! * robot.partsACycle)
    expect(share).toBeGreaterThan(robot.rejectShare * 0.7)
    expect(share).toBeLessThan(robot.rejectShare * 1.3)
  })

  it('has counters that never run backwards', () => {
    const counts = month.flatMap((sample) => number(sample, 'cycle_count') ?? [])
    expect(counts.filter((count, i) => i > 0 && count < counts[i - 1]!)).toEqual([])
    expect(counts.at(-1)).toBeGreaterThan(counts[0]!)
  })

  it('counts cycles while it executes, one in each cycle time, and none while it does not', () => {
    const history = new RobotHistory(robot, model, 1)
    const cyclesS = robot.products?.map(({ cycleS }) => cycleS) ?? [robot.cycleS]
    const [shortest, longest] = [Math.min(...cyclesS), Math.max(...cyclesS)]
    const situations = history.situations(from, from + 7 * DAY_MS)
    for (const [i, { tsMs, state }] of situations.slice(0, -1).entries()) {
      const end = situations[i + 1]!.tsMs
      const done = history.countAt(end - 1).cycles - history.countAt(tsMs).cycles
      const possible = state === 'Execute' ? (end - tsMs) / (shortest * 970) : 0
      if (done > possible) expect.fail(`${done} cycles in ${end - tsMs} ms of ${state}`)
      // A fault costs a cycle, and so does the end of a shift; the last cycle of a run is counted at its end.
      if (state === 'Execute' && done < (end - tsMs) / (longest * 1030) - 2) expect.fail(`only ${done} cycles`)
    }
    expect(situations.some(({ state }) => state === 'Execute')).toBe(true)
  })

  it('says the same after a restart, in whatever pieces it is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 * DAY_MS }),
        fc.array(fc.integer({ min: 1, max: 5 * HOUR_MS }), { minLength: 1, maxLength: 6 }),
        (offset, lengths) => {
          const restarted = demoPlants(1)
            .find(({ id }) => id === plant.id)!
            .devices.find(({ path }) => path.device === device.path.device)!
          const pieces: Sample[] = []
          let at = from + offset
          for (const length of lengths) {
            pieces.push(...restarted.samples(at, at + length, 15_000))
            at += length
          }
          expect(pieces).toEqual(device.samples(from + offset, at, 15_000))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('works a believable part of its week, with faults of which most are short', () => {
    const week = month.filter(({ ts }) => ts < from + 7 * DAY_MS)
    const times = account(week, from + 7 * DAY_MS)
    const total = [...times.values()].reduce((sum, ms) => sum + ms, 0)
    expect(total).toBe(from + 7 * DAY_MS - week[0]!.ts)
    const executing = times.get('Execute')! / total
    expect(executing).toBeGreaterThan(0.2)
    expect(executing).toBeLessThan(0.75)
    expect(times.get('Aborted')! / total).toBeLessThan(0.08)
    const faults = month.flatMap((sample, i) => {
      if (sample.metrics.state !== 'Aborted' || lastState(month, i) === 'Aborted') return []
      const end = month.slice(i).find(({ metrics }) => metrics.state !== undefined && metrics.state !== 'Aborted')
      return end === undefined ? [] : [end.ts - sample.ts]
    })
    const short = faults.filter((ms) => ms < 300_000)
    expect(short.length / faults.length).toBeGreaterThan(0.7)
    expect(short.length).toBeLessThan(faults.length)
  })
})

function lastState(samples: readonly Sample[], before: number): unknown {
  for (let i = before - 1; i >= 0; i--) {
    const state = samples[i]!.metrics.state
    if (state !== undefined) return state
  }
  return undefined
}

describe.each(onChange)('%s, which sends on change', (_, { plant, device }) => {
  const from = plant.epochMs + 12 * DAY_MS
  const week = device.samples(from, from + 7 * DAY_MS, 15_000)

  it('has instants of its own, one sample each, in order', () => {
    expect(week.filter(({ ts }, i) => !Number.isInteger(ts) || ts <= (week[i - 1]?.ts ?? 0))).toEqual([])
    expect(week.some(({ ts }) => ts % 1000 !== 0)).toBe(true)
  })

  it('sends counters at multiples of 15 s alone, and only when they have changed', () => {
    const counts = week.filter((sample) => number(sample, 'cycle_count') !== null)
    expect(counts.filter(({ ts }) => ts % 15_000 !== 0)).toEqual([])
    const repeats = counts.filter((sample, i) => {
      const before = counts[i - 1]
      return before !== undefined && number(before, 'cycle_count') === number(sample, 'cycle_count')
    })
    expect(repeats.filter(({ ts }) => ts % 600_000 !== 0)).toEqual([])
  })

  it('repeats all it knows each ten minutes, and nothing else while it is off', () => {
    const marks = week.filter(({ ts }) => ts % 600_000 === 0)
    expect(marks).toHaveLength(7 * 144)
    expect(marks.filter(({ metrics }) => Object.keys(metrics).length !== 6)).toEqual([])
    const off = quietDay(device, from)
    expect(off).toHaveLength(144)
  })

  it('fits a day into what a meter sends in one', () => {
    expect(week.length / 7).toBeLessThan(5760)
  })
})

/** A day on which the device is off from midnight to midnight: one of seven is a Sunday. */
function quietDay(device: SimulatedDevice, fromMs: number): readonly Sample[] {
  const days = Array.from({ length: 7 }, (_, day) =>
    device.samples(fromMs + day * DAY_MS, fromMs + (day + 1) * DAY_MS, 15_000),
  )
  return days.find((samples) => samples.every(({ metrics }) => metrics.state === 'Off')) ?? []
}
