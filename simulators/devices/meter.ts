import type { DevicePath } from '../../src/base/topic.js'
import type { PastDetail } from '../past/detail.js'
import type { PlantRegisters } from '../physics/registers.js'
import type { LoggedPast, Sample, SimulatedDevice } from '../plant.js'
import { instants } from '../samples.js'

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

  readonly #past: PastDetail | undefined

  /** @param past what is told of its past; nothing when absent */
  constructor(path: DevicePath, channels: readonly Channel[], registers: PlantRegisters, past?: PastDetail) {
    this.#past = past
    this.path = path
    this.#channels = channels
    this.#registers = registers
  }

  samples(fromMs: number, toMs: number, periodMs: number): Sample[] {
    return instants(fromMs, toMs, periodMs).map((ts) => ({ ts, metrics: this.#metrics(this.#channels, ts) }))
  }

  get past(): LoggedPast | undefined {
    const detail = this.#past
    return detail === undefined ? undefined : { detail, samples: (...asked) => this.#logged(...asked) }
  }

  /** Registers alone: a power holds for minutes, and says nothing of an hour. */
  #logged(fromMs: number, toMs: number, everyMs: number): Sample[] {
    const registers = this.#channels.filter(({ quantity }) => quantity === 'register')
    return instants(fromMs, toMs, everyMs).map((ts) => ({ ts, metrics: this.#metrics(registers, ts) }))
  }

  #metrics(channels: readonly Channel[], ts: number): Sample['metrics'] {
    return Object.fromEntries(channels.map((channel) => [channel.metric, this.#shown(channel, ts)]))
  }

  #shown({ flow, quantity, share }: Channel, ts: number): number {
    const whole = this.#registers[quantity](flow, ts)
    return share === 1 ? whole : Math.floor(whole * share * 1000) / 1000
  }
}
