/** How far the pipeline has come with what is acknowledged, in messages since the data directory was made. */
export interface Consumption {
  /** On the disk, and acknowledged. */
  readonly durable: number
  /** Of them, those that are decoded. */
  readonly taken: number
}

/** The least share of a client, messages a second: a live device is below it. */
const SHARE_MIN = 50
/** A share above this is no bound. */
const SHARE_MAX = 20_000
const [LESS, MORE] = [0.7, 1.2]
/** What is taken in a second, before anybody knows it, and over how long it is then averaged. */
const TAKEN_A_SECOND = 10_000
const AVERAGED_MS = 5000
/** Taking that stands for so long is not slow but blocked: then the journal is the buffer. */
const BLOCKED_MS = 15_000
/** All clients together get so much of what is taken, once too much waits: the rest is for what waits. */
const FIRST_PART = 0.5

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
  #looks = 0
  /** Clients that have sent something since the last look, and at most in one of the last looks. */
  #senders = 0
  #sendersMost = 1
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

  /** Grows with each look. */
  get looks(): number {
    return this.#looks
  }

  /** A client has sent something, for the first time since the last look. */
  sends(): void {
    this.#senders++
  }

  /** Looks how long what is acknowledged waits; to be asked a few times a second. `nowMs` is of a clock that only goes forward. */
  look(nowMs: number): void {
    if (this.#lateMs === 0) return
    const { durable, taken } = this.#consumption()
    const [passedMs, before] = [nowMs - this.#lookedAtMs, this.#taken]
    this.#lookedAtMs = nowMs
    this.#taken = taken
    this.#looks++
    this.#sendersMost = Math.max(1, this.#senders, LESS * this.#sendersMost)
    this.#senders = 0
    const waiting = durable - taken
    if (before < 0 || taken !== before || waiting <= 0) this.#movedAtMs = nowMs
    if (waiting > 0 && before >= 0 && passedMs > 0) {
      const perS = ((taken - before) / passedMs) * 1000
      this.#takenPerS += (perS - this.#takenPerS) * Math.min(1, passedMs / AVERAGED_MS)
    }
    const waitsMs = (Math.max(0, waiting) / Math.max(1, this.#takenPerS)) * 1000
    if (nowMs - this.#movedAtMs > BLOCKED_MS) this.#share = Infinity
    else if (waitsMs > this.#lateMs) {
      const first = (FIRST_PART * this.#takenPerS) / this.#sendersMost
      this.#share = Math.max(SHARE_MIN, this.#share === Infinity ? first : LESS * this.#share)
    } else if (waitsMs < this.#lateMs / 2) this.#share = MORE * this.#share > SHARE_MAX ? Infinity : MORE * this.#share
  }
}

/** What a client needs to know of it. */
export type Share = Pick<Pressure, 'messagesPerS' | 'looks' | 'sends'>

/** Where nobody looks: no client is slowed down. */
export const NO_PRESSURE: Share = { messagesPerS: Infinity, looks: 0, sends: () => undefined }
