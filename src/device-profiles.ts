import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { ProfileFiles } from './config/modbus-profiles.js'
import { packageRoot } from './version.js'

/** The profiles that come with the program: `devices/{maker}/{model}.yaml`. Read each time, as they may be changed. */
export const bundledProfiles: ProfileFiles = profilesIn(join(packageRoot, 'devices'))

function profilesIn(folder: string): ProfileFiles {
  return {
    names: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => name.slice(0, -'.yaml'.length))
        .sort(),
    read: (name) => {
      const file = join(folder, `${name}.yaml`)
      try {
        return { file, content: parse(readFileSync(file, 'utf8')) }
      } catch (error) {
        return { file, problem: (error as Error).message }
      }
    },
  }
}
