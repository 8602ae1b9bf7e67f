import { join } from 'node:path'
import { profileId } from '../decode/profile/options.js'
import { type ConfigProblem, shownValue } from './problems.js'
import { isFile, readProfile, unknownProfile } from './profile-files.js'
import { mergedProfile } from './profile-merge.js'
import type { YamlFile } from './sources.js'

/** A chain of profiles that extend each other is no longer than this. */
const CHAIN_MAX = 8

/** A profile as it was read, with the names that it needs to find what it extends. */
export interface ReadProfile {
  readonly id: string
  /** Place in `folders` of the folder that it stands in; -1 for one that is written in the configuration itself. */
  readonly folder: number
  readonly read: YamlFile
}

/** Places where profiles are looked for. */
export interface ProfilePlaces {
  readonly folders: readonly string[]
  /** A profile that is written in the configuration itself; undefined when it is not. */
  defined(id: string): YamlFile | undefined
}

/**
 * A profile with all that it takes over from those that it extends, or what is wrong with that. One that has the name of
 * another which stands in a later folder may extend that: so does an own one with the one that comes with the program.
 */
export function wholeProfile(
  { id, folder, read }: ReadProfile,
  places: ProfilePlaces,
  files: string[] = [],
  chain: readonly string[] = [],
): YamlFile {
  const name = read.tree.extends
  if (name === undefined || read.problems.length > 0) return read
  const failed = (problem: string, remedy: string): YamlFile => {
    const value = shownValue(['extends'], name)
    const found: ConfigProblem = { path: 'extends', where: read.lineOf(['extends']), value, problem, remedy }
    return { ...read, problems: [found] }
  }
  const base = profileId.safeParse(name).data
  if (base === undefined) return failed('is no name of a profile', 'write maker/model, as its file is called')
  const path = [...chain, nameOf(id, folder)]
  const found = findBase(base, id, folder, places, files)
  if (found === null) {
    const { problem, remedy } = unknownProfile(base, places.folders)
    return failed(base === id ? 'is the profile itself, and no later folder has another' : problem, remedy)
  }
  if (path.includes(nameOf(base, found.folder))) {
    const round = [...path.map((one) => one.split(' ')[0]), base].join(' extends ')
    return failed(`goes round in a circle: ${round}`, 'let one of them say everything itself')
  }
  if (path.length >= CHAIN_MAX)
    return failed(`is one of more than ${CHAIN_MAX} in a row`, 'extend one nearer to the end')
  const whole = wholeProfile(found, places, files, path)
  if (whole.problems.length > 0) return whole
  if (whole.tree.protocol !== undefined) {
    return failed('is a map of registers', 'extend one of a device that sends by itself')
  }
  return mergedProfile(whole, read)
}

function findBase(
  base: string,
  id: string,
  folder: number,
  { folders, defined }: ProfilePlaces,
  files: string[],
): ReadProfile | null {
  const written = base === id ? undefined : defined(base)
  if (written !== undefined) return { id: base, folder: -1, read: written }
  for (let index = base === id ? folder + 1 : 0; index < folders.length; index++) {
    const file = join(folders[index]!, `${base}.yaml`)
    files.push(file)
    if (isFile(file)) return { id: base, folder: index, read: readProfile(file) }
  }
  return null
}

function nameOf(id: string, folder: number): string {
  return `${id} ${folder}`
}
