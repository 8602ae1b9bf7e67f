/** About 8 ms of work: a PUBLISH taken in or a message given to a subscriber costs 2 to 10 us. */
const UNITS_MAX = 1500

/**
 * Bounds what one turn of the event loop may cost over all connections, in units of about one small PUBLISH. A packet can be
 * as small as two bytes, so that what comes in one turn could otherwise hold up ticks, acknowledgements and all other
 * clients for seconds. What is over the share waits for the next turn, in order.
 */
export class EventLoopBudget {
  #leftUnits: number
  #isDue = false
  #waiting: (() => void)[] = []
  readonly #begin = (): void => {
    this.#isDue = false
    this.#leftUnits = this.unitsMax
    // Tasks that a task asks for come after all that wait, in the same turn while something is left of it.
    for (let isSpending = true; isSpending && this.#waiting.length > 0 && !this.isOver; ) {
      const before = this.#leftUnits
      this.#round()
      isSpending = this.#leftUnits < before
    }
    if (this.#waiting.length > 0) this.#end()
  }

  constructor(private readonly unitsMax = UNITS_MAX) {
    this.#leftUnits = unitsMax
  }

  get isOver(): boolean {
    return this.#leftUnits <= 0
  }

  spend(units: number): void {
    this.#leftUnits -= units
    this.#end()
  }

  /** Runs `task` in a turn that is not over; each should spend something. */
  next(task: () => void): void {
    this.#waiting.push(task)
    this.#end()
  }

  #round(): void {
    const tasks = this.#waiting
    this.#waiting = []
    let done = 0
    while (done < tasks.length && !this.isOver) tasks[done++]!()
    if (done < tasks.length) this.#waiting = [...tasks.slice(done), ...this.#waiting]
  }

  #end(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(this.#begin)
  }
}
