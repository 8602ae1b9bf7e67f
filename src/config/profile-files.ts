import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { profileId } from '../decode/profile/options.js'
import { nearest } from './did-you-mean.js'
import type { ConfigProblem } from './problems.js'
import { codeOf, readYaml, type YamlFile } from './sources.js'

/** Far more than a profile needs: a larger file is something else. */
const FILE_BYTES_MAX = 256 * 1024

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

/** Problem and remedy of a name that no profile has. */
export function unknownProfile(id: string, folders: readonly string[]): Pick<ConfigProblem, 'problem' | 'remedy'> {
  const meant = nearest(id, profilesIn(folders))
  const hint = meant === undefined ? '"greengauge profile list" lists those that are there' : `did you mean ${meant}?`
  return { problem: 'is no profile', remedy: `${hint} or write ${join(folders[0] ?? '', `${id}.yaml`)}` }
}

export function isFile(path: string): boolean {
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
