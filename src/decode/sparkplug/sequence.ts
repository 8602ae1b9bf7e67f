/** Numbers go round: so far ahead and no further is ahead, everything else lies behind. */
const AHEAD_MAX = 127
const NUMBERS = 256

export interface SequenceContent {
  readonly expected: number | null
  readonly ahead: readonly number[]
  readonly gapSinceMs: number | null
}

/**
 * The `seq` of the messages of one node, 0 to 255 and round again: which one is awaited, and which have overtaken it.
 * Readings do not wait for those before them (each has its time); only the judgement "one is lost" does.
 * Sparkplug 3.0 §5.9.
 */
export class Sequence {
  #expected: number | null = null
  readonly #ahead = new Set<number>()
  /** When the first one came that was not the awaited one, ms of the journal; null while none is missing. */
  gapSinceMs: number | null = null

  /** A birth of the node begins a new one. */
  begin(seq: number): void {
    this.#expected = Number.isNaN(seq) ? null : (seq + 1) % NUMBERS
    this.#ahead.clear()
    this.gapSinceMs = null
  }

  isNext(seq: number): boolean {
    return this.#expected === null || seq === this.#expected
  }

  /** A message with this number has come. */
  note(seq: number, atMs: number): void {
    if (this.#expected === null) {
      this.begin(seq)
      return
    }
    if (seq === this.#expected) {
      this.#expected = (seq + 1) % NUMBERS
      while (this.#ahead.delete(this.#expected)) this.#expected = (this.#expected + 1) % NUMBERS
      if (this.#ahead.size === 0) this.gapSinceMs = null
      return
    }
    if (this.#distance(seq) > AHEAD_MAX) return
    this.#ahead.add(seq)
    this.gapSinceMs ??= atMs
  }

  /** The missing ones are waited for no longer. */
  giveUp(): void {
    let furthest = -1
    for (const seq of this.#ahead) furthest = Math.max(furthest, this.#distance(seq))
    this.begin((this.#expected! + furthest) % NUMBERS)
  }

  get content(): SequenceContent {
    return { expected: this.#expected, ahead: [...this.#ahead], gapSinceMs: this.gapSinceMs }
  }

  restore({ expected, ahead, gapSinceMs }: SequenceContent): void {
    this.#expected = expected
    this.#ahead.clear()
    for (const seq of ahead) this.#ahead.add(seq)
    this.gapSinceMs = gapSinceMs
  }

  #distance(seq: number): number {
    return (seq - this.#expected! + NUMBERS) % NUMBERS
  }
}
