import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { profileId } from '../decode/profile/options.js'
import { nearest } from './did-you-mean.js'
import { type ConfigProblem, shownValue, valueAt } from './problems.js'
import { pathText, type SettingPath } from './shape.js'
import { codeOf, readYaml, type YamlFile } from './sources.js'

/** Far more than a profile needs: a larger file is something else. */
const FILE_BYTES_MAX = 256 * 1024

/** A section of the configuration that names profiles. */
export interface ProfilesSetting {
  /** Path under which profiles may be written in the configuration itself, and where the contents of their files are put. */
  readonly defined: SettingPath
  /** Gives the paths at which profiles are named in a configuration, unchecked. */
  names(tree: unknown): readonly SettingPath[]
}

/** Profiles of devices that send by themselves. */
export const USED_PROFILES: ProfilesSetting = {
  defined: ['profiles', 'defined'],
  names: (tree) => placesIn(tree, ['profiles', 'use']).map((path) => [...path, 'profile']),
}

/** Profiles of meters that are polled. */
export const REGISTER_MAPS: ProfilesSetting = {
  defined: ['modbus', 'profiles'],
  names: (tree) =>
    placesIn(tree, ['modbus', 'connections'])
      .flatMap((path) => placesIn(tree, [...path, 'units']))
      .map((path) => [...path, 'profile']),
}

/** The profiles that a configuration uses, out of their files. */
export interface UsedProfiles {
  /** By maker/model, unchecked. */
  readonly contents: Readonly<Record<string, unknown>>
  readonly problems: readonly ConfigProblem[]
  /** Files that were looked for: a change of one of these may change the configuration. */
  readonly files: readonly string[]
  /** File and line in which a path below `defined` stands; '' when in none of these files. */
  where(path: SettingPath): string
}

/**
 * Reads the profiles that a section names and that are not written in the configuration itself.
 *
 * @param tree the configuration, unchecked
 * @param folders where they are looked for, the first that has one
 */
export function readUsedProfiles(
  tree: unknown,
  folders: readonly string[],
  where: (path: SettingPath) => string,
  { defined, names }: ProfilesSetting,
): UsedProfiles {
  const contents: Record<string, unknown> = {}
  const problems: ConfigProblem[] = []
  const files: string[] = []
  const lines = new Map<string, (path: SettingPath) => string>()
  for (const path of names(tree)) {
    const id = profileId.safeParse(valueAt(tree, path)).data
    if (id === undefined || lines.has(id) || valueAt(tree, [...defined, id]) !== undefined) continue
    const candidates = folders.map((folder) => join(folder, `${id}.yaml`))
    files.push(...candidates)
    const file = candidates.find(isFile)
    if (file === undefined) {
      problems.push({
        ...unknownProfile(id, folders),
        path: pathText(path),
        where: where(path),
        value: shownValue(path, id),
      })
      continue
    }
    const read = readProfile(file)
    problems.push(...read.problems)
    if (read.problems.length > 0) continue
    contents[id] = read.tree
    lines.set(id, read.lineOf)
  }
  const whereIn = (path: SettingPath): string => {
    const isBelow = defined.every((key, index) => path[index] === key)
    const [id, ...rest] = path.slice(defined.length)
    return isBelow ? (lines.get(String(id))?.(rest) ?? '') : ''
  }
  return { contents, problems, files, where: whereIn }
}

/** The paths of the items of a list. */
function placesIn(tree: unknown, path: SettingPath): SettingPath[] {
  const items = valueAt(tree, path)
  return Array.isArray(items) ? items.map((_, index) => [...path, index]) : []
}

/** A profile's file as it stands, unchecked, or why it cannot be read. */
export function readProfile(file: string): YamlFile {
  try {
    const { size } = statSync(file)
    if (size > FILE_BYTES_MAX) return unreadable(file, `has ${size} bytes`, `give at most ${FILE_BYTES_MAX}`)
  } catch (error) {
    return unreadable(file, `cannot be read (${codeOf(error)})`, 'check the path and who may read it')
  }
  return readYaml(file)
}

function unreadable(file: string, problem: string, remedy: string): YamlFile {
  return { tree: {}, problems: [{ path: '', where: file, value: '', problem, remedy }], lineOf: () => '' }
}

/** All profiles of some folders, as maker/model. */
export function profilesIn(folders: readonly string[]): readonly string[] {
  const found = folders.flatMap((folder) =>
    entriesOf(folder).flatMap((maker) =>
      entriesOf(join(folder, maker)).flatMap((name) => {
        const id = `${maker}/${name.replace(/\.yaml$/, '')}`
        return name.endsWith('.yaml') && profileId.safeParse(id).success ? [id] : []
      }),
    ),
  )
  return [...new Set(found)].sort()
}

function unknownProfile(id: string, folders: readonly string[]): Pick<ConfigProblem, 'problem' | 'remedy'> {
  const meant = nearest(id, profilesIn(folders))
  const hint = meant === undefined ? '"greengauge profile list" lists those that are there' : `did you mean ${meant}?`
  return { problem: 'is no profile', remedy: `${hint} or write ${join(folders[0] ?? '', `${id}.yaml`)}` }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No folder, or a file beside the folders of makers: it has no profiles.
    return []
  }
}
