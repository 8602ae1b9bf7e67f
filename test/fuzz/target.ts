/**
 * Something that takes bytes from outside. `fuzz` gives them to the product's own code and throws when the answer is
 * none: an exception that nobody promised, two readers that do not agree, more kept than was said.
 */
export interface FuzzTarget {
  readonly name: string
  /** Half a line on what the bytes become. */
  readonly says: string
  /** Longest input; the largest of the seeds fits in. */
  readonly bytesMax: number
  /** Inputs to begin with, right ones and nearly right ones. */
  seeds(): readonly Buffer[]
  /** Words of the language, for the fuzzer to put in. */
  readonly words: readonly string[]
  fuzz(input: Buffer): void
}

/** One input may take no more of the processor's time. */
export const STALL_MS_MAX = 100

/**
 * The same target, which also throws when an input takes too long. It is judged by the time that the process had of its processor, so
 * that a machine on which much else runs makes no finding; one that did is tried again, and only one that is slow three times in a row is called so.
 */
export function withoutStalls(target: Pick<FuzzTarget, 'name' | 'fuzz'>): (input: Buffer) => void {
  return (input) => {
    for (let tries = 0; ; tries++) {
      const before = process.cpuUsage()
      target.fuzz(input)
      const { user, system } = process.cpuUsage(before)
      const tookMs = (user + system) / 1000
      if (tookMs <= STALL_MS_MAX) return
      if (tries === 2)
        throw new Error(`${target.name}: one input of ${input.length} bytes took ${Math.round(tookMs)} ms`)
    }
  }
}

/** Splits an input into a number that decides something, and the rest. */
export function decided(input: Buffer): { readonly choice: number; readonly rest: Buffer } {
  return { choice: input[0] ?? 0, rest: input.subarray(1) }
}

/** The other way round: a seed for a target that begins with `decided`. */
export function deciding(choice: number, rest: Buffer): Buffer {
  return Buffer.concat([Buffer.of(choice), rest])
}
