import { join } from 'node:path'
import type { Observation } from '../series/known-series.js'
import { LineFile } from './line-file.js'

/** An observation with the byte behind it in the log. */
export interface LoggedObservation extends Observation {
  readonly endByte: number
}

/**
 * Figures of one series in the order in which they became known: all that its forecasts are made of. One line each, a JSON array of
 * start of the interval, value, and time at which it was known (epoch ms, unit of the series).
 */
export class ObservationLog {
  readonly #file: LineFile

  /** @param dir folder of the series */
  constructor(dir: string) {
    this.#file = new LineFile(join(dir, 'observations.jsonl'))
  }

  readFrom(fromByte: number): readonly LoggedObservation[] {
    return this.#file.linesFrom(fromByte).map(({ line, endByte }) => {
      const [startMs, value, arrivedAtMs] = JSON.parse(line) as [number, number, number]
      return { startMs, value, arrivedAtMs, endByte }
    })
  }

  /** Time at which the newest figure became known, epoch ms; null before the first. */
  get newestKnownMs(): number | null {
    const line = this.#file.lastLine
    return line === null ? null : (JSON.parse(line) as [number, number, number])[2]
  }

  append(observations: readonly Observation[]): void {
    this.#file.append(
      observations.map(({ startMs, value, arrivedAtMs }) => JSON.stringify([startMs, value, arrivedAtMs])),
    )
  }
}
