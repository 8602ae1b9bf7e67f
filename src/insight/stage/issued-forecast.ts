import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { HORIZONS, type HorizonName } from '../../base/forecast.js'
import type { ForecastRecord } from '../forecast.js'
import type { HiddenReason } from '../score/scoreboard.js'
import type { ForecastChain } from './chain.js'
import { LineFile } from './line-file.js'

/** Value and bounds of 50 % and 90 %, in the order value, low 50, high 50, low 90, high 90; null when not known. */
export type ValueWithBounds = readonly [
  value: number | null,
  low50: number | null,
  high50: number | null,
  low90: number | null,
  high90: number | null,
]

/** A forecast as it was issued and is kept, one JSON line each. Times are epoch ms. */
export interface IssuedForecast {
  readonly horizon: HorizonName
  /** The forecast was written at this instant. */
  readonly issuedAtMs: number
  /** Nothing that became known later is in it. */
  readonly knownUntilMs: number
  /** End of the newest interval that was known; null when there was none. */
  readonly dataUpToMs: number | null
  readonly model: string
  readonly version: string
  readonly seed: number
  /** Number of the chain of learning that it belongs to. */
  readonly chain: number
  /** SHA-256 of the model file that was among its models; missing without one. */
  readonly modelFile?: string
  readonly hidden: HiddenReason | null
  /** Start of the first interval. */
  readonly startMs: number
  /** Length of an interval. */
  readonly stepMs: number
  readonly values: readonly ValueWithBounds[]
}

/** A forecast as it is kept, made of what the forecaster gave. */
export function issuedForecast(
  { values, horizon, dataUpToMs, model, version, seed, hidden }: ForecastRecord,
  { chain, stepMs, modelFile }: Pick<ForecastChain, 'chain' | 'stepMs' | 'modelFile'>,
  of: Pick<IssuedForecast, 'issuedAtMs' | 'knownUntilMs'>,
): IssuedForecast {
  return {
    horizon,
    issuedAtMs: of.issuedAtMs,
    knownUntilMs: of.knownUntilMs,
    dataUpToMs,
    model,
    version,
    seed,
    chain,
    ...(modelFile == null ? {} : { modelFile }),
    hidden,
    startMs: values[0]!.startMs,
    stepMs,
    values: values.map(({ value, low50, high50, low90, high90 }) => [value, low50, high50, low90, high90]),
  }
}

/** Forecasts of one series that were issued, in a file a horizon and month. They are never changed. */
export class IssuedForecasts {
  readonly #dir: string
  /** Lines that cannot be read, by file and byte. */
  readonly #damaged = new Set<string>()

  /** @param dir folder of the series */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** Lines that could not be read and were left out. */
  get damagedLines(): number {
    return this.#damaged.size
  }

  /** The one that was issued last, of those that can be read; null before the first. */
  newest(horizon: HorizonName): IssuedForecast | null {
    for (const name of this.#names(horizon).toReversed()) {
      const found = this.#file(name).lastParsed(issuedOf, this.#noteDamaged(name))
      if (found !== null) return found
    }
    return null
  }

  /** Forecasts whose first interval begins in [fromMs, toMs), ascending, at most `limit`. */
  range(horizon: HorizonName, { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number }) {
    const found: IssuedForecast[] = []
    const first = fileName(horizon, fromMs)
    for (const name of this.#names(horizon)) {
      if (name < first) continue
      for (const { value: one } of this.#file(name).parsedFrom(0, issuedOf, this.#noteDamaged(name))) {
        // They ascend, so nothing behind this one belongs to it either.
        if (one.startMs >= toMs || found.length >= limit) return found
        if (one.startMs >= fromMs) found.push(one)
      }
    }
    return found
  }

  /** Adds forecasts that begin later than all of their horizon before; others are on record already. Gives those that are new. */
  add(forecasts: readonly IssuedForecast[]): readonly IssuedForecast[] {
    const added: IssuedForecast[] = []
    for (const horizon of HORIZONS) {
      let newestMs = this.newest(horizon)?.startMs ?? Number.NEGATIVE_INFINITY
      for (const forecast of forecasts) {
        if (forecast.horizon !== horizon || forecast.startMs <= newestMs) continue
        this.#file(fileName(horizon, forecast.startMs)).append([JSON.stringify(forecast)])
        newestMs = forecast.startMs
        added.push(forecast)
      }
    }
    return added
  }

  #file(name: string): LineFile {
    return new LineFile(join(this.#dir, name))
  }

  #noteDamaged(name: string): (endByte: number) => void {
    return (endByte) => void this.#damaged.add(`${name} ${endByte}`)
  }

  #names(horizon: HorizonName): readonly string[] {
    try {
      return readdirSync(this.#dir)
        .filter((name) => name.startsWith(`${horizon}-`))
        .sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}

function fileName(horizon: HorizonName, startMs: number): string {
  return `${horizon}-${new Date(startMs).toISOString().slice(0, 7)}.jsonl`
}

function issuedOf(line: unknown): IssuedForecast | null {
  const one = line as Partial<IssuedForecast> | null
  const isWhole = Number.isSafeInteger(one?.startMs) && Array.isArray(one?.values) && one.values.every(Array.isArray)
  return isWhole ? (one as IssuedForecast) : null
}
