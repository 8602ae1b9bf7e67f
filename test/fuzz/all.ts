import { decided, withoutStalls } from './target.js'
import { TARGETS } from './targets.js'

const fuzzers = TARGETS.map(withoutStalls)

/** All targets in one process, the first byte says which: a short look costs one start. */
export function fuzz(input: Buffer): void {
  const { choice, rest } = decided(input)
  fuzzers[choice % fuzzers.length]!(rest)
}
