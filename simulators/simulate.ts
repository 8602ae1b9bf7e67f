import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../src/base/clock.js'
import { EXIT } from '../src/base/exit-codes.js'
import { demoPlants } from './demo-plants.js'
import { runDevice } from './device.js'
import { Stop, say } from './stop.js'
import { Timetable, type TimetableOptions } from './timetable.js'

export interface SimulateOptions {
  readonly url: string
  readonly plants?: number
  /** In each plant. */
  readonly devices?: number
  /** Live samples a second and device. */
  readonly rate: number
  readonly seed: number
  /** Epoch ms. */
  readonly from?: number
  readonly until?: number
  readonly speed: number
  /** Hours. */
  readonly backfill: number
}

function scheduleOf(options: SimulateOptions, nowMs: number): TimetableOptions {
  const fromMs = options.from ?? nowMs
  if (fromMs > nowMs) throw new Stop(EXIT.usage, '--from lies in the future: a device sends no samples from there')
  // As fast as possible has an end; without one of its own it is the present.
  const untilMs = options.until ?? (options.speed === Infinity ? nowMs : null)
  if (untilMs !== null && untilMs < fromMs) throw new Stop(EXIT.usage, '--until lies before --from')
  return {
    startedAtMs: nowMs,
    fromMs,
    untilMs,
    backfillMs: options.backfill * 3_600_000,
    periodMs: Math.max(1, Math.round(1000 / options.rate)),
    speed: options.speed,
  }
}

/** Runs the demo plants until their timetable ends or the signal stops it, and says on stdout what was sent. */
export async function simulate(options: SimulateOptions, signal: AbortSignal, clock: Clock = systemClock) {
  const plants = demoPlants(options.seed, options)
  const devices = plants.flatMap((plant) => plant.devices)
  const timetable = new Timetable(scheduleOf(options, clock.nowMs()))
  for (const { id, epochMs } of plants) {
    if (timetable.firstMs >= epochMs) continue
    const begin = new Date(epochMs).toISOString()
    throw new Stop(EXIT.usage, `the meters of ${id} begin at ${begin}; --from less --backfill lies before it`)
  }
  const ids = plants.map((plant) => plant.id)
  say(`simulate ${ids.join(', ')}: ${devices.length} devices to ${options.url}, back-fill ${options.backfill} h`)

  // The first device that cannot go on ends the others too: a plant with holes would be no witness.
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  // Each device listens, which is no leak.
  setMaxListeners(0, stop)
  const runs = devices.map((device) =>
    runDevice(options.url, device, timetable, clock, stop).catch((error: unknown) => {
      failed.abort()
      throw error
    }),
  )
  const outcomes = await Promise.allSettled(runs)
  const counts = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
  const total = (pick: (count: (typeof counts)[number]) => number) =>
    counts.reduce((sum, count) => sum + pick(count), 0)
  return {
    plants: ids,
    devices: devices.length,
    messages: total((count) => count.messages),
    acknowledged: total((count) => count.acknowledged),
    samples: total((count) => count.samples),
  }
}
