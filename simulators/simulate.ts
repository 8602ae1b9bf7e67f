import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../src/base/clock.js'
import { HOUR_MS } from '../src/base/durations.js'
import { EXIT } from '../src/base/exit-codes.js'
import { demoPlants } from './demo-plants.js'
import { type DeviceCount, type Run, runDevice } from './device.js'
import { DeviceSamples } from './device-samples.js'
import type { FaultName } from './faults/names.js'
import { type DeviceFaults, planOf } from './faults/plan.js'
import { aborted, inTurn } from './in-turn.js'
import { whenInTime } from './past/pace.js'
import { PlayedPast } from './past/play-past.js'
import type { SimulatedDevice, SimulatedPlant } from './plant.js'
import { printLine, Stop } from './stop.js'
import { Timetable, type TimetableOptions } from './timetable.js'
import { type RunRecord, writeTruth } from './truth/file.js'

/** Time between two looks at a device that sends on change, ms: what happens there is sent at most every second. */
const LOOK_MS = 1000
/** Time that what has been kept back and what is in flight may take after a stop, ms. */
const GRACE_MS = 2000

export interface SimulateOptions {
  readonly url: string
  /** All there are when absent. */
  readonly plants?: number
  /** Number of devices of each plant. */
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
  /** Days of past of the plant that has one; without it that plant is not played. */
  readonly past?: number
  /** File that tells the next start how far the past was sent. */
  readonly pastProgress?: string
  /** Address that says how late figures are. */
  readonly pace?: string
  readonly faults: ReadonlySet<FaultName>
  /** File to write at the end. */
  readonly truth?: string
  /** Time for which the first connection is tried, s. */
  readonly wait: number
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
    backfillMs: options.backfill * HOUR_MS,
    periodMs: Math.max(1, Math.round(1000 / options.rate)),
    speed: options.speed,
  }
}

function plantsOf({ seed, plants, devices }: SimulateOptions): readonly SimulatedPlant[] {
  const found = demoPlants(seed, {
    ...(plants === undefined ? {} : { plants }),
    ...(devices === undefined ? {} : { devices }),
  })
  if (plants !== undefined && found.length < plants) {
    throw new Stop(EXIT.usage, `--plants ${plants} are not there; there are ${found.length} demo plants`)
  }
  return found
}

/** One device of the run with everything that is wrong with it. */
interface Played {
  readonly plant: SimulatedPlant
  readonly samples: DeviceSamples
  readonly faults: DeviceFaults
}

function castOf(plants: readonly SimulatedPlant[], timetable: Timetable, options: SimulateOptions): readonly Played[] {
  const lookMs = LOOK_MS * (options.speed === Infinity ? 1 : Math.max(1, Math.round(options.speed)))
  const onChange = timetable.withPeriod(lookMs)
  return plants.flatMap((plant) => {
    const devices = plant.devices.map(
      (device) => new DeviceSamples(plant, device, device.isOnChange ? onChange : timetable),
    )
    const plan: ReadonlyMap<SimulatedDevice, DeviceFaults> = planOf(options.faults, devices, options.seed)
    return devices.map((samples) => ({ plant, samples, faults: plan.get(samples.device)! }))
  })
}

/** Runs the demo plants until their timetable ends or the signal stops it, and says on stdout what was sent. */
export async function simulate(options: SimulateOptions, signal: AbortSignal, clock: Clock = systemClock) {
  const plants = plantsOf(options)
  const timetable = new Timetable(scheduleOf(options, clock.nowMs()))
  for (const { id, epochMs } of plants) {
    if (timetable.firstMs >= epochMs) continue
    const begin = new Date(epochMs).toISOString()
    throw new Stop(EXIT.usage, `the meters of ${id} begin at ${begin}; --from less --backfill lies before it`)
  }
  const cast = castOf(plants, timetable, options)
  const past = pastOf(options, timetable)
  const names = plants.map((plant) => plant.id).join(', ')
  printLine(`simulate ${names}: ${cast.length} devices to ${options.url}, back-fill ${options.backfill} h`)

  const counts = await runAll(cast, past, options, signal, clock)
  const total = (pick: (count: DeviceCount) => number) => counts.reduce((sum, count) => sum + pick(count), 0)
  const answer = {
    plants: [...plants, ...(past?.plants ?? [])].map((plant) => plant.id),
    devices: counts.length,
    messages: total((count) => count.messages),
    acknowledged: total((count) => count.acknowledged),
    samples: total((count) => count.elements),
  }
  if (options.truth === undefined) return answer
  const record: RunRecord = {
    seed: options.seed,
    faults: [...options.faults],
    fromMs: timetable.firstMs,
    toMs: coveredTo(counts.slice(0, cast.length)),
    isComplete: counts.every((count) => count.messages === count.acknowledged),
    devices: [...cast, ...(past?.cast ?? [])].map((one, i) => ({ ...one, count: counts[i]! })),
    past:
      past === null ? null : { fromMs: past.fromMs, toMs: coveredTo(counts.slice(cast.length)), planted: past.planted },
  }
  return { ...answer, ...writeTruth(options.truth, record) }
}

