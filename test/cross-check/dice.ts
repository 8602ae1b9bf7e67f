import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Numbers of one seed, uniform in [0, 1). */
export class Dice {
  readonly #generator

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
  }

  next(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32
  }

  below(n: number): number {
    return Math.floor(this.next() * n)
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  isSo(chance: number): boolean {
    return this.next() < chance
  }
}
