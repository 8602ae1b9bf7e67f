import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** The settings that a running gateway can change, as the beginnings of their paths. All others wait for its next start. */
const CHANGED_WHILE_RUNNING: readonly string[] = [
  'plants',
  'limits',
  'profiles',
  'notify',
  'store',
  'reports.schedules',
  'hj212.stations',
  'sparkplug.groups',
  'sparkplug.metrics',
  'sparkplug.nodes',
  'sparkplug.reorder_timeout_s',
  'sparkplug.rebirth_requests',
  'modbus',
  'opcua',
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

/** Paths, among those of changed settings, that take effect with the next start. */
export function waitingForRestart(changed: readonly string[]): readonly string[] {
  return changed.filter(
    (path) =>
      !CHANGED_WHILE_RUNNING.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`)),
  )
}

/**
 * The paths that differ between two configurations, also in lists whose elements have an id: `plants[suzhou-1].factors`, and
 * `[own.grid.2026]` behind it.
 */
export function changedPaths(before: unknown, after: unknown, path = ''): readonly string[] {
  const [old, now] = [partsOf(before), partsOf(after)]
  if (old === null || now === null) return JSON.stringify(before) === JSON.stringify(after) ? [] : [path]
  const keys = [...new Set([...old.keys(), ...now.keys()])]
  return keys.flatMap((key) => {
    const below = key.startsWith('[') || path === '' ? `${path}${key}` : `${path}.${key}`
    return changedPaths(old.get(key), now.get(key), below)
  })
}

/** Members of a map, and of a list by `[id]`; null for what is compared as a whole. */
function partsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (isMap(value)) return new Map(Object.entries(value))
  if (!Array.isArray(value) || value.length === 0) return null
  const ids = value.map((one) => (isMap(one) && typeof one.id === 'string' ? `[${one.id}]` : ''))
  return ids.includes('') || new Set(ids).size < ids.length ? null : new Map(value.map((one, i) => [ids[i]!, one]))
}

function differences(before: unknown, after: unknown, path: SettingPath): string[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [pathText(path)]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
