import { join, resolve } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { systemClock } from '../base/clock.js'
import { EXIT } from '../base/exit-codes.js'
import { formatProblem, type LoadedConfig, type LoadSettings, loadConfig, problemsText } from '../config/config.js'
import {
  configFileOf,
  FIRST_CONFIG,
  firstConfigIn,
  folderTrouble,
  INSTALLED_CONFIG,
  movedData,
  withoutFile,
} from '../config/place.js'
import { gather } from '../config/sources.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import { bundledLibrary } from '../kpi/factors/bundled.js'
import { beginWithAllocator } from '../program/allocator.js'
import { logRemarks } from '../program/log.js'
import { complain, print, printJson, printText } from '../program/output.js'
import { versionInfo } from '../program/version.js'
import { apiAddress } from '../runtime/api-address.js'
import { PROCESS_ROLES, type ProcessRole, runRole } from '../runtime/run-role.js'
import { addAnomaliesCommand } from './anomalies/command.js'
import { addAuditLogCommand } from './audit-log.js'
import { addAuthorityCommand } from './authority.js'
import { addBacktestCommand } from './backtest/command.js'
import { addBackupCommands } from './backup.js'
import { addCertificateCommand } from './certificate/certificate.js'
import { addClusterCommand } from './cluster/cluster.js'
import { addDeclarationCommand } from './declaration.js'
import { begunWithoutPast, demoConfig, earlierDemo, pastSettings, runDemo } from './demo.js'
import { addDeviceCommand } from './device/device.js'
import { addDoctorCommand } from './doctor/doctor.js'
import { addEntryCommand } from './entry.js'
import { addExplainCommand } from './explain/command.js'
import { addFactorsCommand } from './factors/factors.js'
import { addFootprintCommand } from './footprint.js'
import { addHj212Command } from './hj212.js'
import { addImportCommand } from './import/command.js'
import { addInitCommands } from './init.js'
import { instantOf } from './instant-option.js'
import { addLedgerCommand } from './ledger.js'
import { addMcpCommand } from './mcp.js'
import { addMoveCommands } from './move/command.js'
import { addOpcuaCommand } from './opcua/command.js'
import { addOriginalCommand } from './original.js'
import { addProfileLearnCommand } from './profile/learn.js'
import { addProfileCommand } from './profile/profile.js'
import { addReportCommands } from './report.js'
import { startSimulators } from './simulators.js'
import { addUserCommand } from './user/user.js'
import { addVerifyCommand } from './verify/verify.js'

interface Options {
  readonly config?: string
  readonly json?: boolean
  readonly past?: boolean
  readonly set?: Readonly<Record<string, string>>
}

/** The settings of `--set`. */
let given: Readonly<Record<string, string>> = {}

/** The command line with all its commands: data to stdout, everything else to stderr, exit codes from sysexits. */
export const program: Command = new Command('greengauge')
  .description('Real-time industrial IoT telemetry gateway for green, smart factories')
  .option('--config <file>', 'configuration file')
  .option('--json', 'print tables and findings as JSON')
  .option('--version', 'print version, commit and Node.js, as the command version does')
  .on('option:version', () => {
    print(versionLine())
    throw new CommanderError(EXIT.ok, 'greengauge.version', '')
  })
  .enablePositionalOptions()
  .exitOverride()
  .configureOutput({
    writeOut: (text) => printText(text.trimEnd()),
    writeErr: (text) => complain(text.trimEnd()),
  })
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('Run "greengauge --help" for the list of commands and options.')

program
  .command('run')
  .description('run the gateway until it is told to stop (SIGINT, SIGTERM); SIGHUP reads its settings again')
  .option('--config <file>', 'configuration file')
  .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
  .addOption(
    new Option(
      '--role <role>',
      'what it does in a cluster: pipeline takes partitions; views has pages, API and feed of all, without data of its own',
    ).choices([...PROCESS_ROLES]),
  )
  .action(async (_options: Options, command: Command) => {
    beginWithAllocator()
    const options = command.optsWithGlobals<Options & { role?: ProcessRole }>()
    const load = settingsFrom(options.config, options.set)
    const loaded = accepted(load, (one) => beginLog(one, one.file))
    if (loaded === undefined) return
    const moved = movedData(loaded.config.data_dir, loaded.dataDirText)
    if (loaded.file === undefined) complain(withoutFile(loaded.config.data_dir, apiAddress(loaded.config.http)))
    if (moved === '') return runRole(loaded, load, options.role)
    complain(`error: ${moved}`)
    process.exitCode = EXIT.config
  })

program
  .command('demo')
  .description('run the gateway with the demo plants and simulators that feed it')
  .option('--past', 'with thirteen months before of one plant, in a data folder of its own')
  .option('--config <file>', 'configuration file (default: the demo plants)')
  .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
  .action(async (_options: Options, command: Command) => {
    beginWithAllocator()
    const options = command.optsWithGlobals<Options>()
    const file = options.config ?? demoConfig
    const flags = { ...(options.past === true ? pastSettings(file, process.env) : {}), ...(options.set ?? given) }
    const load = settingsFrom(file, flags)
    const loaded = accepted(load, (one) => beginLog(one, file))
    if (loaded === undefined) return
    const earlier = earlierDemo(loaded.config.data_dir)
    if (earlier !== '') complain(earlier)
    const begun = options.past === true ? begunWithoutPast(loaded.config.data_dir) : ''
    if (begun !== '') complain(begun)
    await runDemo(loaded, load, options.past === true)
  })

