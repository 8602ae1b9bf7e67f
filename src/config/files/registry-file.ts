import { join } from 'node:path'
import { type RegisteredDevice, registryOptions } from '../../access/registry.js'
import { filterProblem } from '../../intake/topic-filter.js'
import type { ConfigProblem } from '../problems.js'
import { readList, writeList } from './list-file.js'

/** `devices.json` in the data directory: written by `greengauge device`, read with the configuration. */

export function registryFile(dataDir: string): string {
  return join(dataDir, 'devices.json')
}

export type Registry =
  | { readonly devices: readonly RegisteredDevice[] }
  | { readonly problems: readonly ConfigProblem[] }

const REMEDY = 'mend the file, or put it aside and register the devices again (greengauge device add)'

/** No file is an empty registry. */
export function readRegistry(dataDir: string): Registry {
  const read = readList({ file: registryFile(dataDir), dataDir }, registryOptions, REMEDY, (devices) =>
    devices.flatMap(({ topics }, i) =>
      topics.flatMap((topic) => {
        const problem = filterProblem(topic)
        return problem === null ? [] : [{ path: `${i}.topics`, problem }]
      }),
    ),
  )
  return 'problems' in read ? read : { devices: read.items }
}

/** Whole or not at all. */
export function writeRegistry(dataDir: string, devices: readonly RegisteredDevice[]): void {
  writeList({ file: registryFile(dataDir), dataDir }, devices)
}
