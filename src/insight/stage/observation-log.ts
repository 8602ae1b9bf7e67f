import { join } from 'node:path'
import type { Observation } from '../series/known-series.js'
import type { ObservationColumns } from '../series/observation-columns.js'
import { LineFile } from './line-file.js'

/** Observations with the byte behind each in the log. */
export interface LoggedObservations extends ObservationColumns {
  readonly endBytes: readonly number[]
}

/**
 * Figures of one series in the order in which they became known: all that its forecasts are made of. One line each, a JSON array of
 * start of the interval, value, and time at which it was known (epoch ms, unit of the series).
 */
export class ObservationLog {
  readonly #file: LineFile
  readonly #damaged = new Set<number>()
  readonly #noteDamaged = (endByte: number): void => void this.#damaged.add(endByte)

  /** @param dir folder of the series */
  constructor(dir: string) {
    this.#file = new LineFile(join(dir, 'observations.jsonl'))
  }

  /** Lines that could not be read and were left out. */
  get damagedLines(): number {
    return this.#damaged.size
  }

  readFrom(fromByte: number): LoggedObservations {
    const found = {
      startsMs: [] as number[],
      values: [] as number[],
      arrivedAtMs: [] as number[],
      endBytes: [] as number[],
    }
    for (const { value, endByte } of this.#file.parsedFrom(fromByte, observationOf, this.#noteDamaged)) {
      found.startsMs.push(value.startMs)
      found.values.push(value.value)
      found.arrivedAtMs.push(value.arrivedAtMs)
      found.endBytes.push(endByte)
    }
    return found
  }

  /** Time at which the newest figure became known, epoch ms; null before the first. */
  get newestKnownMs(): number | null {
    return this.#file.lastParsed(observationOf, this.#noteDamaged)?.arrivedAtMs ?? null
  }

  append(observations: readonly Observation[]): void {
    this.#file.append(
      observations.map(({ startMs, value, arrivedAtMs }) => JSON.stringify([startMs, value, arrivedAtMs])),
    )
  }
}

function observationOf(line: unknown): Observation | null {
  if (!Array.isArray(line) || line.length !== 3 || !line.every(Number.isFinite)) return null
  const [startMs, value, arrivedAtMs] = line as [number, number, number]
  return { startMs, value, arrivedAtMs }
}
