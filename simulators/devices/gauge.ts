import { HOUR_MS } from '../../src/base/durations.js'
import type { DevicePath } from '../../src/base/topic.js'
import type { RobotHistory } from '../physics/robot-history.js'
import type { Sample, SampleEvent, SimulatedDevice } from '../plant.js'
import { normal, randomStream } from '../random.js'
import { instants } from '../samples.js'

/** Characteristic that is measured on the pieces of one machine. */
export interface Characteristic {
  /** Process step that the measurement checks. */
  readonly op: string
  readonly char: string
  /** mm. */
  readonly nominal: number
  readonly lsl: number
  readonly usl: number
  /** From one piece to the next, mm. */
  readonly sigma: number
  /** Wear of the tool from one change to the next, mm. */
  readonly wear: number
}

/** So often five pieces are taken from the machine, if it works at that instant, and measured one after another. */
const SUBGROUP_MS = 1_200_000
const PIECES = 5
const A_PIECE_MS = 20_000
/** Tools are changed this often. */
const TOOL_MS = 8 * HOUR_MS

/** A gauge beside a machine, which speaks when it has measured: a pure function of (seed, time) as all devices are. */
export class Gauge implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'production'
  readonly isOnChange = true
  readonly #of: Characteristic
  readonly #machine: RobotHistory
  readonly #seed: number

  constructor(path: DevicePath, of: Characteristic, machine: RobotHistory, seed: number) {
    this.path = path
    this.#of = of
    this.#machine = machine
    this.#seed = seed
  }

  samples(fromMs: number, toMs: number): Sample[] {
    // The first of them may have been taken before the plant began.
    const groups = instants(fromMs, toMs, A_PIECE_MS).flatMap((ts) => {
      const takenMs = Math.floor(ts / SUBGROUP_MS) * SUBGROUP_MS
      const piece = (ts - takenMs) / A_PIECE_MS
      return piece < PIECES ? [{ ts, takenMs, piece }] : []
    })
    return groups
      .filter(
        ({ takenMs }) => this.#machine.isKnownAt(takenMs) && this.#machine.situationAt(takenMs).state === 'Execute',
      )
      .map(({ ts, takenMs, piece }) => ({ ts, metrics: {}, events: this.#measured(takenMs, piece) }))
  }

  #measured(takenMs: number, piece: number): SampleEvent[] {
    const { op, char, nominal, lsl, usl, sigma, wear } = this.#of
    const random = randomStream(this.#seed, this.path.device, 'measure', takenMs, piece)
    const worn = ((takenMs % TOOL_MS) / TOOL_MS - 0.5) * wear
    const value = Math.round((nominal + worn + sigma * normal(random)) * 10_000) / 10_000
    const subgroup = new Date(takenMs).toISOString().slice(0, 16)
    const serial = `${subgroup}-${piece + 1}`
    const result = value >= lsl && value <= usl ? 'pass' : 'fail'
    return [
      { id: `measure-${serial}`, type: 'measure', char, value, subgroup },
      { id: `check-${serial}`, type: 'serial_result', serial, op, result },
    ]
  }
}
