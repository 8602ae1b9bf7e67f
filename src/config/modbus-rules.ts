import { isFault } from '../decode/fault.js'
import { meterOf } from '../decode/modbus/meters.js'
import type { ModbusUnitOptions } from '../decode/modbus/options.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Contradictions of polled meters although every single setting is right. */
export function modbusContradictions(config: Config): ConfigFinding[] {
  const { connections } = config.modbus
  return connections.flatMap(({ id, units }, c) => {
    const at = (u: number, key: keyof ModbusUnitOptions): SettingPath => ['modbus', 'connections', c, 'units', u, key]
    const first = connections.findIndex((one) => one.id === id)
    const idPath = ['modbus', 'connections', c, 'id']
    const isTaken = `is already used at ${pathText(['modbus', 'connections', first, 'id'])}`
    return [
      ...(first === c ? [] : [findingAt(config, idPath, isTaken, 'give each connection an id of its own')]),
      ...units.flatMap((unit, u) => {
        const earlier = units.findIndex(({ unit_id }) => unit_id === unit.unit_id)
        const problem = `is already used at ${pathText(at(earlier, 'unit_id'))}`
        const twice =
          earlier === u ? [] : [findingAt(config, at(u, 'unit_id'), problem, 'a unit of a connection is one meter')]
        return [...twice, ...unreadable(config, unit, at(u, 'overrides'))]
      }),
    ]
  })
}

/** Overrides of what the profile does not have, or into what it cannot be. */
function unreadable(config: Config, unit: ModbusUnitOptions, path: SettingPath): ConfigFinding[] {
  const profile = config.modbus.profiles[unit.profile]
  if (profile === undefined) return []
  const metrics = profile.registers.map(({ metric }) => metric)
  const strangers = Object.keys(unit.overrides).filter((metric) => !metrics.includes(metric))
  const meter = meterOf(unit, config.modbus.profiles)
  return [
    ...strangers.map((metric) => {
      const meant = nearest(metric, metrics)
      const remedy = meant === undefined ? `it has ${metrics.join(', ')}` : `did you mean ${meant}?`
      return findingAt(config, [...path, metric], `is no metric of ${unit.profile}`, remedy)
    }),
    ...(isFault(meter) ? [findingAt(config, path, `cannot be: ${meter.detail}`, 'choose another metric')] : []),
  ]
}
