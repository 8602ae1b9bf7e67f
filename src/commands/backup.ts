import { join, resolve, sep } from 'node:path'
import type { Command } from 'commander'
import type { BackupManifest } from '../audit/backup/manifest.js'
import { systemClock } from '../base/clock.js'
import { EXIT } from '../base/exit-codes.js'
import type { LoadedConfig } from '../config/config.js'
import { complain, endProgress, print, printJson, showProgress } from '../program/output.js'
import { versionInfo } from '../program/version.js'
import { holdDataDir, isOccupied } from '../runtime/data-dir.js'
import { gatewayOf, requestGateway } from './client/call-gateway.js'
import { Unreachable } from './client/unreachable.js'

/** `greengauge backup` and `greengauge restore`: a copy of the data directory that can be checked, and the way back. */

interface Options {
  readonly config?: string
  readonly set?: Readonly<Record<string, string>>
  readonly json?: boolean
}

type Load = (file: string | undefined, flags: Readonly<Record<string, string>> | undefined) => LoadedConfig | undefined
/** `used` accepts only a data directory that a gateway has worked on, `any` accepts every folder. */
interface Accepted {
  readonly used: Load
  readonly any: Load
}
type CollectSettings = (text: string, earlier?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>

/** Time for what the gateway has to write before: that takes a part of a second. */
const ANSWER_MS = 30_000

/** Adds `backup <dir>` and `restore <dir>` to the program. */
export function addBackupCommands(program: Command, accepted: Accepted, collectSettings: CollectSettings): void {
  const add = (name: string, description: string, dir: string) =>
    program
      .command(name)
      .description(description)
      .argument('<dir>', dir)
      .option('--config <file>', 'configuration file')
      .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
      .option('--json', 'print what was done as JSON')

  add(
    'backup',
    'copy the data directory into a folder, with a hash of every file; a gateway may go on working on it',
    'a folder that is not there yet, or empty; best on another disk',
  ).action(async (dir: string, _options: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>()
    const loaded = accepted.used(options.config, options.set)
    if (loaded !== undefined) await saying(() => backup(loaded, dir, options))
  })

  add(
    'restore',
    'put a backup into an empty data directory, after every byte of it was checked; no gateway may run on it',
    'the folder of the backup',
  ).action(async (dir: string, _options: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>()
    const loaded = accepted.any(options.config, options.set)
    if (loaded !== undefined) await saying(() => restore(loaded, dir, options))
  })
}

async function backup({ config, files, file: named }: LoadedConfig, dir: string, options: Options): Promise<void> {
  const { makeBackup } = await import('../audit/backup/make.js')
  const dataDir = resolve(config.data_dir)
  await tellGateway(config, dir)
  const { version, commit } = versionInfo()
  const file = named === undefined ? [] : [named]
  const manifest = await makeBackup({
    dataDir,
    dir,
    beside: [...file, ...files.filter((one) => !resolve(one).startsWith(dataDir + sep))],
    program: { version, commit },
    clock: systemClock,
    progress: progressOf('copied'),
  })
  if (options.json === true) printJson({ dir: resolve(dir), ...figuresOf(manifest) })
  else {
    const { files: count, bytes } = figuresOf(manifest)
    print(`${resolve(dir)}: ${count} files, ${bytes} bytes, everything acknowledged before ${manifest.at}`)
    complain('The private key of the ledger and secrets of people are in it: keep it where only you can read it.')
  }
}

function figuresOf({ files, at, ledger }: BackupManifest) {
  return { at, files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0), ledger }
}

/** The gateway writes to the archive what it has, so that a restore is quick. Without it the journal has all the same. */
async function tellGateway(config: LoadedConfig['config'], folder: string): Promise<void> {
  if (!(await isOccupied(config.data_dir))) return
  try {
    const answer = await requestGateway(gatewayOf(config), '/api/v1/backups', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ folder: resolve(folder) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    if (!answer.ok)
      complain(
        `The running gateway did not prepare the backup: it answered ${answer.status}. The backup is complete; a restore takes longer.`,
      )
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    // None runs, or it starts or stops at this moment.
  }
}

async function restore({ config }: LoadedConfig, dir: string, options: Options): Promise<void> {
  const { restoreBackup } = await import('../audit/backup/restore.js')
  const dataDir = resolve(config.data_dir)
  const { version } = versionInfo()
  const occupied = await holdDataDir(dataDir, { isRestored: true, as: 'restore' })
  try {
    const { manifest, segment, trouble } = await restoreBackup({
      backup: dir,
      dataDir,
      program: version,
      clock: systemClock,
      progress: (what, done, bytes) => progressOf(what)(done, bytes),
    })
    if (options.json === true) printJson({ data_dir: dataDir, ...figuresOf(manifest), segment })
    else print(`${dataDir} is restored to ${manifest.at}; start the gateway, which rebuilds its database from it`)
    if (trouble !== '') complain(`The ledger of this backup cannot be continued: ${trouble}`)
    for (const line of warnings(dir, manifest)) complain(line)
  } finally {
    occupied.close()
  }
}

function warnings(dir: string, { at, files }: BackupManifest): readonly string[] {
  const hasConfig = files.some(({ path }) => path.startsWith('config/'))
  const hasReports = files.some(({ path }) => path.startsWith('data/reports/'))
  return [
    `What was acknowledged after ${at} is not in it. Accounts and tokens that were disabled since are as they were: disable them again.`,
    ...(hasReports
      ? [
          'Reports that were frozen since are unknown here, and the next freeze may give the number of one a second time; the ledger has an entry that says so.',
        ]
      : []),
    ...(hasConfig ? [`The configuration of that time is in ${join(resolve(dir), 'config')}.`] : []),
  ]
}

/** Says what keeps a command from its end, with the exit code that belongs to it. */
async function saying(work: () => Promise<void>): Promise<void> {
  const { BackupFault } = await import('../audit/backup/manifest.js')
  try {
    await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (error instanceof BackupFault) process.exitCode = error.liesIn === 'call' ? EXIT.usage : EXIT.badData
    else if (code === 'ELOCKED') process.exitCode = EXIT.unavailable
    else if (code === 'EACCES' || code === 'EPERM') process.exitCode = EXIT.permission
    else if (code !== undefined) process.exitCode = EXIT.io
    else throw error
    complain(`error: ${message}`)
  }
}

/** Shows the progress in per cent on a terminal; nothing where nobody watches. */
function progressOf(what: string): (done: number, bytes: number) => void {
  let shown = -1
  return (done, bytes) => {
    const percent = bytes === 0 ? 100 : Math.floor((100 * done) / bytes)
    if (!process.stderr.isTTY || percent === shown) return
    shown = percent
    showProgress(`${String(percent).padStart(3)} %  ${what}`)
    if (percent === 100) endProgress(true)
  }
}
