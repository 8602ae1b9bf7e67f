import { type LocalDay, wallMinute } from './local-days.js'
import { noiseAt, roughNoise, smoothNoise } from './noise.js'

/** Chimney of a gas boiler as its analyser sees it. */
export interface Chimney {
  readonly id: string
  /** mg/Nm³ at full fire; a cooler flame makes less. */
  readonly nox: number
  readonly so2: number
  readonly pm: number
  /** Wall time at which the analyser is given zero gas and then span gas each day, in minutes. */
  readonly calibrationAt: number
}

export interface FlueGas {
  readonly nox_mgm3: number
  readonly so2_mgm3: number
  readonly pm_mgm3: number
  readonly o2_pct: number
  readonly stack_temp_c: number
  readonly stack_flow_nm3h: number
}

/** The metrics of the analyser, which are no reading of the chimney while it is calibrated. */
export const ANALYSED = ['nox_mgm3', 'so2_mgm3', 'pm_mgm3', 'o2_pct'] as const
type Analysed = Pick<FlueGas, (typeof ANALYSED)[number]>

/** Dry flue gas that one Nm³ of natural gas leaves without excess air, Nm³. */
const DRY_GAS_NM3 = 8.6
const CALIBRATION_MIN = 12
const ZERO_GAS: Analysed = { nox_mgm3: 0, so2_mgm3: 0, pm_mgm3: 0, o2_pct: 0 }
const SPAN_GAS: Analysed = { nox_mgm3: 240, so2_mgm3: 80, pm_mgm3: 16, o2_pct: 20.9 }

function rounded(value: number, parts: number): number {
  return Math.max(0, Math.round(value * parts) / parts)
}

/** One chimney on one day. */
export class FlueGasOfDay {
  readonly #chimney: Chimney
  readonly #day: LocalDay
  /** Draught and burner over half an hours; gas quality over hours; the analyser's own unrest. */
  readonly #burner: Float64Array
  readonly #fuel: Float64Array
  readonly #unrest: Float64Array

  constructor(chimney: Chimney, day: LocalDay, seed: number) {
    const { minutes, index } = day
    this.#chimney = chimney
    this.#day = day
    this.#burner = smoothNoise(minutes, 30, seed, chimney.id, 'burner', index)
    this.#fuel = smoothNoise(minutes, 60, seed, chimney.id, 'fuel', index)
    this.#unrest = roughNoise(minutes, seed, chimney.id, 'unrest', index)
  }

  /**
   * @param gas burned, Nm³/h
   * @param fire part of the boiler's rating, 0..1
   */
  at(timeMs: number, gas: number, fire: number): FlueGas {
    const minutes = (timeMs - this.#day.startMs) / 60_000
    const burner = noiseAt(this.#burner, minutes)
    const fuel = noiseAt(this.#fuel, minutes)
    const unrest = noiseAt(this.#unrest, minutes)
    // Little fire needs much excess air to burn clean.
    const o2 = 3.3 + 4.2 * (1 - fire) ** 2 + 0.4 * burner + 0.08 * unrest
    const flow = (gas * DRY_GAS_NM3 * 21) / (21 - o2)
    return {
      nox_mgm3: rounded(this.#chimney.nox * (0.68 + 0.32 * fire - 0.07 * burner + 0.03 * unrest), 10),
      so2_mgm3: rounded(this.#chimney.so2 * (1 + 0.4 * fuel + 0.15 * unrest), 10),
      pm_mgm3: rounded(this.#chimney.pm * (0.6 + 0.4 * fire + 0.2 * burner + 0.15 * unrest), 100),
      o2_pct: rounded(o2, 100),
      stack_temp_c: rounded(92 + 68 * fire + 3 * burner + 0.4 * unrest, 10),
      stack_flow_nm3h: rounded(flow * (1 + 0.01 * unrest), 1),
    }
  }

  /** Values that the analyser reads instead while it is calibrated; null at all other times. */
  calibration(timeMs: number): Analysed | null {
    const wall = wallMinute(this.#day, (timeMs - this.#day.startMs) / 60_000)
    const since = wall - this.#chimney.calibrationAt
    if (since < 0 || since >= CALIBRATION_MIN) return null
    return since < CALIBRATION_MIN / 2 ? ZERO_GAS : SPAN_GAS
  }
}
