import { createHash } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Credential } from '../access/credentials.js'
import type { Account } from '../access/people.js'
import type { RegisteredDevice } from '../access/registry.js'
import { SECRET_MARK } from '../base/secret-settings.js'
import { DECODING_EDITION } from '../decode/decode.js'
import type { FactorLibrary } from '../kpi/factors/table.js'
import { packageRoot } from '../program/version.js'
import type { ComputedFigure } from './figure-doubts.js'
import { credentialsPath } from './files/credentials-file.js'
import { type Lists, readLists } from './files/lists.js'
import { peopleFileOf } from './files/people-file.js'
import { registryFile } from './files/registry-file.js'
import type { ConfigFinding } from './finding.js'
import { dataDirOf } from './place.js'
import { type ConfigProblem, isSecret, problemsOf, valueAt } from './problems.js'
import { contradictions, doubts } from './rules.js'
import { type Config, configSchema } from './schema.js'
import { ownFilesAsSecrets } from './secret-file-rules.js'
import { pathText, type SettingPath } from './shape.js'
import { type GatheredSettings, gather, type Sources } from './sources.js'
import { type ProfilesSetting, REGISTER_MAPS, readUsedProfiles, USED_PROFILES } from './used-profiles.js'

export { type ConfigProblem, formatProblem, problemsText } from './problems.js'
export type { Config } from './schema.js'

export interface LoadedConfig {
  readonly config: Config
  /** SHA-256 of `content`, hex: two configurations with one hash mean the same. */
  readonly hash: string
  /** Devices that were registered by command, besides those of the configuration. */
  readonly registry: readonly RegisteredDevice[]
  /** Accounts of people. */
  readonly people: readonly Account[]
  /** Credentials that MQTT clients prove themselves by; neither in `hash` nor in `content`. */
  readonly credentials: readonly Credential[]
  /** All settings and the registry, defaults filled in, as JSON with sorted keys and without secrets: what the journal keeps. */
  readonly content: string
  /** Probable slips that do not stop the start. */
  readonly warnings: readonly ConfigProblem[]
  /** `data_dir` as it is written, or its default. */
  readonly dataDirText: string
  /** Lists in the data directory that cannot be read: those that were last taken over stand in for them. */
  readonly unread: readonly ConfigProblem[]
  /**
   * Files beside the configuration whose change may change it: those of its profiles, where they are and where they could be,
   * the registry, the accounts, and the credentials.
   */
  readonly files: readonly string[]
  /** The configuration file itself; undefined, or absent, where there is none. */
  readonly file?: string | undefined
  /** The variable or flag that goes over the file, by the dotted path of its setting. */
  readonly overridden?: ReadonlyMap<string, string>
}

/** The folder of the profiles that come with the program. */
export const profilesFolder = join(packageRoot, 'devices')

/**
 * Reads the settings from where they were read at the start: they may have changed since. A gateway says what stands in for
 * lists that cannot be read; see `readLists`. `text` is taken in place of what the configuration file holds.
 */
export type LoadSettings = (last?: Lists | 'kept', text?: string) => ReturnType<typeof loadConfig>

/**
 * The settings from file, environment and flags (the later over the earlier), or everything that is wrong with them,
 * all at once. `kpis` are those that targets and alarms may be of; without them targets are not looked at.
 * `library` are the tables that own factors stand beside; without it those are not looked at.
 */
export function loadConfig(
  sources: Sources & {
    readonly kpis?: readonly ComputedFigure[]
    readonly library?: () => FactorLibrary
    readonly last?: Lists | 'kept' | undefined
  },
): LoadedConfig | { readonly problems: readonly ConfigProblem[] } {
  const gathered = gather(sources)
  const folders = profileFolders(gathered.tree, sources.file)
  const read = [USED_PROFILES, REGISTER_MAPS].map((section) => {
    return { section, ...readUsedProfiles(gathered.tree, folders, gathered.where, section) }
  })
  const tree = read.reduce((filled, { section, contents }) => withProfiles(filled, section, contents), gathered.tree)
  const problems = [...gathered.problems, ...read.flatMap((one) => one.problems)]
  const where = (path: SettingPath) =>
    read.map((one) => one.where(path)).find((place) => place !== '') ?? gathered.where(path)
  const placed = ({ path, ...rest }: ConfigFinding): ConfigProblem => ({
    path: pathText(path),
    where: where(path),
    ...rest,
  })

  const parsed = configSchema.safeParse(tree)
  const config = parsed.data ?? soundSections(tree)
  const wrong = [
    ...problems,
    ...markedSecrets(gathered.tree, []).map(placed),
    ...problemsOf(parsed.error?.issues ?? [], tree, where),
    ...contradictions(config, sources.library).map(placed),
  ]
  if (wrong.length > 0) return { problems: wrong }
  const dataDir = dataDirOf({ ...givenDataDir(gathered, config.data_dir), file: sources.file })
  const exposed = ownFilesAsSecrets(config, dataDir, sources.file)
  if (exposed.length > 0) return { problems: exposed.map(placed) }
  const lists = readLists(dataDir, sources.last)
  if ('problems' in lists) return lists

  return {
    config: { ...config, data_dir: dataDir },
    dataDirText: config.data_dir,
    ...lists,
    // The path stays as it is written, because the same settings are the same wherever they stand.
    ...configTextOf(config, lists.registry),
    warnings: doubts(config, sources.kpis).map(placed),
    files: [
      ...read.flatMap(({ files }) => files),
      registryFile(dataDir),
      peopleFileOf(dataDir),
      credentialsPath(dataDir),
    ],
    file: sources.file,
    overridden: gathered.overridden,
  }
}

