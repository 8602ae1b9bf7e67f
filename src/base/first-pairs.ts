/** An id, and the length of the name before it. */
const NAME_AT = 3

/**
 * Finds among the user properties of a message, as they lie on the wire, the first ones by name, and makes a text of none:
 * there may be thousands. Those of one name stay in order, and a value takes the place of the first when that is empty,
 * as a parser has it.
 */
export class FirstPairs {
  /** Ordered by name, as places of the ids. */
  readonly places: number[] = []

  constructor(
    private readonly bytes: Uint8Array,
    private readonly most: number,
  ) {}

  /** Takes the pair whose id lies at `at`, and which is whole. */
  offer(at: number): void {
    const { places } = this
    const isFull = places.length === this.most
    if (isFull && this.#compare(at, places[this.most - 1]!) > 0) return
    const behind = this.#behind(at)
    const before = places[behind - 1]
    if (before !== undefined && this.#isEmptyFirst(behind - 1) && this.#compare(before, at) === 0) {
      places[behind - 1] = at
      return
    }
    places.splice(behind, 0, at)
    if (isFull) places.pop()
  }

  /** Index behind all that have the same name or one before it. */
  #behind(at: number): number {
    let low = 0
    let high = this.places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(this.places[middle]!, at) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** True when the value is empty, and no other of the same name stands before it. */
  #isEmptyFirst(index: number): boolean {
    const at = this.places[index]!
    if (this.#number(at + NAME_AT + this.#number(at + 1)) > 0) return false
    return index === 0 || this.#compare(this.places[index - 1]!, at) !== 0
  }

  #number(at: number): number {
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  /** Orders two names as `<` orders the texts: characters of two surrogates come before U+E000. */
  #compare(one: number, other: number): number {
    const { bytes } = this
    const oneLength = this.#number(one + 1)
    const otherLength = this.#number(other + 1)
    const length = Math.min(oneLength, otherLength)
    for (let i = NAME_AT; i < NAME_AT + length; i++) {
      const a = bytes[one + i]!
      const b = bytes[other + i]!
      if (a === b) continue
      return a >= 0xee && b >= 0xee && a >= 0xf0 !== b >= 0xf0 ? b - a : a - b
    }
    return oneLength - otherLength
  }
}