for (const [name, description] of [
  ['simulate', 'simulated plants that send over MQTT; "simulate --help" for their options'],
  ['replay', 'a public data set sent over MQTT with its own times; "replay --help" for its options'],
] as const) {
  program
    .command(name)
    .description(description)
    .argument('[options...]', 'handed to the simulators as they are')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const simulators = startSimulators([name, ...args])
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => simulators.stop(signal))
      process.exitCode = await simulators.ended
    })
}

program
  .command('refill')
  .description('write a time range to a server again, from the archive; a running gateway does it itself')
  .requiredOption('--store <name>', 'name of the server, its type when it has no other')
  .option('--from <time>', 'first instant, RFC 3339 or a date (midnight UTC)', '1970-01-01')
  .option('--to <time>', 'end, itself not included (default: now)')
  .option('--config <file>', 'configuration file')
  .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
  .option('--json', 'print what was written as JSON')
  .action(async (_options: Options, command: Command) => {
    const options = command.optsWithGlobals<Options & { store: string; from: string; to?: string }>()
    const loaded = accepted(settingsFrom(options.config, options.set))
    if (loaded === undefined) return
    const fromMs = instantOf(command, '--from', options.from)
    const toMs = options.to === undefined ? systemClock.nowMs() : instantOf(command, '--to', options.to)
    if (fromMs > toMs) command.error('error: --from is after --to', { exitCode: EXIT.usage })
    const stopping = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
    const { refill } = await import('./refill.js')
    const { store } = options
    const result = await refill(loaded.config, { store, fromMs, toMs, signal: stopping.signal, tell: complain })
    if ('problem' in result) {
      complain(`error: ${result.problem}`)
      process.exitCode = result.code
      return
    }
    const { refill: done } = result.status
    if (options.json === true) printJson(result.status)
    else print(`${store}: ${done?.readings ?? 0} readings and ${done?.kpis ?? 0} KPI points written again`)
    if (done?.done !== true) {
      complain(`The refill of ${store} was interrupted; the gateway continues it.`)
      process.exitCode = EXIT.unavailable
    }
  })

program
  .command('check-config')
  .description('say everything that is wrong with a configuration, opening nothing')
  .argument('[file]', 'configuration file; the installed one when none is named')
  .option('--config <file>', 'configuration file, instead of the argument')
  .option('--json', 'print the findings as JSON')
  .action((file: string | undefined, _options: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>()
    const checked = file ?? configFileOf(options.config)
    if (checked === undefined)
      command.error(`error: name the file to check: there is none in ${INSTALLED_CONFIG}`, { exitCode: EXIT.usage })
    checkConfig(checked, options.json === true)
  })

addInitCommands(program)
addFactorsCommand(program, (file) => settingsFrom(file)())
addReportCommands(program, (file, flags) => ofGateway('used', file, flags), collectSettings)
addDeviceCommand(program, (file) => ofGateway('named', file))
addUserCommand(program, (file) => ofGateway('named', file))
addExplainCommand(program, (file) => accepted(settingsFrom(file)))
addBacktestCommand(program, (file) => ofGateway('used', file))
addAnomaliesCommand(program, (file) => ofGateway('used', file))
addHj212Command(program)
addOpcuaCommand(program, (file) => accepted(settingsFrom(file)))
addEntryCommand(program, (file) => accepted(settingsFrom(file)))
addDeclarationCommand(program, (file) => ofGateway('used', file))
addFootprintCommand(program, (file) => accepted(settingsFrom(file)))
addOriginalCommand(program, (file) => accepted(settingsFrom(file)))
addImportCommand(program, (file) => accepted(settingsFrom(file)))
addVerifyCommand(program)
addProfileLearnCommand(
  addProfileCommand(program, (file) => accepted(settingsFrom(file))),
  (file) => accepted(settingsFrom(file)),
)
addAuthorityCommand(program, (file) => accepted(settingsFrom(file)))
addCertificateCommand(program)
addClusterCommand(program, (file) => accepted(settingsFrom(file)))
addBackupCommands(
  program,
  {
    used: (file, flags) => ofGateway('used', file, flags),
    any: (file, flags) => accepted(settingsFrom(file, flags)),
  },
  collectSettings,
)
addMcpCommand(program, (file) => accepted(settingsFrom(file)))
addMoveCommands(program, (file, flags) => ofGateway('used', file, flags), collectSettings)
addDoctorCommand(program, (file) => accepted(settingsFrom(file)))
addAuditLogCommand(program, (file) => ofGateway('used', file)?.config)
addLedgerCommand(program, (file, flags) => ofGateway('used', file, flags)?.config, collectSettings)

