import { EXPORT_INPUTS } from '../../base/merged-metrics.js'
import { GOOD } from '../../base/quality.js'
import { GaugeFold, type GaugeRules, type GaugeSink } from './gauge.js'
import { isUsable, type Samples } from './samples.js'

export const [EXPORT_METRIC, IMPORT_METRIC] = EXPORT_INPUTS
const IMPORT = 1

/**
 * A sample of an input as a number, so that both fit one column: power that comes in below 0, at −1 for none. Power that
 * goes out is never below 0, and what is sent so is nothing.
 */
export function encodePower(input: number, kw: number): number {
  return input === IMPORT ? -1 - Math.max(0, kw) : Math.max(0, kw)
}

/** In this order at one instant: what goes out has the last word. */
export function powerOrder(encoded: number): number {
  return encoded < 0 ? 0 : 1
}

/**
 * A level of power that goes out, as a step function like any other. A meter that sends one signed number tells of it only
 * while it is negative, split into both directions at one instant: then the next number that comes in ends it. Of a meter
 * that sends both directions by themselves power that comes in ends it too, and a 0 that comes in says nothing.
 * Source: KPI specification §1.1, `elec_export_kw`.
 */
export class ExportPowerFold extends GaugeFold {
  /** Event time of the last sample of power that came in. */
  #importTs = Number.NaN
  /** True when the last level of power that goes out was split off a signed number. */
  #isSplit = false

  /** The last level was split off a number below 0, which figures flag. */
  get isSplit(): boolean {
    return this.#isSplit
  }

  override save(): Float64Array {
    return Float64Array.of(...super.save(), this.#importTs, this.#isSplit ? 1 : 0)
  }

  static override restore(state: Float64Array): ExportPowerFold {
    const fold = new ExportPowerFold()
    fold.take(state)
    fold.#importTs = state[GaugeFold.SAVED] ?? Number.NaN
    fold.#isSplit = state[GaugeFold.SAVED + 1] === 1
    return fold
  }

  override step(samples: Samples, i: number, rules: GaugeRules, sink: GaugeSink): void {
    const t = samples.ts[i]!
    const encoded = samples.value[i]!
    if (!(encoded < 0)) {
      super.step(samples, i, rules, sink)
      this.#isSplit = isUsable(samples, i) && this.#importTs === t
      return
    }
    if (!isUsable(samples, i)) return
    this.#importTs = t
    const isComing = encoded < -1
    if (isComing || this.#isSplit) super.step(nothingOutAt(t), 0, rules, sink)
  }
}

function nothingOutAt(ts: number): Samples {
  return { ts: [ts], value: [0], quality: [GOOD], marks: [0] }
}
