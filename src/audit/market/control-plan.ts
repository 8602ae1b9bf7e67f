import { createHash } from 'node:crypto'
import type { ConfigVersion } from '../../base/plant.js'
import { compareText } from '../../base/text-order.js'
import { canonicalJson } from '../canonical.js'

/** Data-quality control plan of a plant: the part of its configuration that says how activity data come about, and its versions. */

/** Keys of a plant that belong to the plan; of `report` and devices those below. */
const PLANT_KEYS = [
  ...['name', 'timezone', 'grid_region', 'allowed_lateness_h', 'four_eyes', 'bill_tolerance_pct'],
  ...['factors', 'contracts', 'carbon', 'energy', 'virtual_meters', 'ets', 'lines'],
] as const
const REPORT_KEYS = [
  ...['organisation', 'credit_code', 'site', 'address', 'industry', 'responsible', 'verifier', 'consolidation'],
  ...['equity_pct', 'excluded', 'calibrations', 'substitution'],
] as const
const DEVICE_KEYS = [
  ...['id', 'line', 'role', 'counting_point', 'parent', 'energy_meter', 'effective_from', 'retired_from', 'stack'],
  'metrics',
] as const

/** One version of the plan, in force from its configuration on until that of the next. */
export interface ControlPlanVersion {
  /** Counted from 1. */
  readonly version: number
  /** From when on it is in force, epoch ms: the arrival of its configuration in the journal. */
  readonly fromMs: number
  /** SHA-256 of all settings of the gateway, by which the audit log names who changed them. */
  readonly configuration: string
  /** SHA-256 of the canonical JSON of the plan. */
  readonly sha256: string
  /** Differences from the version before, in the order of their paths; none in the first. */
  readonly changes: readonly ControlPlanChange[]
}

export interface ControlPlanChange {
  /** Such as `devices[main-1].metrics.elec_import_kwh.uncertainty_pct`. */
  readonly path: string
  /** JSON; null where it was not there. */
  readonly before: string | null
  /** JSON; null where it is there no more. */
  readonly after: string | null
}

type Fields = Readonly<Record<string, unknown>>

/** Versions of the plan of a plant: a new one whenever that part of the configuration says something else than before. */
export function controlPlanVersions(
  plant: string,
  configurations: readonly Pick<ConfigVersion, 'fromMs' | 'hash' | 'content'>[],
): readonly ControlPlanVersion[] {
  const versions: ControlPlanVersion[] = []
  let last = { text: '', leaves: new Map<string, string>() }
  for (const { fromMs, hash, content } of configurations) {
    const plan = planOf(plant, content)
    if (plan === null) continue
    const text = canonicalJson(plan) ?? ''
    if (last.text === text) continue
    const leaves = new Map(leavesOf(plan, ''))
    versions.push({
      version: versions.length + 1,
      fromMs,
      configuration: hash,
      sha256: createHash('sha256').update(text).digest('hex'),
      changes: versions.length === 0 ? [] : changesBetween(last.leaves, leaves),
    })
    last = { text, leaves }
  }
  return versions
}

/** The plan as a configuration has it; null when that does not name the plant. */
function planOf(id: string, content: string): Fields | null {
  const { plants = [] } = JSON.parse(content) as { plants?: readonly Fields[] }
  const plant = plants.find((one) => one.id === id)
  if (plant === undefined) return null
  const devices = (plant.devices ?? []) as readonly Fields[]
  return ordered({
    ...picked(plant, PLANT_KEYS),
    report: picked((plant.report ?? {}) as Fields, REPORT_KEYS),
    devices: devices.map((device) => picked(device, DEVICE_KEYS)),
  }) as Fields
}

/** The same with members of lists that have names in the order of these: another order of devices is no other plan. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(ordered)
    const names = namesOf(members)
    if (names === null) return members
    return members
      .map((one, i) => [names[i]!, one] as const)
      .sort(([a], [b]) => compareText(a, b))
      .map(([, one]) => one)
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ordered(inner)]))
}

function picked(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])))
}

/** Everything that is no list or group, by its path; members of a list are named by what they are called, else by their place. */
function* leavesOf(value: unknown, path: string): Generator<readonly [path: string, json: string]> {
  if (Array.isArray(value)) {
    for (const [name, inner] of named(value)) yield* leavesOf(inner, `${path}[${name}]`)
    return
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, path === '' ? key : `${path}.${key}`)
    return
  }
  yield [path, JSON.stringify(value)]
}

function named(list: readonly unknown[]): readonly (readonly [string, unknown])[] {
  const names = namesOf(list)
  return list.map((one, i) => [names?.[i] ?? String(i), one])
}

/** Names of the members of a list, when each has one of its own; else null. */
function namesOf(list: readonly unknown[]): readonly string[] | null {
  const names = list.flatMap((one) => (typeof one === 'object' && one !== null ? (nameOf(one as Fields) ?? []) : []))
  return names.length === list.length && new Set(names).size === names.length ? names : null
}

function nameOf({ id, device, stack }: Fields): string | null {
  const name = id ?? device ?? stack
  return typeof name === 'string' ? name : null
}

function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly ControlPlanChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareText)
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path) ?? null, after.get(path) ?? null]
    return old === now ? [] : [{ path, before: old, after: now }]
  })
}
