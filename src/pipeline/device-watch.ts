import type { DeviceSender, Senders } from '../archive/senders.js'
import type { DeviceFact } from '../base/reading.js'
import { clockOf, type DeviceClockState } from './device-clock.js'
import type { DevicePresence } from './presence.js'

/**
 * Notices which configured devices have become silent or have a wrong clock, and which are well again: facts that are
 * archived with their place in the journal, because the journal they follow from is not kept.
 */
export class DeviceWatch {
  readonly #senders: Senders
  readonly #presence: Pick<DevicePresence, 'stateOf'>
  readonly #isConfigured: (plant: string, device: string) => boolean
  /** The key is `plant|device|what`, the value the last fact of a device that is not well; a sender has at most two. */
  readonly #bad = new Map<string, DeviceFact>()

  /** @param last the last fact of each device, or more, in order */
  constructor(
    senders: Senders,
    presence: Pick<DevicePresence, 'stateOf'>,
    isConfigured: (plant: string, device: string) => boolean,
    last: readonly DeviceFact[],
  ) {
    this.#senders = senders
    this.#presence = presence
    this.#isConfigured = isConfigured
    for (const fact of last) this.#note(fact)
  }

  /** A tick looks at every sender, so that nothing else in the journal decides which facts change. @param nowMs epoch ms */
  at(nowMs: number): readonly DeviceFact[] {
    const facts: DeviceFact[] = []
    for (const sender of this.#senders.all()) {
      if (!Number.isFinite(sender.lastArrivalMs)) continue
      const isConfigured = this.#isConfigured(sender.plant, sender.device)
      for (const fact of isConfigured ? this.#factsOf(sender, nowMs) : unwatched(sender, nowMs)) {
        if (this.#bad.has(keyOf(fact)) === fact.isBad) continue
        this.#note(fact)
        facts.push(fact)
      }
    }
    return facts
  }

  /**
   * The gateway listens again: a silence from before has not lasted while it did not. It is said again, with as much of it as
   * was watched.
   * @param outage while nobody could send, epoch ms
   */
  resumed(outage: { readonly fromMs: number; readonly toMs: number } | null): readonly DeviceFact[] {
    if (outage === null || outage.toMs <= outage.fromMs) return []
    const facts: DeviceFact[] = []
    for (const fact of this.#bad.values()) {
      if (fact.what !== 'silence' || fact.atMs > outage.fromMs) continue
      facts.push({ ...fact, atMs: outage.toMs, value: fact.value + (outage.fromMs - fact.atMs) / 1000 })
    }
    for (const fact of facts) this.#note(fact)
    return facts
  }

  #factsOf(sender: DeviceSender, nowMs: number): readonly DeviceFact[] {
    const { plant, device, lastArrivalMs } = sender
    const of = { plant, device, atMs: nowMs }
    const silence: DeviceFact = {
      ...of,
      what: 'silence',
      isBad: this.#presence.stateOf(sender) !== 'online',
      value: (nowMs - lastArrivalMs) / 1000,
    }
    // One that is silent has a clock that nobody sees: what was known of it stays.
    const found = clockOf(sender)
    if (silence.isBad || found === null) return [silence]
    const clock: DeviceFact = {
      ...of,
      what: 'clock',
      isBad: found.verdict !== 'good',
      value: farthestMs(found) / 1000,
    }
    return [silence, clock]
  }

  #note(fact: DeviceFact): void {
    if (fact.isBad) this.#bad.set(keyOf(fact), fact)
    else this.#bad.delete(keyOf(fact))
  }
}

/** An unsteady clock is told by the offset that is farthest off: the one in the middle may be none at all. */
function farthestMs({ verdict, offsetMs, minMs, maxMs }: DeviceClockState): number {
  if (verdict !== 'unsteady') return offsetMs
  return Math.abs(minMs) > Math.abs(maxMs) ? minMs : maxMs
}

/** Nobody waits for a device that is no longer configured: what was wrong with it is over. */
function unwatched({ plant, device }: DeviceSender, nowMs: number): readonly DeviceFact[] {
  return (['silence', 'clock'] as const).map((what) => ({ plant, device, what, atMs: nowMs, isBad: false, value: 0 }))
}

function keyOf({ plant, device, what }: DeviceFact): string {
  return `${plant}|${device}|${what}`
}
