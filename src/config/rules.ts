import type { FactorLibrary } from '../kpi/factors/table.js'
import { storeNameOf } from '../stores/options.js'
import { kindOf } from '../stores/registry.js'
import { openListeners } from './auth-rules.js'
import { authorityContradictions, authorityDoubts } from './authority-rules.js'
import { brokerContradictions, brokerDoubts } from './broker-rules.js'
import { carbonContradictions, carbonDoubts } from './carbon-rules.js'
import { clusterContradictions, clusterDoubts } from './cluster-rules.js'
import { nearest } from './did-you-mean.js'
import { enpiContradictions } from './enpi-rules.js'
import { factorContradictions, factorDoubts } from './factor-rules.js'
import { type ComputedFigure, figureDoubts } from './figure-doubts.js'
import type { ConfigFinding } from './finding.js'
import { flexibilityContradictions } from './flexibility-rules.js'
import { forwardDoubts } from './forward-rules.js'
import { hj212Contradictions } from './hj212-rules.js'
import { limitContradictions, limitDoubts } from './limit-rules.js'
import { meterContradictions, meterDoubts } from './meter-rules.js'
import { modbusContradictions } from './modbus-rules.js'
import { moveContradictions, moveDoubts } from './move-rules.js'
import { nameDoubts } from './name-doubts.js'
import { notifyContradictions, notifyDoubts } from './notify-rules.js'
import { oidcContradictions, oidcDoubts } from './oidc-rules.js'
import { opcuaContradictions, opcuaDoubts } from './opcua-rules.js'
import { plantDoubts, zoneDoubts } from './plant-doubts.js'
import { shownValue, valueAt } from './problems.js'
import { profileContradictions, profileDoubts } from './profile-rules.js'
import { qualityContradictions, qualityDoubts } from './quality-rules.js'
import { reportContradictions, reportDoubts } from './report-rules.js'
import { resultsContradictions, resultsDoubts } from './results-rules.js'
import { savingsDoubts } from './savings-rules.js'
import { scheduleContradictions } from './schedule-rules.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'
import { shiftDoubts } from './shift-doubts.js'
import { tariffContradictions, tariffDoubts } from './tariff-rules.js'
import { tlsContradictions, tlsDoubts } from './tls-rules.js'
import { givenTwice } from './twofold.js'

/** Contradictions although every single setting is right: the gateway does not start. Without `library` own factors are not looked at. */
export function contradictions(config: Config, library?: () => FactorLibrary): ConfigFinding[] {
  return [
    ...repeatedIds(config),
    ...repeatedStores(config),
    ...twofoldSecrets(config),
    ...openListeners(config),
    ...oidcContradictions(config),
    ...tlsContradictions(config),
    ...sharedPorts(config),
    ...closedDoors(config),
    ...brokerContradictions(config),
    ...factorContradictions(config, library),
    ...limitContradictions(config),
    ...carbonContradictions(config),
    ...qualityContradictions(config),
    ...meterContradictions(config),
    ...moveContradictions(config),
    ...modbusContradictions(config),
    ...opcuaContradictions(config),
    ...tariffContradictions(config),
    ...flexibilityContradictions(config),
    ...notifyContradictions(config),
    ...authorityContradictions(config),
    ...enpiContradictions(config),
    ...hj212Contradictions(config),
    ...reportContradictions(config),
    ...scheduleContradictions(config),
    ...profileContradictions(config),
    ...resultsContradictions(config),
    ...clusterContradictions(config),
  ]
}

/**
 * Findings that are most probably slips, but harm nothing else: the gateway starts and says so. Without `kpis` targets and
 * alarms are not looked at.
 */
export function doubts(config: Config, kpis?: readonly ComputedFigure[]): ConfigFinding[] {
  return [
    ...unlistedLines(config),
    ...shiftDoubts(config),
    ...nameDoubts(config),
    ...tlsDoubts(config),
    ...oidcDoubts(config),
    ...factorDoubts(config),
    ...limitDoubts(config),
    ...carbonDoubts(config),
    ...qualityDoubts(config),
    ...meterDoubts(config),
    ...moveDoubts(config),
    ...(kpis === undefined ? [] : figureDoubts(config, kpis)),
    ...tariffDoubts(config),
    ...notifyDoubts(config),
    ...authorityDoubts(config),
    ...plantDoubts(config),
    ...opcuaDoubts(config),
    ...zoneDoubts(config),
    ...reportDoubts(config),
    ...savingsDoubts(config),
    ...brokerDoubts(config),
    ...profileDoubts(config),
    ...resultsDoubts(config, kpis),
    ...clusterDoubts(config),
    ...forwardDoubts(config),
  ]
}

