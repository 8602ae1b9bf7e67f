/** The numbers that were added last. */
export class Recent {
  readonly #numbers = new Set<number>()

  constructor(private readonly max: number) {}

  add(number: number): void {
    this.#numbers.add(number)
    if (this.#numbers.size <= this.max) return
    const [oldest] = this.#numbers
    this.#numbers.delete(oldest!)
  }

  has(number: number): boolean {
    return this.#numbers.has(number)
  }
}
