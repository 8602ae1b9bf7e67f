// @module-tag slow

import { fc, test } from '@fast-check/vitest'
import { afterAll, expect } from 'vitest'
import { STATE_INPUTS } from '../../src/base/merged-metrics.js'
import type { PlantOptions } from '../../src/base/plant.js'
import type { ConnectionChange } from '../../src/base/reading.js'
import { STATES } from '../../src/base/states.js'
import { Bench, plantOf } from '../support/engine.js'
import { DAY_MS, MINUTE_MS, PLACES } from '../support/random-plants.js'
import { richConfiguration, richPlant } from '../support/rich-plants.js'
import { richReadings, signals } from '../support/rich-readings.js'

const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const numRuns = process.env.PROPERTY_MS === undefined ? 5 : 100_000
const TIME_LIMIT_MS = Number(process.env.PROPERTY_MS ?? 600_000)

/** Minutes after the start at which the connection of the robot goes and comes. */
const drops = fc.uniqueArray(fc.integer({ min: 1, max: 2000 }), { maxLength: 4 })

const seen = new Set<string>()
afterAll(() => {
  for (const state of ['PRODUCING', 'HELD', 'UNKNOWN']) expect([...seen], 'states of random machines').toContain(state)
})

/** Reduces a plant to what decides about the states of its machines: their own words, their orders and the calendar. */
function machinesAlone({ shifts, calendar, timezone, devices }: PlantOptions, sent: Sent, fromMs: number) {
  const all = richReadings({ ...sent, bundles: ['machine', 'robots'], readAgainDays: 0 }, fromMs)
  const isInput = (metric: string) => (STATE_INPUTS as readonly string[]).includes(metric)
  // A sender that nobody configured is expected from its first sample on: its days are not whole.
  const readings = all.filter(({ device, metric }) => device !== 'u' && isInput(metric))
  return { options: plantOf({ shifts, calendar, timezone, devices }), readings }
}
type Sent = Parameters<typeof richReadings>[0]

test.prop([fc.constantFrom(...PLACES), richConfiguration, signals, drops], {
  numRuns,
  seed,
  interruptAfterTimeLimit: TIME_LIMIT_MS,
})(
  'the stretches of a machine in a day are the time account of that day',
  async (place, drawn, sent, dropped) => {
    const fromMs = Date.parse(place.from)
    const { options, readings } = machinesAlone(
      richPlant(place.timezone, {
        ...drawn,
        devices: ['q', 'r'],
        period_s: drawn.period_s === 60 ? 300 : drawn.period_s,
      }),
      sent,
      fromMs,
    )
    const connectionChanges = [-1, ...dropped.sort((a, b) => a - b)].map((minute, i): ConnectionChange => {
      return { plant: 'p', device: 'r', at: fromMs + minute * MINUTE_MS, isUp: i % 2 === 0 }
    })
    const bench = await Bench.open([options], fromMs - DAY_MS)
    try {
      await bench.commit(readings, [], connectionChanges)
      bench.tick((readings.at(-1)?.ts ?? fromMs) + 2 * DAY_MS)
      await bench.settle()
      await bench.cycle()
      const points = await bench.points()
      const keyOf = (id: string, kpi: string, startMs: number) => `${id} ${kpi} ${startMs}`
      const figures = new Map(
        points
          .filter(({ stream }) => stream.scope === 'device' && stream.window === '1d')
          .map(({ stream, startMs, numerator }) => [keyOf(stream.id, stream.kpi, startMs), numerator]),
      )
      for (const { stream, startMs, endMs } of points) {
        const { scope, id, kpi, window } = stream
        if (scope !== 'device' || window !== '1d' || kpi !== 'time_producing' || endMs > bench.engine.nowMs) continue
        const found = await bench.engine.states.of('p', id, { fromMs: startMs, toMs: endMs }, 10_000)
        if (found === null) continue
        for (const state of STATES) {
          const spans = found.spans.filter((span) => span.state === state)
          const ms = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
          const seconds = figures.get(keyOf(id, `time_${state.toLowerCase()}`, startMs))
          expect(ms, `${id} ${state} ${new Date(startMs).toISOString()}`).toBe(
            Math.round(1000 * (seconds ?? Number.NaN)),
          )
          if (ms > 0) seen.add(state)
        }
      }
    } finally {
      await bench.close()
    }
  },
  TIME_LIMIT_MS + 600_000,
)
