import type { DeviceSender, Senders } from '../archive/senders.js'
import type { DeviceFact } from '../base/reading.js'
import { clockOf, type DeviceClockState, isPlainlyGood } from './device-clock.js'
import type { DevicePresence } from './presence.js'

interface WatchedFact extends DeviceFact {
  readonly what: 'silence' | 'clock'
}

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
  /** The same by sender, so that no key is made each second. */
  readonly #isBad = new WeakMap<DeviceSender, Record<WatchedFact['what'], boolean>>()

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
      const isBad = this.#isBadOf(sender)
      const isConfigured = this.#isConfigured(sender.plant, sender.device)
      const isSilent = isConfigured && this.#presence.stateOf(sender) !== 'online'
      // Nearly always nothing has changed: a plant of thousands makes no facts to find that out.
      if (!isBad.silence && !isSilent && !isBad.clock && (!isConfigured || isPlainlyGood(sender))) continue
      for (const fact of isConfigured ? factsOf(sender, isSilent, nowMs) : unwatched(sender, nowMs)) {
        if (isBad[fact.what] === fact.isBad) continue
        isBad[fact.what] = fact.isBad
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

  #isBadOf(sender: DeviceSender): Record<WatchedFact['what'], boolean> {
    const known = this.#isBad.get(sender)
    if (known !== undefined) return known
    const { plant, device } = sender
    const found = {
      silence: this.#bad.has(keyOf({ plant, device, what: 'silence' })),
      clock: this.#bad.has(keyOf({ plant, device, what: 'clock' })),
    }
    this.#isBad.set(sender, found)
    return found
  }

  #note(fact: DeviceFact): void {
    if (fact.isBad) this.#bad.set(keyOf(fact), fact)
    else this.#bad.delete(keyOf(fact))
  }
}

function factsOf(sender: DeviceSender, isSilent: boolean, nowMs: number): readonly WatchedFact[] {
  const { plant, device, lastArrivalMs } = sender
  const of = { plant, device, atMs: nowMs }
  const silence: WatchedFact = { ...of, what: 'silence', isBad: isSilent, value: (nowMs - lastArrivalMs) / 1000 }
  // One that is silent has a clock that nobody sees: what was known of it stays.
  const found = clockOf(sender)
  if (isSilent || found === null) return [silence]
  const clock: WatchedFact = { ...of, what: 'clock', isBad: found.verdict !== 'good', value: farthestMs(found) / 1000 }
  return [silence, clock]
}

/** An unsteady clock is told by the offset that is farthest off: the one in the middle may be none at all. */
function farthestMs({ verdict, offsetMs, minMs, maxMs }: DeviceClockState): number {
  if (verdict !== 'unsteady') return offsetMs
  return Math.abs(minMs) > Math.abs(maxMs) ? minMs : maxMs
}

/** Nobody waits for a device that is no longer configured: what was wrong with it is over. */
function unwatched({ plant, device }: DeviceSender, nowMs: number): readonly WatchedFact[] {
  return (['silence', 'clock'] as const).map((what) => ({ plant, device, what, atMs: nowMs, isBad: false, value: 0 }))
}

function keyOf({ plant, device, what }: Pick<DeviceFact, 'plant' | 'device' | 'what'>): string {
  return `${plant}|${device}|${what}`
}
