/** Somebody says that another value counts than a reading says. Both values in the unit of the stored reading. */
export interface Correction {
  /** Time of the reading, epoch ms. */
  readonly at: number
  /** Value that the reading has: a correction of any other value is none. */
  readonly before: number
  readonly after: number
  /** Time of the event, epoch ms. */
  readonly ts: number
  readonly id: string
}

/**
 * The corrections of the readings of one metric of one device. Which one counts depends on the reading and on them, not
 * on when they came: of those that name the value of the reading the one with the latest event time, then the largest id.
 */
export class Corrections {
  readonly #byInstant = new Map<number, Correction[]>()

  get isEmpty(): boolean {
    return this.#byInstant.size === 0
  }

  /** Takes one over; false when another one of the same reading goes before it. */
  add(correction: Correction): boolean {
    const known = this.#byInstant.get(correction.at) ?? []
    const rival = known.find(({ before }) => before === correction.before)
    if (rival !== undefined && !isLater(correction, rival)) return false
    this.#byInstant.set(correction.at, [...known.filter((one) => one !== rival), correction])
    return true
  }

  /** The correction that counts of a reading; undefined when its own value does. */
  of(at: number, value: number | string): Correction | undefined {
    return this.#byInstant.get(at)?.find(({ before }) => before === value)
  }
}

function isLater(a: Correction, b: Correction): boolean {
  return a.ts === b.ts ? a.id > b.id : a.ts > b.ts
}
