import { describe, expect, it } from 'vitest'
import { DeviceSamples } from '../../../simulators/device-samples.js'
import type { Sample, SimulatedDevice, SimulatedPlant } from '../../../simulators/plant.js'
import { sendsOf } from '../../../simulators/sends.js'
import { Timetable } from '../../../simulators/timetable.js'
import { type Clock, systemClock } from '../../../src/base/clock.js'
import { EPOCH, FROM, HOUR_MS, meter, robot } from '../../support/cast.js'

const MINUTE_MS = 60_000

/** An hour of back-fill, then a minute of live samples each 5 s. */
function run(device: SimulatedDevice): DeviceSamples {
  const plant: SimulatedPlant = { id: 'p', timezone: 'UTC', epochMs: EPOCH, devices: [device] }
  const times = { startedAtMs: FROM, fromMs: FROM, untilMs: FROM + MINUTE_MS, backfillMs: HOUR_MS, periodMs: 5000 }
  return new DeviceSamples(plant, device, new Timetable({ ...times, speed: 1 }))
}

describe('the samples of a run', () => {
  it('are those of the back-fill each 15 s and the live ones after them, however they are asked for', () => {
    const samples = run(meter('m1'))
    const whole = samples.between(0, FROM + MINUTE_MS + 1)
    expect(whole.map((one) => (one.ts - FROM) / 1000)).toEqual([
      ...Array.from({ length: 240 }, (_, i) => -3600 + 15 * i),
      ...Array.from({ length: 13 }, (_, i) => 5 * i),
    ])
    expect([...samples.all(FROM + MINUTE_MS + 1)]).toEqual(whole)
    const cut = FROM - 7000
    expect([...samples.between(0, cut), ...samples.between(cut, FROM + MINUTE_MS + 1)]).toEqual(whole)
  })

  it('of a device that sends on change begin with what it shows, though nothing happens then', () => {
    const silent: SimulatedDevice = {
      ...robot('r1'),
      samples: (from, to) => changes.filter((one) => one.ts >= from && one.ts < to),
    }
    const changes: Sample[] = [
      { ts: FROM - 9 * HOUR_MS, metrics: { state: 'Idle', cycle_count: 6 } },
      { ts: FROM - 8 * HOUR_MS, metrics: { state: 'Held' } },
      { ts: FROM + 30_000, metrics: { state: 'Execute' } },
    ]
    expect(run(silent).between(0, FROM + MINUTE_MS)).toEqual([
      { ts: FROM - HOUR_MS, metrics: { state: 'Held', cycle_count: 6 } },
      changes[2],
    ])
  })
})

describe('the messages of a device that sends on change', () => {
  it('hold what has happened since its last look, and nothing that has not happened yet', async () => {
    const device: SimulatedDevice = {
      ...robot('r1'),
      // Twice a second.
      samples: (from, to) =>
        [FROM + 200, FROM + 700, FROM + 1200, FROM + 4600]
          .filter((ts) => ts >= from && ts < to)
          .map((ts) => ({ ts, metrics: { state: 'Execute' } })),
    }
    const plant: SimulatedPlant = { id: 'p', timezone: 'UTC', epochMs: EPOCH, devices: [device] }
    const times = { startedAtMs: FROM, fromMs: FROM, untilMs: FROM + 5000, backfillMs: 0, periodMs: 1000, speed: 1 }
    const samples = new DeviceSamples(plant, device, new Timetable(times))
    let nowMs = FROM
    const clock: Clock = {
      ...systemClock,
      nowMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms
      },
    }
    const sent: [number, number][] = []
    const signal = new AbortController().signal
    for await (const send of sendsOf({ samples, faults: [], looksMax: 500, clock, signal, onCovered: () => {} })) {
      sent.push([nowMs - FROM, send.elements])
    }
    expect(sent).toEqual([
      [1000, 2],
      [2000, 1],
      [5000, 1],
    ])
  })
})
