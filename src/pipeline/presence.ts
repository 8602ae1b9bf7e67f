import type { Sender, Senders } from '../archive/senders.js'
import type { DeviceState } from '../base/wire.js'
import type { Entry } from '../journal/entries.js'

/**
 * Which devices are there. Offline: the last status says so, or the session that brought its last message has ended.
 * Stale: not offline, and no data for its idle time. Sessions are known from this start on.
 */
export class Presence {
  readonly #senders: Senders
  readonly #idleMs: (plant: string, device: string) => number
  readonly #ended = new Set<string>()
  readonly #clientOf = new Map<Sender, string>()
  readonly #told = new Map<Sender, DeviceState>()

  constructor(senders: Senders, idleMs: (plant: string, device: string) => number) {
    this.#senders = senders
    this.#idleMs = idleMs
  }

  /** Notes a session, or which client sent a device's message. */
  session(entry: Extract<Entry, { kind: 'session' }>): void {
    if (entry.what === 'begin') this.#ended.delete(entry.client)
    else this.#ended.add(entry.client)
  }

  sent(plant: string, device: string, client: string): void {
    const sender = this.#senders.find(plant, device)
    if (sender !== undefined) this.#clientOf.set(sender, client)
  }

  /** A start of the gateway ends what was known of sessions. */
  restart(): void {
    this.#ended.clear()
    this.#clientOf.clear()
  }

  stateOf(sender: Sender, nowMs: number): DeviceState {
    const client = this.#clientOf.get(sender)
    if (sender.status === 'offline' || (client !== undefined && this.#ended.has(client))) return 'offline'
    return nowMs - sender.lastArrivalMs > this.#idleMs(sender.plant, sender.device) ? 'stale' : 'online'
  }

  /** The devices whose state is another one than at the last call. */
  *changes(nowMs: number): Generator<{ plant: string; line: string; device: string; state: DeviceState }> {
    for (const sender of this.#senders.all()) {
      const state = this.stateOf(sender, nowMs)
      if (this.#told.get(sender) === state) continue
      this.#told.set(sender, state)
      yield { plant: sender.plant, line: sender.line, device: sender.device, state }
    }
    // A client that ended and whose devices all speak through other clients now need not be remembered.
    const clients = new Set(this.#clientOf.values())
    for (const client of this.#ended) if (!clients.has(client)) this.#ended.delete(client)
  }
}
