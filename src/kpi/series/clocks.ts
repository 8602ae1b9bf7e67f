import { type DeviceClock, isHistorical, isIdle, type KnownSenders, plantWatermark, presentEndMs } from './liveness.js'

/** Rules for the silence of one device: when it is idle, and up to when its connection vouches for it. */
export interface ClockRules {
  /** Silence after which it is idle, ms. */
  readonly idleMs: number
  /** Up to when its connection vouches for it, epoch ms, null while it does not; null for one that does not send on change. */
  readonly heldUntilMs: ((nowMs: number) => number | null) | null
}

type Sent = Pick<DeviceClock, 'newestTs' | 'lastTs' | 'lastArrivalMs'>

/** The clock of one device, made once: thousands are looked at in each cycle. */
class SenderClock implements DeviceClock {
  readonly #sender: Sent
  readonly #rules: ClockRules
  heldUntilMs: number | null = null
  #nowMs = Infinity

  constructor(sender: Sent, rules: ClockRules) {
    this.#sender = sender
    this.#rules = rules
  }

  get newestTs(): number {
    const { newestTs } = this.#sender
    return newestTs > presentEndMs(this.#nowMs) ? this.#nowMs : newestTs
  }

  get lastTs(): number {
    return this.#sender.lastTs
  }

  get lastArrivalMs(): number {
    return this.#sender.lastArrivalMs
  }

  get idleMs(): number {
    return this.#rules.idleMs
  }

  /** As it stands at "now". What it sent last was its past: then its silence says nothing of now. */
  at(nowMs: number): DeviceClock {
    const { heldUntilMs } = this.#rules
    this.#nowMs = nowMs
    this.heldUntilMs = heldUntilMs === null || isHistorical(this.#sender) ? null : heldUntilMs(nowMs)
    return this
  }
}

/** Joint progress of several devices: up to when their readings are complete, and whether all of them are idle. */
export interface JointClock {
  readonly watermarkMs: number
  readonly allIdle: boolean
  /** Number of the devices that have ever sent. */
  readonly count: number
}

/** The clocks of the devices of a plant. */
export class Clocks {
  readonly #plant: string
  readonly #senders: KnownSenders
  readonly #rulesOf: (device: string) => ClockRules
  readonly #known = new Map<string, SenderClock>()

  constructor(plant: string, senders: KnownSenders, rulesOf: (device: string) => ClockRules) {
    this.#plant = plant
    this.#senders = senders
    this.#rulesOf = rulesOf
  }

  /** null for a device that has never sent. What is returned is good until the clock is asked for again. */
  of(device: string, nowMs: number): DeviceClock | null {
    let clock = this.#known.get(device)
    if (clock === undefined) {
      const sender = this.#senders.find(this.#plant, device)
      if (sender === undefined) return null
      clock = new SenderClock(sender, this.#rulesOf(device))
      this.#known.set(device, clock)
    }
    return clock.at(nowMs)
  }

  /** Joint clock of some devices at "now"; those that have never sent are left out. */
  joint(devices: Iterable<string>, nowMs: number): JointClock {
    const clocks: DeviceClock[] = []
    let allIdle = true
    for (const device of devices) {
      const clock = this.of(device, nowMs)
      if (clock === null) continue
      clocks.push(clock)
      if (allIdle && !isIdle(clock, nowMs)) allIdle = false
    }
    return { watermarkMs: plantWatermark(clocks, nowMs), allIdle, count: clocks.length }
  }

  /** Drops the clock of a device whose rules have changed; it is made anew when it is asked for. */
  forget(device: string): void {
    this.#known.delete(device)
  }
}