function repeatedIds(config: Config): ConfigFinding[] {
  const plants = repeats(config.plants, (index) => ['plants', index, 'id'], 'plant ids are unique')
  const inside = config.plants.flatMap((plant, p) => [
    ...repeats(
      plant.alarms,
      (index) => ['plants', p, 'alarms', index, 'id'],
      `rule ids are unique in plant ${plant.id}`,
    ),
    ...repeats(plant.lines, (index) => ['plants', p, 'lines', index, 'id'], `line ids are unique in plant ${plant.id}`),
    ...repeats(
      plant.savings,
      (index) => ['plants', p, 'savings', index, 'id'],
      `ids of claimed savings are unique in plant ${plant.id}`,
    ),
    ...repeats(
      plant.devices,
      (index) => ['plants', p, 'devices', index, 'id'],
      `device ids are unique in plant ${plant.id}, across its lines`,
    ),
  ])
  const channels = repeats(config.notify.channels, (i) => ['notify', 'channels', i, 'id'], 'channel ids are unique')
  const brokers = repeats(config.brokers, (i) => ['brokers', i, 'id'], 'broker ids are unique')
  const webhooks = repeats(config.results.webhooks, (i) => ['results', 'webhooks', i, 'id'], 'webhook ids are unique')
  return [...plants, ...inside, ...channels, ...brokers, ...webhooks]
}

/** Stores of one name: that is what a store is called in metrics, on pages, and in what is kept of it. */
function repeatedStores({ store }: Config): ConfigFinding[] {
  const names = store.map((one) => ({ id: storeNameOf(one) }))
  return repeats(names, (index) => ['store', index], 'each store is there once, under a name of its own').map(
    (finding) => ({
      ...finding,
      remedy: 'give one of the two a name of its own: name: central',
    }),
  )
}

function twofoldSecrets({ store }: Config): ConfigFinding[] {
  return store.flatMap((one, index) => {
    return one.type === 'duckdb' ? [] : givenTwice(one, ['store', index], kindOf(one.type).secret)
  })
}

function repeats(
  items: readonly { id: string }[],
  pathOf: (index: number) => SettingPath,
  rule: string,
): ConfigFinding[] {
  const first = new Map<string, number>()
  return items.flatMap(({ id }, index) => {
    const earlier = first.get(id)
    if (earlier === undefined) {
      first.set(id, index)
      return []
    }
    const path = pathOf(index)
    const remedy = `${rule}: rename one of the two`
    return [{ path, value: shownValue(path, id), problem: `is already used at ${pathText(pathOf(earlier))}`, remedy }]
  })
}

function sharedPorts(config: Config): ConfigFinding[] {
  const mqtt: readonly SettingPath[] = [
    ['mqtt', 'port'],
    ['mqtt', 'ws_port'],
    ['mqtt', 'tls', 'port'],
    ['mqtt', 'tls', 'ws_port'],
  ]
  const listeners: readonly SettingPath[] = [...(config.mqtt.enabled ? mqtt : []), ['hj212', 'port'], ['http', 'port']]
  const taken = new Map<number, SettingPath>()
  return listeners.flatMap((path) => {
    const port = valueAt(config, path)
    // Port 0 asks the system for any free one.
    if (typeof port !== 'number' || port === 0) return []
    const earlier = taken.get(port)
    if (earlier === undefined) {
      taken.set(port, path)
      return []
    }
    const remedy = 'give each listener a port of its own'
    return [{ path, value: String(port), problem: `is the port of ${pathText(earlier)} too`, remedy }]
  })
}

/** Nothing could ever come in. */
function closedDoors({ mqtt, brokers, hj212, modbus, opcua, journal }: Config): ConfigFinding[] {
  const isAsking = modbus.connections.length + opcua.servers.length > 0
  const isOpen = mqtt.enabled || brokers.length > 0 || hj212.port !== null || isAsking
  if (isOpen || journal.type === 'jetstream') return []
  const problem = 'closes the only door that messages could come in by'
  const remedy =
    'set it to true, or configure another ingress: brokers, hj212.port, modbus.connections or opcua.servers'
  return [{ path: ['mqtt', 'enabled'], value: 'false', problem, remedy }]
}

function unlistedLines(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const lines = plant.lines.map((line) => line.id)
    return plant.devices.flatMap((device, d) => {
      if (device.line === undefined || lines.includes(device.line)) return []
      const path = ['plants', p, 'devices', d, 'line']
      const meant = nearest(device.line, lines)
      const remedy =
        meant === undefined ? `add { id: ${device.line} } to the lines of ${plant.id}` : `did you mean ${meant}?`
      return [{ path, value: shownValue(path, device.line), problem: `is not among the lines of ${plant.id}`, remedy }]
    })
  })
}
