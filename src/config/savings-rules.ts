import { retentionOf } from '../archive/options.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

type Plant = Config['plants'][number]

/**
 * Claimed savings of which nothing would ever be known: a line or a device that is not there, and a temperature whose readings
 * are let go while the days of the baseline are the mean of them.
 */
export function savingsDoubts(config: Config): ConfigFinding[] {
  const { ageMs, bytes } = retentionOf(config.archive)
  const isKept = ageMs === null && bytes === null
  return config.plants.flatMap((plant, p) =>
    plant.savings.flatMap(({ line, meter, outputs = [], temperature }, s) => {
      const at: SettingPath = ['plants', p, 'savings', s]
      return [
        ...unknownLine(config, plant, line, [...at, 'line']),
        ...unknownDevice(config, plant, meter, [...at, 'meter']),
        ...outputs.flatMap((output, o) => [
          ...unknownLine(config, plant, output.line, [...at, 'outputs', o, 'line']),
          ...unknownDevice(config, plant, output.device, [...at, 'outputs', o, 'device']),
        ]),
        ...unknownDevice(config, plant, temperature?.device, [...at, 'temperature', 'device']),
        ...(temperature === undefined || isKept ? [] : [lettingGo(config, [...at, 'temperature', 'device'])]),
      ]
    }),
  )
}

function unknownLine(config: Config, plant: Plant, line: string | undefined, path: SettingPath): ConfigFinding[] {
  const lines = [...plant.lines.map(({ id }) => id), ...plant.devices.flatMap((device) => device.line ?? [])]
  if (line === undefined || lines.includes(line)) return []
  const meant = nearest(line, lines)
  const remedy = meant === undefined ? `add { id: ${line} } to the lines of ${plant.id}` : `did you mean ${meant}?`
  return [findingAt(config, path, `is not among the lines of ${plant.id}`, remedy)]
}

function unknownDevice(config: Config, plant: Plant, device: string | undefined, path: SettingPath): ConfigFinding[] {
  const devices = [...plant.devices, ...plant.virtual_meters].map(({ id }) => id)
  if (device === undefined || devices.includes(device)) return []
  const meant = nearest(device, devices)
  const remedy = meant === undefined ? `add { id: ${device} } to the devices of ${plant.id}` : `did you mean ${meant}?`
  return [findingAt(config, path, `is not among the devices of ${plant.id}`, remedy)]
}

function lettingGo(config: Config, path: SettingPath): ConfigFinding {
  const problem = 'measures a temperature whose readings archive.retention lets go: the saving is unknown from then on'
  return findingAt(config, path, problem, 'keep readings as long as the saving is claimed: archive.retention none')
}
