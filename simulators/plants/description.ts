import type { Characteristic } from '../devices/gauge.js'
import type { Logbook } from '../devices/logbook.js'
import { type Channel, register, type Standstill } from '../devices/meter.js'
import type { Chimney } from '../physics/flue-gas.js'
import type { PlantModel } from '../physics/plant.js'
import type { Robot } from '../physics/robot-day.js'

/** Device that stands in a plant, before it has a seed. */
export type DeviceDescription = { readonly line: string; readonly id: string } & (
  | { readonly kind: 'meter' | 'submeter'; readonly channels: readonly Channel[]; readonly standstill?: Standstill }
  | { readonly kind: 'stack'; readonly chimney: Chimney }
  | { readonly kind: 'robot' | 'machine'; readonly robot: Robot; readonly checks?: string }
  | { readonly kind: 'gauge'; readonly machine: Robot; readonly of: Characteristic }
  | { readonly kind: 'logbook'; readonly book: Logbook }
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

/** The meter of one machine. */
export function machineMeter(line: string, { id }: Robot): DeviceDescription {
  return meter(line, `meter-${id}`, [register('elec_submeter_kwh', id)])
}

/** Speaks when something changes; with `checks`, each first piece of a cycle is tested, in a step of that name. */
export function robot(line: string, of: Robot, checks?: string): DeviceDescription {
  return { kind: 'robot', line, id: of.id, robot: of, ...(checks === undefined ? {} : { checks }) }
}

/** Measures pieces of a machine. */
export function gauge(line: string, id: string, machine: Robot, of: Characteristic): DeviceDescription {
  return { kind: 'gauge', line, id, machine, of }
}

export function logbook(line: string, id: string, book: Logbook): DeviceDescription {
  return { kind: 'logbook', line, id, book }
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
