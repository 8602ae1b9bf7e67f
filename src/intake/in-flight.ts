/** Packets that the broker may have of one connection and has not answered. */
const OF_CONNECTION_MAX = 1000
/** Bound over all connections; beyond, each has a few: a device that waits for its PUBACKs has no more, and its PINGREQs are read. */
const IN_ALL_MAX = 2000
const OF_CONNECTION_WHEN_FULL = 8
/** Work that is read of a connection at once while there are that many, in units of a small PUBLISH. */
const UNITS_WHEN_FULL = 20

/**
 * Packets that the broker works on, over all connections. It takes them in order, so that whoever has thousands under way
 * makes everybody wait for them: what a client sends waits in its own socket instead, and an honest one behind a few.
 */
export class InFlight {
  #all = 0

  change(packets: number): void {
    this.#all += packets
  }

  get isFull(): boolean {
    return this.#all >= IN_ALL_MAX
  }

  /** True when a connection that has so many under way is read on. */
  mayReadOn(own: number): boolean {
    return own < (this.isFull ? OF_CONNECTION_WHEN_FULL : OF_CONNECTION_MAX)
  }

  /** Work that is read of a connection at once, in units of a small PUBLISH: `most`, and less while all together have too many. */
  unitsAtOnce(most: number): number {
    return this.isFull ? UNITS_WHEN_FULL : most
  }
}
