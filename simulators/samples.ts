import type { Channel, SimulatedDevice } from './demo-plants.js'
import type { PlantRegisters } from './physics/registers.js'

/** One element of a payload, as the contract's section on devices has it. */
export interface Sample {
  readonly ts: number
  /** A number, or the word of a state. */
  readonly metrics: Readonly<Record<string, number | string>>
  /** Of the metrics whose unit the gateway cannot know. */
  readonly units?: Readonly<Record<string, string>>
  readonly seq?: number
}

function shown(registers: PlantRegisters, channel: Channel, ts: number): number {
  const whole = channel.quantity === 'power' ? registers.power(channel.flow, ts) : registers.register(channel.flow, ts)
  return channel.share === 1 ? whole : Math.floor(whole * channel.share * 1000) / 1000
}

/** What a device shows at an instant; `seq` null for none. */
export function sampleOf(
  device: SimulatedDevice,
  registers: PlantRegisters,
  ts: number,
  seq: number | null = null,
): Sample {
  const metrics = Object.fromEntries(device.channels.map((channel) => [channel.metric, shown(registers, channel, ts)]))
  return seq === null ? { ts, metrics } : { ts, metrics, seq }
}

/** A message for one sample, an array for more. */
export function payloadOf(samples: readonly Sample[]): string {
  return JSON.stringify(samples.length === 1 ? samples[0] : samples)
}
