import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { packageRoot } from '../program/version.js'

/** This module finds the configuration and the data directory that it means. */

/** The configuration of the service: it is used where none is named. */
export const INSTALLED_CONFIG = '/etc/greengauge/greengauge.yaml'
/** Its data directory, where it names none: that of the service in `deploy/systemd`. */
export const INSTALLED_DATA = '/var/lib/greengauge'

/** The configuration file that is named, else the installed one; undefined where there is none. */
export function configFileOf(named: string | undefined, installed = INSTALLED_CONFIG): string | undefined {
  return named ?? (existsSync(installed) ? installed : undefined)
}

/** The configuration that people begin in the browser, in the data directory of a gateway that was started without a file. */
export const FIRST_CONFIG = 'greengauge.yaml'

/** The configuration in a data directory; undefined where nobody has begun one there. */
export function firstConfigIn(dataDir: string): string | undefined {
  const file = join(resolve(dataDir), FIRST_CONFIG)
  return existsSync(file) ? file : undefined
}

export interface DataDirSetting {
  /** The setting as it was given, or its default: it may be relative. */
  readonly dir: string
  /** `elsewhere` means the environment or a flag. */
  readonly by: 'file' | 'elsewhere' | 'nobody'
  /** The configuration file; undefined for none. */
  readonly file: string | undefined
}

/** Configurations that come with the program: no data belong beside those. */
const BUNDLED = join(packageRoot, 'devices') + sep

/** A gateway has begun this folder, which an archive or a journal of other programs does not show. */
function isDataDir(dir: string): boolean {
  return existsSync(join(dir, 'format.json'))
}

/**
 * The data directory that a setting means: one that is relative is seen from the folder of the configuration file. Without a file,
 * with one of the program's own, on the command line and in the environment, it is seen from the working directory. A file that lies in a
 * data directory and names none means that one.
 */
export function dataDirOf(
  { dir, by, file }: DataDirSetting,
  { installed, data } = { installed: INSTALLED_CONFIG, data: INSTALLED_DATA },
): string {
  // The same whether or not there is a file yet: the first one is begun while the gateway runs.
  if (file === undefined && by === 'nobody') return resolve(dir)
  if (isAbsolute(dir) || file === undefined || by === 'elsewhere' || resolve(file).startsWith(BUNDLED)) return dir
  if (by === 'nobody' && resolve(file) === installed) return data
  if (by === 'nobody' && isDataDir(dirname(resolve(file)))) return dirname(resolve(file))
  return resolve(dirname(file), dir)
}

/** Every start of a gateway, a node or a viewer leaves these files; the first versions left the journal alone. */
const SIGNS = ['format.json', 'journal', 'partitions', 'archive', 'ledger']

/** A gateway has worked on such a folder at least once. */
export function wasGateways(dir: string): boolean {
  return SIGNS.some((name) => existsSync(join(dir, name)))
}

/**
 * A command says which folder it works on where nobody has named one. It is refused where no gateway ever worked on that folder,
 * if nobody has named it or the command needs a folder that was used (`isUsed`).
 */
export function folderTrouble(
  dataDir: string,
  { isNamed, isUsed }: { readonly isNamed: boolean; readonly isUsed: boolean },
): { readonly refused: boolean; readonly said: string } {
  const dir = resolve(dataDir)
  if (!wasGateways(dir) && (isUsed || !isNamed)) {
    const remedy = "name the gateway's configuration with --config FILE, or its folder with --set data_dir=DIR"
    return { refused: true, said: `error: ${dir} was never the data directory of a gateway: ${remedy}` }
  }
  const said = `no configuration is named, and there is none in ${INSTALLED_CONFIG}: this is about ${dir}`
  return { refused: false, said: isNamed ? '' : said }
}

/** Words for a gateway that was started without a configuration file, whose pages are at `url`. */
export function withoutFile(dataDir: string, url: string): string {
  return `No configuration file yet: the gateway takes what devices send without knowing plants, zones and shifts, and keeps it in ${resolve(dataDir)}. ${url}/#/first-run makes one in the browser; "greengauge init" writes one by questions, to be named by --config FILE.`
}

/**
 * A gateway is not started while its data are in the working directory, from which `./data` was seen before: it would begin anew
 * beside the configuration. `written` is the setting as it stands there. The answer is '' where the data are in place.
 */
export function movedData(dataDir: string, written: string): string {
  if (isAbsolute(written) || wasGateways(dataDir)) return ''
  const before = resolve(written)
  if (before === resolve(dataDir) || !wasGateways(before)) return ''
  return `data_dir ${written} is seen from the folder of the configuration, so it is ${dataDir}, which was never a gateway's; ${before} was. To go on with that, write data_dir: ${before}; to begin anew, write data_dir: ${dataDir}`
}
