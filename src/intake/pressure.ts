import type { ClientFlow, IngressKind } from '../base/ingress.js'
import { type Bucket, pour, putBounded } from './leak.js'

/** Progress of the pipeline with what is acknowledged, in messages since the data directory was made. */
export interface Consumption {
  /** On the disk, and acknowledged. */
  readonly durable: number
  /** The decoded ones among them. */
  readonly taken: number
  /** Nothing is decoded at this moment because figures of the past are computed again. */
  readonly isFoldingLate: boolean
  /** The pipeline has time, and waits so that it takes together what comes. */
  readonly isCollecting: boolean
}

/** A connection that is read no further. */
export interface Held {
  /** It may be read again. */
  readOn(): void
}

/** Messages of the past that every client may send in a second, whatever waits. */
const FLOOR_PER_S = 50
/** Messages assumed to be taken in a second, before anybody knows it, and the time over which that is then averaged. */
const TAKEN_A_SECOND = 10_000
const AVERAGED_MS = 5000
/** While nothing waits, what is taken is no more than what was let in: the estimate is doubled in about so long then. */
const DOUBLED_MS = 1000
/** So many times what was taken between the last two cycles may wait for the next one: with less, each has fewer than the one before. */
const NEXT_CYCLE = 1.5
/** But no more than is taken in so many times the cycle, and longer cycles than this do not have as much waiting for them. */
const CYCLES = 2
const CYCLE_MS_MAX = 2500
/** Taking that stands for so long is not slow but blocked: then the journal is the buffer. */
const BLOCKED_MS = 15_000
/** A connection is read on after so long in any case, so that its PINGREQ is answered. */
const HELD_MS_MAX = 10_000
/** Clients that are remembered. */
const FLOWS_MAX = 20_000
/** A report of so many messages of a client stands for all that was known of it; fewer count for less, the first one too. */
const TELLING_MESSAGES = 100

interface Waiting {
  readonly messages: number
  readonly sinceMs: number
}

/**
 * Lets the past in as fast as the pipeline takes it. The journal is one sequence, so what is live waits behind what others send
 * of their past: while more waits than is taken in `lateS` seconds, connections that bring the past stand in a queue, and
 * go on one after the other as there is room. Nothing is refused, and nothing that was acknowledged is touched.
 */
export class Pressure {
  readonly #lateMs: number
  readonly #consumption: () => Consumption
  readonly #flows = new Map<string, PressedFlow>()
  /** In the order in which they came. */
  readonly #held = new Map<Held, Waiting>()
  #takenPerS = TAKEN_A_SECOND
  #taken = -1
  #waiting = 0
  /** Messages that came since the last look, and between it and the one before. */
  #came = 0
  #cameBefore = 0
  #lookedAtMs = 0
  #movedAtMs = 0
  /** Taken since the last time in which nothing was, and between that time and the one before. */
  #takenNow = 0
  #takenAtOnce = 0
  /** Length of the time in which nothing is, and of the last one, ms. */
  #standingMs = 0
  #stoodMs = 0
  #isBlocked = false
  #isAtRest = false
  /** Called when something comes after a rest: from then on somebody has to look again. */
  onWork: () => void = () => {}

  /** @param lateS so many seconds what is acknowledged may wait for its figures; 0 for no bound */
  constructor(lateS: number, consumption: () => Consumption) {
    this.#lateMs = lateS * 1000
    this.#consumption = consumption
  }

  /** There is room for more of the past. */
  get isOpen(): boolean {
    return this.#lateMs === 0 || this.#isBlocked || this.#room > 0
  }

