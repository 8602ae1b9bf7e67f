/** How far the pipeline has come with what is acknowledged, in messages since the data directory was made. */
export interface Consumption {
  /** On the disk, and acknowledged. */
  readonly durable: number
  /** Of them, those that are decoded. */
  readonly taken: number
}

/** The first share of each client; what leaves it alone is at least this little. Messages a second. */
const FIRST_SHARE = 1000
const SHARE_MIN = 50
/** A share above this is no bound. */
const SHARE_MAX = 20_000
const [LESS, MORE] = [0.7, 1.2]
/** What is taken in a second, before anybody knows it, and over how long it is then averaged. */
const TAKEN_A_SECOND = 20_000
const AVERAGED_MS = 5000
/** Taking that stands for so long is not slow but blocked: then the journal is the buffer. */
const BLOCKED_MS = 15_000

/**
 * What each client may send in a second while more is acknowledged than can become figures in time. The journal is one
 * sequence, so what is live waits behind what one sends of its past: the senders of much are read more slowly, down to a
 * share that leaves every live device alone. Nothing is refused, and nothing that was acknowledged is touched.
 */
export class Pressure {
  readonly #lateMs: number
  readonly #consumption: () => Consumption
  #share = Infinity
  #takenPerS = TAKEN_A_SECOND
  #taken = -1
  #lookedAtMs = 0
  #movedAtMs = 0

  /** @param lateS so many seconds what is acknowledged may wait for its figures; 0 for no bound */
  constructor(lateS: number, consumption: () => Consumption) {
    this.#lateMs = lateS * 1000
    this.#consumption = consumption
  }

  /** Messages a second of each client; Infinity while nothing waits too long. */
  get messagesPerS(): number {
    return this.#share
  }

  /** Looks how long what is acknowledged waits; to be asked a few times a second. `nowMs` is of a clock that only goes forward. */
  look(nowMs: number): void {
    if (this.#lateMs === 0) return
    const { durable, taken } = this.#consumption()
    const [passedMs, before] = [nowMs - this.#lookedAtMs, this.#taken]
    this.#lookedAtMs = nowMs
    this.#taken = taken
    const waiting = durable - taken
    if (before < 0 || taken !== before || waiting <= 0) this.#movedAtMs = nowMs
    if (waiting > 0 && before >= 0 && passedMs > 0) {
      const perS = ((taken - before) / passedMs) * 1000
      this.#takenPerS += (perS - this.#takenPerS) * Math.min(1, passedMs / AVERAGED_MS)
    }
    const waitsMs = (Math.max(0, waiting) / Math.max(1, this.#takenPerS)) * 1000
    if (nowMs - this.#movedAtMs > BLOCKED_MS) this.#share = Infinity
    else if (waitsMs > this.#lateMs)
      this.#share = this.#share === Infinity ? FIRST_SHARE : Math.max(SHARE_MIN, LESS * this.#share)
    else if (waitsMs < this.#lateMs / 2) this.#share = MORE * this.#share > SHARE_MAX ? Infinity : MORE * this.#share
  }
}

/** Where nobody looks: no client is slowed down. */
export const NO_PRESSURE: Pick<Pressure, 'messagesPerS'> = { messagesPerS: Infinity }
