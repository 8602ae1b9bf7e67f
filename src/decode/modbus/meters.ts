import { modbusTopic, type PollPlan, type RegisterBlock } from '../../base/modbus.js'
import type { DevicePath } from '../../base/topic.js'
import { type MetricTarget, metricTargetOf } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { blocksOf } from './blocks.js'
import type { ModbusOptions, ModbusUnitOptions } from './options.js'
import { REGISTER_TYPES, type RegisterType, type WordOrder } from './words.js'

/** A value that is looked for in what was read of a meter. */
export interface MeterValue {
  readonly span: RegisterBlock
  readonly type: RegisterType
  readonly order: WordOrder
  /** The value is what the register holds · factor / divisor. */
  readonly factor: number
  readonly divisor: number
  /** Hex digits, small, high first. */
  readonly notAvailable: ReadonlySet<string>
  readonly target: MetricTarget
}

export interface Meter {
  readonly path: DevicePath
  readonly values: readonly MeterValue[]
}

/** The meters of a configuration by the topics of their messages, or why one of them cannot be read. */
export function metersOf({ connections, profiles }: ModbusOptions): ReadonlyMap<string, Meter | Fault> {
  const met = connections.flatMap(({ id, units }) =>
    units.map((unit): [string, Meter | Fault] => [modbusTopic(id, unit.unit_id), meterOf(unit, profiles)]),
  )
  return new Map(met)
}

/** Plans of the poller, one for each connection. A unit without a profile, or of which nothing is to be read, is not polled. */
export function pollPlansOf({ connections, profiles }: ModbusOptions): PollPlan[] {
  return connections.map(({ id, host, port, every_s, timeout_s, units }) => ({
    id,
    host,
    port,
    everyMs: every_s * 1000,
    timeoutMs: timeout_s * 1000,
    units: units.flatMap((unit) => {
      const meter = meterOf(unit, profiles)
      const profile = profiles[unit.profile]
      if (profile === undefined || isFault(meter) || meter.values.length === 0) return []
      const bounds = { gapMax: profile.gap_max, blockMax: profile.block_max }
      const spans = meter.values.map(({ span }) => span)
      return [{ unitId: unit.unit_id, blocks: blocksOf(spans, bounds) }]
    }),
  }))
}

/** A meter by its profile and what it has otherwise, or why it cannot be read. */
export function meterOf(unit: ModbusUnitOptions, profiles: ModbusOptions['profiles']): Meter | Fault {
  const { plant, line, device } = unit
  const path = { plant, line, device }
  const profile = profiles[unit.profile]
  if (profile === undefined) return fault('bad_profile', `there is no Modbus profile ${unit.profile}`)
  const values: MeterValue[] = []
  for (const register of profile.registers) {
    const own = unit.overrides[register.metric]
    if (own?.skip === true) continue
    const target = metricTargetOf(path, register.class, own?.metric ?? register.metric, register.unit)
    if (isFault(target)) return target
    values.push({
      span: { fc: register.function, address: register.address, count: REGISTER_TYPES[register.type] },
      type: register.type,
      order: own?.word_order ?? unit.word_order ?? register.word_order ?? profile.word_order,
      ...scaleOf(own?.factor ?? register.factor),
      notAvailable: new Set(register.not_available.map((hex) => hex.slice(2).toLowerCase())),
      target,
    })
  }
  return { path, values }
}

/** A tenth divides by ten: 0.1 is no binary fraction, and what is multiplied by it is no decimal any more. */
function scaleOf(factor: number): Pick<MeterValue, 'factor' | 'divisor'> {
  const divisor = Math.round(1 / factor)
  return divisor > 1 && 1 / divisor === factor ? { factor: 1, divisor } : { factor, divisor: 1 }
}
