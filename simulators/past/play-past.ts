import type { Clock } from '../../src/base/clock.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import { EXIT } from '../../src/base/exit-codes.js'
import { plantWithPast } from '../demo-plants.js'
import { type DeviceCount, type Run, runDevice } from '../device.js'
import { DeviceSamples } from '../device-samples.js'
import type { DeviceFaults } from '../faults/plan.js'
import type { SimulatedPlant } from '../plant.js'
import { type Planted, WITH_PAST } from '../plants/kunshan.js'
import { printLine, Stop } from '../stop.js'
import { Timetable } from '../timetable.js'
import { whenInTime } from './pace.js'
import { PastGate } from './past-gate.js'
import { type PastProgress, readProgress, writeProgress } from './progress.js'

/** Its loggers send each minute; of the past each quarter of an hour is enough. */
const LIVE_PERIOD_MS = MINUTE_MS
/** Looks of one step and device: four days, as many as the gateway computes in about a second. */
const LOOKS_A_STEP = (4 * DAY_MS) / QUARTER_HOUR_MS
/** Live samples of so long may still be on their way. */
const UNSURE_MS = HOUR_MS
const NOTED_MS = 15 * MINUTE_MS
/** The console is told how far it is each time so many more days are sent. */
const TOLD_DAYS = 100

export interface PastOptions {
  readonly seed: number
  /** Past of the first start. */
  readonly days: number
  /** File that tells how far it is, for the next start; none when absent. */
  readonly progress?: string
  /** Address of the gateway's `/readyz`, which says how late its figures are. */
  readonly pace?: string
  /** End of the live samples, epoch ms; null for none. */
  readonly untilMs: number | null
  readonly nowMs: number
}

/** A device of the plant with a past, as it is sent and as it was from the beginning on. */
export interface PastDevice {
  readonly plant: SimulatedPlant
  readonly samples: DeviceSamples
  readonly whole: DeviceSamples
}

const NO_FAULTS: DeviceFaults = { names: [], ofSamples: [], ofSends: [], looksMax: LOOKS_A_STEP }

/**
 * The plant with a past: it sends that oldest first, so that nothing is ever bridged to the present and computed again, in steps of some days,
 * and goes on with what is live. What an earlier start has sent is not sent again, but for the last steps, which change nothing.
 */
export class PlayedPast {
  readonly devices: readonly PastDevice[]
  readonly planted: readonly Planted[]
  /** The past begins here, epoch ms. */
  readonly fromMs: number
  readonly #options: PastOptions
  readonly #timetable: Timetable
  #progress: PastProgress

  constructor(options: PastOptions) {
    this.#options = options
    const known = options.progress === undefined ? null : readProgress(options.progress)
    if (known !== null && options.nowMs < known.fromMs) {
      const begin = new Date(known.fromMs).toISOString()
      const remedy = 'set the clock right, or delete the file to begin a past anew'
      throw new Stop(
        EXIT.usage,
        `${options.progress} tells of a past from ${begin} on, which is still to come: ${remedy}`,
      )
    }
    const startMs = known?.startMs ?? options.nowMs
    const days = known === null ? options.days : Math.round((startMs - known.fromMs) / DAY_MS - 0.5)
    const { plant, planted } = plantWithPast(options.seed, startMs, days)
    this.planted = planted
    this.#progress = known ?? { fromMs: plant.epochMs, startMs, sentToMs: plant.epochMs }
    this.fromMs = this.#progress.fromMs
    this.#timetable = this.#from(Math.min(this.#progress.sentToMs, options.nowMs))
    const whole = this.#from(this.fromMs)
    this.devices = plant.devices.map((device) => ({
      plant,
      samples: new DeviceSamples(plant, device, this.#timetable),
      whole: new DeviceSamples(plant, device, whole),
    }))
  }

  get plants(): readonly SimulatedPlant[] {
    return this.devices.slice(0, 1).map(({ plant }) => plant)
  }

  /** The devices as the truth looks at them: from the beginning on. */
  get cast(): readonly { plant: SimulatedPlant; samples: DeviceSamples; faults: DeviceFaults }[] {
    return this.devices.map(({ plant, whole }) => ({ plant, samples: whole, faults: NO_FAULTS }))
  }

  /** @param begun resolves when the past may begin */
  async run(run: Omit<Run, 'backfilled'>, begun: Promise<void>): Promise<readonly DeviceCount[]> {
    const { clock, stop } = run
    const ended = new AbortController()
    const { failed, fail } = failure()
    const note = (toMs: number) => {
      try {
        this.#note(toMs)
      } catch (error) {
        fail(error)
      }
    }
    await begun
    const gate = new PastGate({
      devices: this.devices.length,
      liveFromMs: this.#timetable.liveFromMs,
      signal: stop,
      ready: () => whenInTime(this.#options.pace, clock, stop),
      onSent: note,
      onPresent: () => {
        printLine(`past of ${WITH_PAST}: all ${this.#daysTo(this.#timetable.liveFromMs)} days sent`)
        void this.#noteLive(note, clock, AbortSignal.any([stop, ended.signal]))
      },
    })
    const faults = { ...NO_FAULTS, ofSends: [gate.through] }
    const live = { ...run, backfilled: () => undefined }
    try {
      const sent = Promise.all(this.devices.map(({ samples }) => runDevice(live, samples, faults)))
      const counts = await Promise.race([sent, failed])
      if (counts.every(({ messages, acknowledged }) => messages === acknowledged)) {
        this.#note(Math.min(...counts.map(({ coveredToMs }) => coveredToMs)))
      }
      return counts
    } finally {
      ended.abort()
    }
  }

  #from(fromMs: number): Timetable {
    const { nowMs, untilMs } = this.#options
    return new Timetable({
      startedAtMs: nowMs,
      fromMs: nowMs,
      untilMs,
      backfillMs: nowMs - fromMs,
      backfillPeriodMs: QUARTER_HOUR_MS,
      periodMs: LIVE_PERIOD_MS,
      speed: 1,
    })
  }

  #note(sentToMs: number): void {
    const before = this.#daysTo(this.#progress.sentToMs)
    const days = this.#daysTo(sentToMs)
    this.#progress = { ...this.#progress, sentToMs }
    if (this.#options.progress !== undefined) writeProgress(this.#options.progress, this.#progress)
    if (Math.floor(before / TOLD_DAYS) < Math.floor(days / TOLD_DAYS)) {
      printLine(`past of ${WITH_PAST}: ${days} of ${this.#daysTo(this.#timetable.liveFromMs)} days sent`)
    }
  }

  async #noteLive(note: (toMs: number) => void, clock: Clock, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await clock.sleep(NOTED_MS, stop)
      if (stop.aborted) return
      note(Math.max(this.#progress.sentToMs, clock.nowMs() - UNSURE_MS))
    }
  }

  #daysTo(toMs: number): number {
    return Math.floor((toMs - this.fromMs) / DAY_MS)
  }
}

/** A promise that is rejected with what `fail` is told first, and never resolved. */
function failure(): { readonly failed: Promise<never>; readonly fail: (error: unknown) => void } {
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  return { failed, fail }
}
