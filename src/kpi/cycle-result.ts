import { setImmediate as turn } from 'node:timers/promises'
import type { Point } from './windows/point.js'

/** Points that one cycle has changed. */
export interface CycleResult {
  readonly final: Point[]
  readonly provisional: Point[]
  /** Provisional ones of before that nobody makes any more. */
  readonly dropped: Point[]
}

/** Takes a part of what a cycle has changed out of memory. */
export type PublishPart = (part: CycleResult) => Promise<void>

/** Points that are held at most before they go to the store: about 300 bytes each, and three times as much on their way. */
const POINTS_MAX = 10_000

/** The points of a cycle on their way out: all at once, or where there are many, part by part. */
export class CycleOutput {
  #result: CycleResult = { final: [], provisional: [], dropped: [] }
  readonly #publish: PublishPart | null
  readonly #signal: AbortSignal | undefined

  constructor(publish: PublishPart | null = null, signal?: AbortSignal) {
    this.#publish = publish
    this.#signal = signal
  }

  /** Between two parts of a cycle: requests are answered, and a stop is heard. Rejects with its reason then. */
  async othersTurn(): Promise<void> {
    await turn()
    this.#signal?.throwIfAborted()
  }

  async add(part: CycleResult): Promise<void> {
    for (const point of part.final) this.#result.final.push(point)
    for (const point of part.provisional) this.#result.provisional.push(point)
    for (const point of part.dropped) this.#result.dropped.push(point)
    if (part.final.length + part.provisional.length > 0) await this.othersTurn()
    if (this.#result.final.length + this.#result.provisional.length >= POINTS_MAX) await this.send()
  }

  /** Somebody takes parts, so that what was computed first is stored before the rest is. */
  get isSentInParts(): boolean {
    return this.#publish !== null
  }

  /** Sends out the points that there are by now, when somebody takes parts. */
  async send(): Promise<void> {
    if (this.#publish !== null) await this.#publish(this.take())
  }

  /** Takes the points that have not gone out. */
  take(): CycleResult {
    const result = this.#result
    this.#result = { final: [], provisional: [], dropped: [] }
    return result
  }
}
