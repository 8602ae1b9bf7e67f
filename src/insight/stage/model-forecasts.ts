import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import { askedMedians, type ForecastModel, ModelFault, modelFaultOf } from '../model-file/forecast-model.js'
import type { ModelInputs } from '../model-file/model-inputs.js'
import type { ForecastChain } from './chain.js'
import { LineFile } from './line-file.js'

/** A model file forecasts so many days of the past when a chain begins: those that decide whether a forecast is shown. */
const EXERCISED_DAYS = 28
/** Forecasts of the past take so long in one piece of work; what is left of them is passed over. */
const EXERCISE_MS_MAX = 120_000

/** Medians of the intervals from one instant on; null when the model file gave none. */
type Medians = readonly number[] | null

/** An instant at which a model file is asked. */
interface ModelQuestion {
  /** Start of the first interval ahead, epoch ms. */
  readonly startMs: number
  /** Intervals that are forecast from there on. */
  readonly intervals: number
  /** The interval goes on, and is no exercise. */
  readonly isLive: boolean
  inputs(): ModelInputs
}

/**
 * Forecasts of a model file for one series. Each is kept as it was given, one line each: another machine may round otherwise, and
 * a file may be gone, so whoever makes forecasts again takes them from here.
 */
export class ModelForecasts {
  readonly #dir: string
  readonly #chain: ForecastChain
  readonly #known = new Map<number, Medians>()
  #added: (readonly [startMs: number, medians: Medians])[] = []
  #spentMs = 0
  #fault: ModelFault | null = null

  /**
   * @param dir folder of the series
   * @param fromMs forecasts of earlier instants are not needed
   */
  constructor(dir: string, chain: ForecastChain, fromMs: number) {
    this.#dir = dir
    this.#chain = chain
    const first = fileName(chain.chain, fromMs)
    const names = readdirSync(dir).filter((name) => name.startsWith(prefixOf(chain.chain)) && name >= first)
    for (const name of names) {
      // A forecast that cannot be read is none: its series goes on without it.
      for (const { value } of new LineFile(join(dir, name)).parsedFrom(0, questionOf, () => {})) {
        this.#known.set(value[0], value[1])
      }
    }
  }

  /** The fault that the model file had last in this work; null when it had none. */
  get fault(): ModelFault | null {
    return this.#fault
  }

  at(startMs: number): Medians {
    return this.#known.get(startMs) ?? null
  }

  /** Has the model forecast what is not known yet. Nobody can make up later for what it does not give now. */
  async ask(model: ForecastModel | ModelFault, question: ModelQuestion): Promise<void> {
    const { startMs, isLive } = question
    const isAsked = startMs >= this.#chain.liveFromMs - EXERCISED_DAYS * DAY_MS
    if (!isAsked || this.#known.has(startMs)) return
    const isInTime = isLive || this.#spentMs < EXERCISE_MS_MAX
    const medians = isInTime ? await this.#asked(model, question) : null
    this.#known.set(startMs, medians)
    this.#added.push([startMs, medians])
  }

  async #asked(model: ForecastModel | ModelFault, { inputs, intervals }: ModelQuestion): Promise<Medians> {
    const beganMs = performance.now()
    try {
      if (model instanceof ModelFault) throw model
      return await askedMedians(model, inputs(), intervals)
    } catch (error) {
      this.#fault = modelFaultOf(error)
      return null
    } finally {
      this.#spentMs += performance.now() - beganMs
    }
  }

  /** Writes down what was asked, before anything is issued that was made of it. */
  keep(): void {
    const { chain } = this.#chain
    const lines = new Map<string, string[]>()
    for (const one of this.#added) entryOf(lines, fileName(chain, one[0]), () => []).push(JSON.stringify(one))
    for (const [name, added] of lines) new LineFile(join(this.#dir, name)).append(added)
    this.#added = []
  }
}

function questionOf(line: unknown): readonly [startMs: number, medians: Medians] | null {
  if (!Array.isArray(line) || typeof line[0] !== 'number') return null
  const medians: unknown = line[1]
  const isReadable = medians === null || (Array.isArray(medians) && medians.every(Number.isFinite))
  return isReadable ? [line[0], medians as Medians] : null
}

function prefixOf(chain: number): string {
  return `model_file-${chain}-`
}

function fileName(chain: number, startMs: number): string {
  return `${prefixOf(chain)}${new Date(startMs).toISOString().slice(0, 7)}.jsonl`
}
