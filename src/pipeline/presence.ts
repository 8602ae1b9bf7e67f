import type { DeviceSender, Senders } from '../archive/senders.js'
import type { DeviceState } from '../base/wire.js'
import { isConnected } from './device-connections.js'
import type { MessageAccounting } from './message-accounting.js'

/** Settings of the configuration that presence depends on. */
export interface PresenceRules {
  idleMs(plant: string, device: string): number
  isOnChange(plant: string, device: string): boolean
}

/**
 * Tells which devices are there. Offline: the last status says so, or the session that brought its last sample has ended. Stale:
 * not offline, and no data for its idle time; never a connected `on_change` device. "Now" is that of the journal. While the
 * gateway itself was stopped nobody could send, so that is no silence of the devices.
 */
export class DevicePresence {
  readonly #senders: Senders
  readonly #accounting: Pick<MessageAccounting, 'nowMs' | 'outage'>
  readonly #rules: PresenceRules
  readonly #told = new WeakMap<DeviceSender, DeviceState>()

  constructor(senders: Senders, accounting: Pick<MessageAccounting, 'nowMs' | 'outage'>, rules: PresenceRules) {
    this.#senders = senders
    this.#accounting = accounting
    this.#rules = rules
    for (const sender of senders.all()) this.#told.set(sender, this.stateOf(sender))
  }

  stateOf(sender: DeviceSender): DeviceState {
    if (sender.status === 'offline' || sender.session === 'ended') return 'offline'
    if (this.#rules.isOnChange(sender.plant, sender.device) && isConnected(sender)) return 'online'
    return this.#silenceMs(sender) > this.#rules.idleMs(sender.plant, sender.device) ? 'stale' : 'online'
  }

  /** True when anything came from it within its idle time, taken or not. */
  isHeard({ plant, device, lastHeardMs }: DeviceSender): boolean {
    return this.#accounting.nowMs - lastHeardMs <= this.#rules.idleMs(plant, device)
  }

  /** The devices whose state is another one than at the last call, or than at the start. */
  *changes(): Generator<{ plant: string; line: string; device: string; state: DeviceState }> {
    for (const sender of this.#senders.all()) {
      const state = this.stateOf(sender)
      if (this.#told.get(sender) === state) continue
      this.#told.set(sender, state)
      yield { plant: sender.plant, line: sender.line, device: sender.device, state }
    }
  }

  /** Time that the gateway has listened to a device in vain, ms. */
  #silenceMs(sender: DeviceSender): number {
    const { nowMs, outage } = this.#accounting
    const silenceMs = nowMs - sender.lastArrivalMs
    if (outage === null || sender.lastArrivalMs > outage.fromMs) return silenceMs
    // An \`on_change\` device owed nothing while it was connected: it is waited for from the start on.
    const isWaitedFor = sender.session === 'lost' && outage.isGap !== true
    if (isWaitedFor && this.#rules.isOnChange(sender.plant, sender.device)) return nowMs - outage.toMs
    return silenceMs - (outage.toMs - outage.fromMs)
  }
}
