/** The numbers that were added last, each of them once. */
export class RecentNumbers {
  readonly #numbers = new Set<number>()
  /** In the order in which they came, around and around: a set that is asked for its first member looks at all that were deleted before it. */
  readonly #order: number[] = []
  #place = 0

  constructor(private readonly max: number) {}

  add(number: number): void {
    if (this.#numbers.has(number)) return
    const oldest = this.#order[this.#place]
    if (oldest !== undefined) this.#numbers.delete(oldest)
    this.#order[this.#place] = number
    this.#place = (this.#place + 1) % this.max
    this.#numbers.add(number)
  }

  has(number: number): boolean {
    return this.#numbers.has(number)
  }
}
