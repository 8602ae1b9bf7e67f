import { realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import { FIRST_CONFIG } from './place.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** Parts of the data directory that hold keys, accounts and secrets of the gateway itself. */
const OWN = ['access', 'configurations', 'ledger', 'opcua', 'partitions', FIRST_CONFIG]

/** The system shows there what a process was started with: secrets of the environment among it. */
const PROCESSES = '/proc'

/** Settings that name the file of a secret; nearly all of them are sent to whoever the settings beside them name. */
const SENT = /(password|token|secret|url)_file$/

/**
 * Files of the gateway itself that are named as a secret: the other side would be sent the key of the ledger, or what people prove
 * themselves by. Somebody who may change the configuration over the API has no other way to read them.
 *
 * @param dataDir where the data are
 * @param file the configuration file; undefined for none
 */
export function ownFilesAsSecrets(config: Config, dataDir: string, file: string | undefined): ConfigFinding[] {
  const files = [PROCESSES, ...OWN.map((name) => join(dataDir, name)), ...(file === undefined ? [] : [file])]
  const own = files.map(placeOf)
  return sentFiles(config, []).flatMap(({ path, named }) => {
    const place = placeOf(named)
    if (!own.some((one) => place === one || place.startsWith(one + sep))) return []
    const problem = 'is a file of the gateway itself, which is sent to nobody'
    return [findingAt(config, path, problem, 'name a file that holds this secret alone')]
  })
}

function sentFiles(value: unknown, path: SettingPath): readonly { path: SettingPath; named: string }[] {
  if (typeof value === 'string') return SENT.test(String(path.at(-1))) ? [{ path, named: value }] : []
  if (typeof value !== 'object' || value === null) return []
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return inner.flatMap(([key, one]) => sentFiles(one, [...path, key]))
}

/** The file that a path leads to, also over links; the path itself where there is none. */
function placeOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