  /** The flow of one client, the same for all of its connections. */
  flowOf(ingress: IngressKind, client: string): PressedFlow {
    const key = flowKey(ingress, client)
    const flow = this.#flows.get(key) ?? new PressedFlow(this)
    putBounded(this.#flows, key, flow, FLOWS_MAX)
    return flow
  }

  /** The pipeline has seen how much of what came was of the past. */
  told(flows: readonly ClientFlow[]): void {
    for (const { ingress, client, messages, past } of flows)
      this.#flows.get(flowKey(ingress, client))?.told(messages, past)
  }

  /** Messages have come that will soon be durable. `nowMs` is of the clock of `look`. */
  came(messages: number, nowMs: number): void {
    this.#came += messages
    if (!this.#isAtRest) return
    this.#isAtRest = false
    // The time of the rest is none in which anything was taken.
    this.look(nowMs)
    this.onWork()
  }

  /** True when nothing waits and nothing has come since the look before: until `onWork` is called a look would change nothing. */
  rests(): boolean {
    const isIdle = this.#came + this.#cameBefore + this.#waiting + this.#held.size === 0
    this.#isAtRest = isIdle && !this.#isBlocked && this.#takenPerS >= TAKEN_A_SECOND
    return this.#isAtRest || this.#lateMs === 0
  }

  /** Calls `readOn` when there is room for so many messages. */
  hold(held: Held, messages: number): void {
    this.#held.set(held, { messages, sinceMs: this.#lookedAtMs })
  }

  /** It is gone. */
  forget(held: Held): void {
    this.#held.delete(held)
  }

  /** Looks how much waits; to be asked several times a second. `nowMs` is of a clock that only goes forward. */
  look(nowMs: number): void {
    if (this.#lateMs === 0) return
    const { durable, taken, isFoldingLate, isCollecting } = this.#consumption()
    const [passedMs, before] = [nowMs - this.#lookedAtMs, this.#taken]
    this.#lookedAtMs = nowMs
    this.#taken = taken
    this.#waiting = Math.max(0, durable - taken)
    // Messages that came since the look before may be on their way to the disk: to count them twice is on the safe side.
    this.#cameBefore = this.#came
    this.#came = 0
    if (before < 0 || taken !== before || this.#waiting === 0) this.#movedAtMs = nowMs
    // The time in which the past is folded says nothing of how fast messages are taken between two slices of it.
    const isRest = isFoldingLate && taken === before
    // Nor does what waits for company: it could be taken at once.
    if (!isRest && !isCollecting && this.#waiting > 0 && before >= 0 && passedMs > 0) {
      const perS = ((taken - before) / passedMs) * 1000
      this.#takenPerS += (perS - this.#takenPerS) * Math.min(1, passedMs / AVERAGED_MS)
      this.#noteTaken(taken - before, passedMs)
    } else if (!isRest && this.#takenPerS < TAKEN_A_SECOND) {
      this.#takenPerS = Math.min(TAKEN_A_SECOND, this.#takenPerS * (1 + passedMs / DOUBLED_MS))
    }
    this.#isBlocked = nowMs - this.#movedAtMs > BLOCKED_MS
    this.#letOn(nowMs)
  }

  #noteTaken(messages: number, passedMs: number): void {
    if (messages > 0) {
      if (this.#standingMs > 0) this.#stoodMs = this.#standingMs
      this.#standingMs = 0
      this.#takenNow += messages
      return
    }
    this.#standingMs += passedMs
    if (this.#takenNow > 0) this.#takenAtOnce = this.#takenNow
    this.#takenNow = 0
  }

  get #room(): number {
    const inTime = (this.#takenPerS * this.#lateMs) / 1000
    const cycleMs = Math.min(CYCLE_MS_MAX, Math.max(this.#standingMs, this.#stoodMs))
    const forCycle = Math.min(NEXT_CYCLE * this.#takenAtOnce, (this.#takenPerS * CYCLES * cycleMs) / 1000)
    return Math.max(inTime, forCycle) - this.#waiting - this.#cameBefore - this.#came
  }

  #letOn(nowMs: number): void {
    let room = this.#isBlocked ? Infinity : this.#room
    for (const [held, { messages, sinceMs }] of this.#held) {
      if (room <= 0 && nowMs - sinceMs < HELD_MS_MAX) break
      room -= messages
      this.#held.delete(held)
      held.readOn()
    }
  }
}

/** Joined and not a template: V8 would keep the parts, which takes three times as much. */
function flowKey(ingress: IngressKind, client: string): string {
  return [ingress, client].join('/')
}

/** Messages of one client: how many of them are of the past is known when the pipeline has decoded some of them. */
export class PressedFlow {
  /** Share of the past in its messages, 0 to 1; all of them while nobody knows. */
  #pastShare = 1
  /** Made when there is no room for the first time. */
  #bucket: Bucket | undefined

  constructor(private readonly pressure: Pressure) {}

  told(messages: number, past: number): void {
    const weight = Math.min(1, messages / TELLING_MESSAGES)
    this.#pastShare += (past / messages - this.#pastShare) * weight
  }

  /** Messages of it have come. @returns how many of the past are too many: it has to be held then; 0 when it may be read on */
  press(messages: number, nowMs: number): number {
    this.pressure.came(messages, nowMs)
    if (this.pressure.isOpen) {
      if (this.#bucket !== undefined) this.#bucket.level = 0
      return 0
    }
    const past = messages * this.#pastShare
    this.#bucket ??= { level: 0, atMs: nowMs }
    return pour(this.#bucket, past, FLOOR_PER_S, nowMs) > FLOOR_PER_S ? past : 0
  }

  /** Calls `readOn` when there is room for as much as it has sent the last time. */
  hold(held: Held, messages: number): void {
    this.pressure.hold(held, messages)
  }

  /** The connection is gone. */
  forget(held: Held): void {
    this.pressure.forget(held)
  }
}
