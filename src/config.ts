import { createHash } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { RegisteredDevice } from './access/registry.js'
import type { Finding } from './config/finding.js'
import { type ProfileFiles, readModbusProfiles } from './config/modbus-profiles.js'
import { type ConfigProblem, isSecret, problemsOf } from './config/problems.js'
import { contradictions, doubts } from './config/rules.js'
import { type Config, configSchema } from './config/schema.js'
import { type Path, pathText } from './config/shape.js'
import { type Gathered, gather, type Sources } from './config/sources.js'
import type { FactorLibrary } from './kpi/factors/table.js'
import { readRegistry } from './registry-file.js'

export { type ConfigProblem, formatProblem, refusal } from './config/problems.js'
export type { Config } from './config/schema.js'

export interface LoadedConfig {
  readonly config: Config
  /** SHA-256 of `content`, hex: two configurations with one hash mean the same. */
  readonly hash: string
  /** Devices that were registered by command, besides those of the configuration. */
  readonly registry: readonly RegisteredDevice[]
  /** All settings and the registry, defaults filled in, as JSON with sorted keys and without secrets: what the journal keeps. */
  readonly content: string
  /** Probable slips that do not stop the start. */
  readonly warnings: readonly ConfigProblem[]
  /** Files beside the configuration whose change may change it: those of its profiles, where they are and where they could be. */
  readonly files: readonly string[]
}

/** The folder of the profiles that come with the program. */
export const profilesFolder = join(packageRoot, 'devices')

/** Reads the settings from where they were read at the start: they may have changed since. */
export type LoadSettings = () => ReturnType<typeof loadConfig>

/**
 * The settings from file, environment and flags (the later over the earlier), or everything that is wrong with them,
 * all at once. `kpis` are the ids that targets may name; without them targets are not looked at.
 * `library` are the tables that own factors stand beside; without it those are not looked at. `profiles` are the device
 * profiles that are named; without them those are not read.
 */
export function loadConfig(
  sources: Sources & {
    readonly kpis?: readonly string[]
    readonly library?: FactorLibrary
    readonly profiles?: ProfileFiles
  },
): LoadedConfig | { readonly problems: readonly ConfigProblem[] } {
  const gathered = gather(sources)
  const profiles = readUsedProfiles(gathered.tree, profileFolders(gathered.tree, sources.file), gathered.where)
  const tree = withProfiles(gathered.tree, profiles.contents)
  const problems = [...gathered.problems, ...profiles.problems]
  const where = (path: Path) => profiles.where(path) || gathered.where(path)
  const placed = ({ path, ...rest }: Finding): ConfigProblem => ({ path: pathText(path), where: where(path), ...rest })

  const parsed = configSchema.safeParse(tree)
  const { config, findings } = withProfiles(parsed.data ?? soundSections(tree), sources.profiles)
  const wrong = [
    ...problems,
    ...problemsOf(parsed.error?.issues ?? [], tree, where),
    ...findings.map(placed),
    ...contradictions(config, sources.library).map(placed),
  ]
  if (wrong.length > 0) return { problems: wrong }
  const registry = readRegistry(config.data_dir)
  if ('problems' in registry) return registry

  const { devices } = registry
  const content = JSON.stringify(canonical({ ...config, ...(devices.length > 0 && { registry: devices }) }, []))
  const hash = createHash('sha256').update(content).digest('hex')
  return { config, registry: devices, hash, content, warnings: doubts(config, sources.kpis).map(placed) }
}

/** JSON Schema of `greengauge.yaml`, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
}

/** The settings with the contents of the profiles that they name: what decoding depends on is kept with them. */
function withProfiles(config: Config, files: ProfileFiles | undefined) {
  if (files === undefined) return { config, findings: [] }
  const { profiles, findings } = readModbusProfiles(config.modbus, files)
  return { config: { ...config, modbus: { ...config.modbus, profiles } }, findings }
}

/** The sections that are right, and the defaults of the others: so that one slip does not hide a contradiction. */
function soundSections(tree: Readonly<Record<string, unknown>>): Config {
  const entries = Object.entries(configSchema.shape).map(([name, schema]) => {
    return [name, schema.safeParse(tree[name]).data ?? schema.parse(undefined)]
  })
  return Object.fromEntries(entries)
}

/** The same value with the keys of every map in one order and the secrets left out. */
function canonical(value: unknown, path: Path): unknown {
  if (isSecret(path)) return '(secret)'
  if (Array.isArray(value)) return value.map((item, index) => canonical(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, inner]) => [key, canonical(inner, [...path, key])]))
}
