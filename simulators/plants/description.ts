import { type Channel, register } from '../devices/meter.js'
import type { Chimney } from '../physics/flue-gas.js'
import type { PlantModel } from '../physics/plant.js'
import type { Robot } from '../physics/robot-day.js'

/** What stands in a plant, before it has a seed. */
export type DeviceDescription = { readonly line: string; readonly id: string } & (
  | { readonly kind: 'meter' | 'submeter'; readonly channels: readonly Channel[] }
  | { readonly kind: 'stack'; readonly chimney: Chimney }
  | { readonly kind: 'robot' | 'machine'; readonly robot: Robot }
)

export interface PlantDescription {
  readonly model: PlantModel
  readonly devices: readonly DeviceDescription[]
}

export function meter(line: string, id: string, channels: readonly Channel[]): DeviceDescription {
  return { kind: 'meter', line, id, channels }
}

/** The meter of one load, or of a part of it. */
export function submeter(line: string, id: string, flow: string, share = 1): DeviceDescription {
  return { kind: 'submeter', line, id, channels: [register('elec_submeter_kwh', flow, share)] }
}

export function stack(line: string, chimney: Chimney): DeviceDescription {
  return { kind: 'stack', line, id: chimney.id, chimney }
}

/** Speaks when something changes. */
export function robot(line: string, of: Robot): DeviceDescription {
  return { kind: 'robot', line, id: of.id, robot: of }
}

/** Is asked, period by period. */
export function machine(line: string, of: Robot): DeviceDescription {
  return { kind: 'machine', line, id: of.id, robot: of }
}

/** Minutes from midnight of a time such as "08:30"; "24:00" and later lie on the next day. */
export function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}