program
  .command('version')
  .description('print version, commit and Node.js')
  .option('--json', 'as JSON')
  .action((_options: Options, command: Command) => {
    if (command.optsWithGlobals<Options>().json) printJson(versionInfo())
    else print(versionLine())
  })

takeSettings(program)
program.hook('preAction', (_, command) => {
  const { set = {} } = command.optsWithGlobals<Options>()
  // The fields of an entry, a list, are given by an option of the same name.
  given = Array.isArray(set) ? {} : set
})

type Flags = Readonly<Record<string, string>>

function settingsFrom(named: string | undefined, flags: Flags = given): LoadSettings {
  const { data_dir: dir } = gather({ env: process.env, flags }).tree
  const dataDir = typeof dir === 'string' ? dir : './data'
  return (last, text) => {
    // Looked for each time: people begin the first one while the gateway runs, and see what a text would be before it is there.
    const first = text === undefined ? firstConfigIn(dataDir) : join(resolve(dataDir), FIRST_CONFIG)
    const file = configFileOf(named) ?? first
    return loadConfig({ file, text, env: process.env, flags, kpis: CATALOGUE, library: bundledLibrary, last })
  }
}

/**
 * The settings for a command that works on the data directory of a gateway: `used` is one that a gateway has worked on, `named` may
 * be a new one where a configuration or its folder is named. Undefined after saying on stderr why it is not, with the exit code set.
 */
function ofGateway(kind: 'used' | 'named', file: string | undefined, flags: Flags = given): LoadedConfig | undefined {
  const loaded = accepted(settingsFrom(file, flags))
  if (loaded === undefined) return undefined
  const isNamed = [configFileOf(file), flags.data_dir, process.env.GREENGAUGE_DATA_DIR].some((one) => one !== undefined)
  const { refused, said } = folderTrouble(loaded.config.data_dir, { isNamed, isUsed: kind === 'used' })
  if (said !== '') complain(said)
  if (!refused) return loaded
  process.exitCode = EXIT.unavailable
  return undefined
}

/**
 * The settings, or undefined after saying on stderr what is wrong with them and setting the exit code. `begin` is of what starts a
 * gateway: it is called before anything is said of settings that will do, and others stand in for lists that cannot be read.
 */
function accepted(load: LoadSettings, begin?: (loaded: LoadedConfig) => void): LoadedConfig | undefined {
  const loaded = load(begin === undefined ? undefined : 'kept')
  if ('problems' in loaded) {
    for (const line of problemsText(loaded.problems, 'nothing was started')) complain(line)
    // A service is started again after it, until its files are given to its user.
    const isPermission = loaded.problems.every((problem) => problem.isPermission === true)
    process.exitCode = isPermission ? EXIT.permission : EXIT.config
    return undefined
  }
  begin?.(loaded)
  for (const warning of loaded.warnings) complain(`warning: ${formatProblem(warning)}`)
  return loaded
}

/** Everything that this process says from now on is in its log, whose first line says what runs on what. */
function beginLog({ config }: LoadedConfig, file: string | undefined): void {
  const { version, commit, node } = versionInfo()
  const configuration = file === undefined ? null : resolve(file)
  const dataDir = resolve(config.data_dir)
  const plants = config.plants.map(({ id }) => id)
  logRemarks(config.log).info(
    { version, commit, node, configuration, data_dir: dataDir, plants },
    `greengauge ${version} starts: ${configuration ?? 'no configuration file'}, data in ${dataDir}, ${plants.length === 0 ? 'no plants' : `plants ${plants.join(', ')}`}`,
  )
}

function checkConfig(file: string, asJson: boolean): void {
  const loaded = settingsFrom(file)()
  const problems = 'problems' in loaded ? loaded.problems : []
  const warnings = 'problems' in loaded ? [] : loaded.warnings
  if (problems.length > 0) process.exitCode = EXIT.config
  if (asJson) {
    printJson({ ok: problems.length === 0, problems, warnings })
    return
  }
  for (const problem of problems) print(formatProblem(problem))
  for (const warning of warnings) print(`warning: ${formatProblem(warning)}`)
  if ('problems' in loaded) return
  const { plants } = loaded.config
  const devices = plants.reduce((sum, plant) => sum + plant.devices.length, 0)
  print(`config is fine: ${counted(plants.length, 'plant')}, ${counted(devices, 'device')}`)
}

/** Every command that reads a configuration takes single settings over it. */
function takeSettings(command: Command): void {
  const takes = (long: string): boolean => command.options.some((option) => option.long === long)
  if (command !== program && takes('--config') && !takes('--set')) {
    command.option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
  }
  for (const sub of command.commands) takeSettings(sub)
}

function versionLine(): string {
  const { version, commit, node } = versionInfo()
  return `greengauge ${version} (commit ${commit === '' ? 'unknown' : commit}, node ${node})`
}

function collectSettings(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=')
  if (equals < 1) program.error('error: --set needs SETTING=VALUE, such as mqtt.port=1884', { exitCode: EXIT.usage })
  return { ...earlier, [text.slice(0, equals)]: text.slice(equals + 1) }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
