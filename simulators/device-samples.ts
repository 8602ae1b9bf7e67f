import { HOUR_MS } from '../src/base/durations.js'
import type { Sample, SimulatedDevice, SimulatedPlant } from './plant.js'
import type { Timetable } from './timetable.js'

/** Hours, one after the other, that one looks back for what a device that sends on change shows at the start. */
const LOOK_BACK_H = [1, 12, 72]

/**
 * All that a device samples in one run: a function of the run's timetable alone, so that whoever sends and whoever
 * reckons what must come of it see the same samples.
 */
export class DeviceSamples {
  readonly device: SimulatedDevice
  readonly timetable: Timetable
  readonly #plant: SimulatedPlant
  #first: Sample | null | undefined

  constructor(plant: SimulatedPlant, device: SimulatedDevice, timetable: Timetable) {
    this.#plant = plant
    this.device = device
    this.timetable = timetable
  }

  /** In [fromMs, toMs), in order of time; none from before the run. */
  between(fromMs: number, toMs: number): readonly Sample[] {
    const { firstMs, liveFromMs, backfillPeriodMs, periodMs } = this.timetable
    const from = Math.max(fromMs, firstMs)
    if (this.device.isOnChange) {
      const first = from === firstMs && toMs > from ? this.#atStart() : null
      const changes = this.device.samples(first === null ? from : firstMs + 1, toMs, periodMs)
      return first === null ? changes : [first, ...changes]
    }
    const backfilled = this.device.samples(from, Math.min(toMs, liveFromMs), backfillPeriodMs)
    const live = this.device.samples(Math.max(from, liveFromMs), toMs, periodMs)
    return [...backfilled, ...live.map((sample) => this.#numbered(sample))]
  }

  /** In order of time, made piece by piece: a month of samples is never in memory at once. */
  *all(toMs: number): Generator<Sample> {
    const pieceMs = HOUR_MS
    for (let from = this.timetable.firstMs; from < toMs; from += pieceMs) {
      yield* this.between(from, Math.min(from + pieceMs, toMs))
    }
  }

  #numbered(sample: Sample): Sample {
    const seq = this.timetable.seq(sample.ts)
    return sample.seq !== undefined || seq === null ? sample : { ...sample, seq }
  }

  /**
   * A device that sends on change says when it starts what it shows: nobody else could know until something happens. What
   * happened once is not said again.
   */
  #atStart(): Sample | null {
    if (this.#first === undefined) {
      const { firstMs, periodMs } = this.timetable
      let seen: readonly Sample[] = []
      for (const hours of LOOK_BACK_H) {
        const from = Math.max(this.#plant.epochMs, firstMs - hours * HOUR_MS)
        seen = this.device.samples(from, firstMs + 1, periodMs)
        if (seen.length > 0) break
      }
      const metrics = Object.assign({}, ...seen.map((sample) => sample.metrics)) as Sample['metrics']
      this.#first = Object.keys(metrics).length === 0 ? null : { ts: firstMs, metrics }
    }
    return this.#first
  }
}
