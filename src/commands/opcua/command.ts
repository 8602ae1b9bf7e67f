import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { OPCUA_MODES, OPCUA_POLICIES, type OpcuaMode, type OpcuaPolicy } from '../../base/opcua.js'
import type { LoadedConfig } from '../../config/config.js'
import { opcuaPlansOf } from '../../decode/opcua/nodes.js'
import type { OpcuaVariable } from '../../intake/opcua/browse.js'
import { OpcuaFault } from '../../intake/opcua/fault.js'
import type { OpcuaAddress } from '../../intake/opcua/open-session.js'
import type { OpcuaSession } from '../../intake/opcua/session.js'
import { complain, print, printJson, printRow, printText } from '../../program/output.js'
import { giveToOwner, makeOwnFolder } from '../../program/ownership.js'
import type { CheckedNode } from './check.js'

/** `greengauge opcua`: what a server of OPC UA has, and whether the nodes of the settings are there. */

interface BrowseOptions {
  readonly securityMode: OpcuaMode
  readonly securityPolicy: OpcuaPolicy
  readonly trustAny?: boolean
  readonly username?: string
  readonly passwordFile?: string
  readonly from: string
  readonly max: string
  readonly plant: string
  readonly line: string
  readonly json?: boolean
  readonly config?: string
}

type Load = (file: string | undefined) => LoadedConfig | undefined

const VARIABLES_MAX = 20_000
const TIMEOUT_MS = 30_000

/** Adds `opcua browse|check` to the program. `load` reads a configuration, or says what is wrong with it. */
export function addOpcuaCommand(program: Command, load: Load): void {
  const opcua = program
    .command('opcua')
    .description('servers of OPC UA: look through one, check the nodes of the settings')
  addBrowseCommand(opcua, load)
  addCheckCommand(opcua, load)
}

function addBrowseCommand(opcua: Command, load: Load): void {
  opcua
    .command('browse')
    .description('list the variables of a server with type, unit and value, and propose settings for them')
    .argument('<endpoint>', 'address of the server, opc.tcp://HOST:PORT')
    .addOption(
      new Option('--security-mode <mode>', 'how messages are secured').choices(OPCUA_MODES).default('sign_and_encrypt'),
    )
    .addOption(
      new Option('--security-policy <policy>', 'security policy').choices(OPCUA_POLICIES).default('Basic256Sha256'),
    )
    .option('--trust-any', 'take any certificate of the server, this time')
    .option('--username <name>', 'user (default: anonymous)')
    .option('--password-file <file>', 'file with the password')
    .option('--from <node>', 'node id to begin at', 'i=85')
    .option('--max <count>', 'most variables to list', '1000')
    .option('--plant <id>', 'plant of the proposal', 'plant-1')
    .option('--line <id>', 'line of the proposal', 'line-1')
    .option('--config <file>', 'configuration file')
    .option('--json', 'list the variables as JSON')
    .action(async (endpoint: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BrowseOptions>()
      const variablesMax = Number(options.max)
      if (!Number.isInteger(variablesMax) || variablesMax < 1 || variablesMax > VARIABLES_MAX)
        command.error(`error: --max is a whole number from 1 to ${VARIABLES_MAX}`, { exitCode: EXIT.usage })
      const loaded = load(options.config)
      if (loaded === undefined) return
      const variables: OpcuaVariable[] = []
      const { browseVariables } = await import('../../intake/opcua/browse.js')
      const isDone = await atServer(loaded, addressOf(endpoint, options, loaded), async (at) => {
        for await (const one of browseVariables(at, { from: options.from, variablesMax })) variables.push(one)
      })
      if (!isDone) return
      await showVariables(variables, endpoint, options, variablesMax)
    })
}

