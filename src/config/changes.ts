import type { Config } from './schema.js'
import { type Path, pathText } from './shape.js'

/** The settings that a running gateway can change, as the beginnings of their paths. All others wait for its next start. */
const CHANGED_WHILE_RUNNING: readonly string[] = [
  'plants',
  'profiles',
  'hj212.stations',
  'sparkplug.groups',
  'sparkplug.metrics',
  'sparkplug.nodes',
  'sparkplug.reorder_timeout_s',
  'sparkplug.rebirth_requests',
  'modbus',
  'mqtt.acl',
  'mqtt.tls.cert_file',
  'mqtt.tls.key_file',
  'mqtt.tls.client_ca_file',
  'http.tls.cert_file',
  'http.tls.key_file',
  'auth.devices',
  'log.level',
]

/** The paths of the settings that differ between two configurations; a list counts as one setting. */
export function changedSettings(before: Config, after: Config): readonly string[] {
  return differences(before, after, [])
}

/** Those of some changed settings that take effect with the next start. */
export function waitingForRestart(changed: readonly string[]): readonly string[] {
  return changed.filter((path) => !CHANGED_WHILE_RUNNING.some((one) => path === one || path.startsWith(`${one}.`)))
}

function differences(before: unknown, after: unknown, path: Path): string[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [pathText(path)]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