/** End of the time that all devices have covered, itself included, epoch ms. */
function coveredTo(counts: readonly DeviceCount[]): number {
  return Math.min(...counts.map((count) => count.coveredToMs)) - 1
}

/** One line for all devices: a line each would push away what else is said at a start. */
function logOnce(devices: number, hours: number, whenAll: () => void): Run['backfilled'] {
  let done = 0
  let samples = 0
  return (elements) => {
    done++
    samples += elements
    if (done < devices) return
    printLine(`back-fill of ${hours} h sent: ${devices} devices, ${samples} samples`)
    whenAll()
  }
}

function pastOf({ past, seed, pastProgress, pace }: SimulateOptions, timetable: Timetable): PlayedPast | null {
  if (past === undefined) return null
  return new PlayedPast({
    ...{ seed, days: past, nowMs: timetable.startedAtMs, untilMs: timetable.untilMs },
    ...(pastProgress === undefined ? {} : { progress: pastProgress }),
    ...(pace === undefined ? {} : { pace }),
  })
}

async function runAll(
  cast: readonly Played[],
  past: PlayedPast | null,
  options: SimulateOptions,
  signal: AbortSignal,
  clock: Clock,
): Promise<readonly DeviceCount[]> {
  // The first device that cannot go on ends the others too: a plant with holes would be no witness.
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const abandoned = new AbortController()
  stop.addEventListener('abort', () => void clock.sleep(GRACE_MS).then(() => abandoned.abort()), { once: true })
  // Each device listens, which is no leak.
  for (const one of [stop, abandoned.signal]) setMaxListeners(0, one)
  const orFail = (error: unknown) => {
    failed.abort()
    throw error
  }
  const isPresent = new AbortController()
  if (options.backfill === 0) isPresent.abort()
  const run: Run = {
    url: options.url,
    patienceMs: options.wait * 1000,
    clock,
    stop,
    abandon: abandoned.signal,
    backfilled: logOnce(cast.length, options.backfill, () => isPresent.abort()),
  }
  const counts = played(run, cast, options).map((device) => device.catch(orFail))
  const ofPast = past?.run(run, aborted(AbortSignal.any([isPresent.signal, stop]))).catch(orFail) ?? []
  const [outcomes, [outcomeOfPast]] = await Promise.all([Promise.allSettled(counts), Promise.allSettled([ofPast])])
  return [...outcomes.map(resultOf), ...resultOf(outcomeOfPast)]
}

/** All devices at once; plants in turn where somebody says how late figures are. */
function played(
  run: Run,
  cast: readonly Played[],
  { pace, backfill }: SimulateOptions,
): readonly Promise<DeviceCount>[] {
  if (pace === undefined || backfill === 0) {
    return cast.map(({ samples, faults }) => runDevice(run, samples, faults))
  }
  const { clock, stop } = run
  return inTurn(cast, {
    plantOf: ({ plant }) => plant,
    play: ({ samples, faults }, backfilled) => {
      const told = (elements: number) => {
        backfilled()
        run.backfilled(elements)
      }
      return runDevice({ ...run, backfilled: told }, samples, faults)
    },
    computed: () => whenInTime(pace, clock, stop),
    stop,
  })
}

function resultOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