function addCheckCommand(opcua: Command, load: Load): void {
  opcua
    .command('check')
    .description('read every node of the settings once, and say what becomes of it')
    .option('--server <id>', 'this server alone')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const { server, json, config } = command.optsWithGlobals<{ server?: string; json?: boolean; config?: string }>()
      const loaded = load(config)
      if (loaded === undefined) return
      const plans = opcuaPlansOf(loaded.config.opcua).filter(({ id }) => server === undefined || id === server)
      if (plans.length === 0)
        command.error(
          server === undefined ? 'error: opcua.servers is empty' : `error: opcua.servers has no ${server}`,
          { exitCode: EXIT.usage },
        )
      const { checkedNodes } = await import('./check.js')
      const checked: CheckedNode[] = []
      for (const plan of plans) {
        await atServer(loaded, plan, async (at) => {
          checked.push(...(await checkedNodes(loaded, plan, at, systemClock.nowMs())))
        })
      }
      showChecked(checked, json === true)
    })
}

function addressOf(endpoint: string, options: BrowseOptions, { config }: LoadedConfig): OpcuaAddress {
  const { username, passwordFile, securityMode, securityPolicy, trustAny } = options
  return {
    id: 'browse',
    endpoint,
    mode: securityMode,
    policy: securityPolicy,
    applicationUri: config.opcua.application_uri,
    user: username === undefined ? null : { name: username, password: null, passwordFile: passwordFile ?? null },
    trustsAny: trustAny === true,
    timeoutMs: TIMEOUT_MS,
  }
}

/** Does work at a server; false after saying why it could not be done. */
async function atServer(
  { config }: LoadedConfig,
  address: OpcuaAddress,
  work: (at: OpcuaSession) => Promise<void>,
): Promise<boolean> {
  const dir = join(config.data_dir, 'opcua')
  makeOwnFolder(dir, config.data_dir)
  const stopping = new AbortController()
  let at: OpcuaSession | null = null
  try {
    const { openOpcuaSession } = await import('../../intake/opcua/open-session.js')
    const place = { dir: join(dir, 'pki'), nowMs: () => systemClock.nowMs() }
    at = await openOpcuaSession(address, place, stopping.signal)
    await work(at)
    return true
  } catch (error) {
    if (!(error instanceof OpcuaFault)) throw error
    complain(`error: ${address.endpoint}: ${error.message}`)
    process.exitCode = EXIT.unavailable
    return false
  } finally {
    await at?.close()
    giveToOwner(config.data_dir)
  }
}

async function showVariables(
  variables: readonly OpcuaVariable[],
  endpoint: string,
  options: BrowseOptions,
  variablesMax: number,
): Promise<void> {
  if (options.json === true) {
    printJson({ items: variables })
    return
  }
  for (const { node, path, type, unit, value, status } of variables) {
    printRow([node, path.join('/'), type, unit ?? '', status === 'Good' ? String(value ?? '') : status])
  }
  if (variables.length === variablesMax) complain(`warning: there may be more than ${variablesMax} variables (--max)`)
  if (variables.length === 0) {
    complain(`There is no variable below ${options.from}.`)
    return
  }
  const { proposalText } = await import('./proposal.js')
  const { securityMode, securityPolicy, username, passwordFile } = options
  const connection = {
    ...(securityMode === 'sign_and_encrypt' ? {} : { security_mode: securityMode }),
    ...(securityPolicy === 'Basic256Sha256' ? {} : { security_policy: securityPolicy }),
    ...(username === undefined ? {} : { username, password_file: passwordFile }),
  }
  print('')
  printText(proposalText(variables, { endpoint, connection, plant: options.plant, line: options.line }))
}

function showChecked(checked: readonly CheckedNode[], asJson: boolean): void {
  const isWrong = checked.some(({ problem }) => problem !== '')
  if (isWrong && process.exitCode === undefined) process.exitCode = EXIT.badData
  if (asJson) {
    printJson({ ok: !isWrong && process.exitCode === undefined, items: checked })
    return
  }
  for (const { server, node, device, metric, type, reading, problem } of checked) {
    const outcome = reading === null ? problem : `${reading.value} ${reading.unit}`.trim()
    printRow([server, node, device, metric, type, outcome, reading === null ? '' : reading.quality])
  }
}