/** A text that the gateway has shown has marks where the secrets are: put into the file by hand, they would be the passwords. */
function markedSecrets(value: unknown, path: SettingPath): readonly ConfigFinding[] {
  if (typeof value === 'object' && value !== null) {
    const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    return inner.flatMap(([key, one]) => markedSecrets(one, [...path, key]))
  }
  if (value !== SECRET_MARK || !isSecret(path)) return []
  const problem = 'is the mark that stands for a secret where one is shown'
  return [{ path, value: SECRET_MARK, problem, remedy: 'write the secret itself there' }]
}

function givenDataDir({ tree, overridden }: GatheredSettings, dir: string) {
  const by = overridden.has('data_dir') ? 'elsewhere' : tree.data_dir === undefined ? 'nobody' : 'file'
  return { dir, by } as const
}

/** Settings and registered devices as the journal keeps them. */
export function configTextOf(
  config: Config,
  devices: readonly RegisteredDevice[],
): Pick<LoadedConfig, 'hash' | 'content'> {
  const kept = {
    ...withoutCases(config),
    ...(devices.length > 0 && { registry: devices }),
    decoding: DECODING_EDITION,
  }
  const content = JSON.stringify(canonical(kept, []))
  return { hash: createHash('sha256').update(content).digest('hex'), content }
}

/** Own profiles first. The folder is seen from the configuration file, or from the working directory without one. */
export function profileFolders(tree: unknown, file: string | undefined): readonly string[] {
  const dir = valueAt(tree, ['profiles', 'dir'])
  const own = typeof dir === 'string' ? [resolve(file === undefined ? '.' : dirname(file), dir)] : []
  return [...own, profilesFolder]
}

/** The tree with profiles that stand in files written where others stand in the configuration. */
function withProfiles(
  tree: GatheredSettings['tree'],
  { defined }: ProfilesSetting,
  contents: Readonly<Record<string, unknown>>,
): GatheredSettings['tree'] {
  if (Object.keys(contents).length === 0) return tree
  const put = (below: unknown, [key, ...rest]: SettingPath): Record<string, unknown> => {
    if (key === undefined) return { ...(below as object), ...contents }
    const inner = valueAt(below, [key])
    return { ...(below as object), [key]: put(inner, rest) }
  }
  return put(tree, defined)
}

/** The part of a configuration that decodes: the examples of profiles say nothing else, and are long. */
function withoutCases(config: Config): Config {
  const { defined } = config.profiles
  const short = Object.entries(defined).map(([id, { notes: _, ...profile }]) => [id, { ...profile, cases: [] }])
  return { ...config, profiles: { ...config.profiles, defined: Object.fromEntries(short) } }
}

/** JSON Schema of `greengauge.yaml`, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
}

/** The sections that are right, and the defaults of the others: so that one slip does not hide a contradiction. */
function soundSections(tree: Readonly<Record<string, unknown>>): Config {
  const entries = Object.entries(configSchema.shape).map(([name, schema]) => {
    return [name, schema.safeParse(tree[name]).data ?? schema.parse(undefined)]
  })
  return Object.fromEntries(entries)
}

/** The same value with the keys of every map in one order and the secrets left out. */
function canonical(value: unknown, path: SettingPath): unknown {
  if (isSecret(path)) return SECRET_MARK
  if (Array.isArray(value)) return value.map((item, index) => canonical(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, inner]) => [key, canonical(inner, [...path, key])]))
}
