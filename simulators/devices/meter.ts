import type { DevicePath } from '../../src/base/topic.js'
import type { PlantRegisters } from '../physics/registers.js'
import type { Sample, SimulatedDevice } from '../plant.js'
import { instants } from '../samples.js'

/** A time in which a meter counts nothing, [fromMs, toMs), epoch ms: what went through it is in no register afterwards either. */
export interface Standstill {
  readonly fromMs: number
  readonly toMs: number
}

/** Register or power that a meter sends under one metric name. */
export interface Channel {
  readonly metric: string
  readonly flow: string
  readonly quantity: 'register' | 'power'
  /** The part of the flow that this meter sees. */
  readonly share: number
}

export function register(metric: string, flow: string, share = 1): Channel {
  return { metric, flow, quantity: 'register', share }
}

export function power(metric: string, flow: string): Channel {
  return { metric, flow, quantity: 'power', share: 1 }
}

/** A meter of electricity, gas or water. */
export class Meter implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'energy'
  readonly isOnChange = false
  readonly #channels: readonly Channel[]
  readonly #registers: PlantRegisters
  readonly #standstill: Standstill | null

  constructor(
    path: DevicePath,
    channels: readonly Channel[],
    registers: PlantRegisters,
    standstill: Standstill | null = null,
  ) {
    this.#standstill = standstill
    this.path = path
    this.#channels = channels
    this.#registers = registers
  }

  samples(fromMs: number, toMs: number, periodMs: number): Sample[] {
    return instants(fromMs, toMs, periodMs).map((ts) => ({
      ts,
      metrics: Object.fromEntries(this.#channels.map((channel) => [channel.metric, this.#shown(channel, ts)])),
    }))
  }

  #shown({ flow, quantity, share }: Channel, ts: number): number {
    const whole = quantity === 'register' ? this.#counted(flow, ts) : this.#registers.power(flow, ts)
    return share === 1 ? whole : Math.floor(whole * share * 1000) / 1000
  }

  #counted(flow: string, ts: number): number {
    const whole = this.#registers.register(flow, ts)
    if (this.#standstill === null || ts < this.#standstill.fromMs) return whole
    const { fromMs, toMs } = this.#standstill
    const missed = this.#registers.register(flow, Math.min(ts, toMs)) - this.#registers.register(flow, fromMs)
    return Math.round((whole - missed) * 1000) / 1000
  }
}
