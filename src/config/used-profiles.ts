import { join } from 'node:path'
import { profileId } from '../decode/profile/options.js'
import { type ConfigProblem, shownValue, valueAt } from './problems.js'
import { wholeProfile } from './profile-bases.js'
import { isFile, readProfile, unknownProfile } from './profile-files.js'
import { pathText, type SettingPath } from './shape.js'
import type { YamlFile } from './sources.js'

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
  const definedTree = (id: string) => {
    const written = valueAt(tree, [...defined, id])
    if (typeof written !== 'object' || written === null) return undefined
    const lineOf = (path: SettingPath) => where([...defined, id, ...path])
    return { tree: written as Record<string, unknown>, problems: [], lineOf }
  }
  const take = (id: string, folder: number, read: YamlFile): void => {
    const whole = wholeProfile({ id, folder, read }, { folders, defined: definedTree }, files)
    for (const { path, ...rest } of whole.problems) {
      problems.push({ path: path === '' ? '' : pathText([...defined, id, path]), ...rest })
    }
    if (whole.problems.length > 0) return
    contents[id] = whole.tree
    lines.set(id, whole.lineOf)
  }
  for (const id of Object.keys((valueAt(tree, defined) as object | undefined) ?? {})) {
    const read = definedTree(id)
    if (read?.tree.extends !== undefined) take(id, -1, read)
  }
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
    take(id, candidates.indexOf(file), readProfile(file))
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
