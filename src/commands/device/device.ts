import type { Command } from 'commander'
import type { RegisteredDevice } from '../../access/registry.js'
import { systemClock } from '../../base/clock.js'
import { OFFICE } from '../../base/entries.js'
import type { DevicePath } from '../../base/topic.js'
import type { PlantsAnswer } from '../../base/wire.js'
import type { LoadedConfig } from '../../config/config.js'
import { nearest } from '../../config/did-you-mean.js'
import {
  changeDeviceFiles,
  claimProblem,
  type DeviceFiles,
  newCredential,
  withCredential,
  withNewToken,
  withoutOrphans,
} from '../../config/files/device-files.js'
import { registryFile } from '../../config/files/registry-file.js'
import { filterProblem } from '../../intake/topic-filter.js'
import { complain, printJson, printRow } from '../../program/output.js'
import { callApi, gatewayOf } from '../client/call-gateway.js'
import { Unreachable } from '../client/unreachable.js'
import {
  addClientCommands,
  attempt,
  CommandRefused,
  type ConfigLoader,
  checkClientId,
  credentialWords,
  pathOf,
  refuse,
  type ShownCredential,
  shownCredential,
  showToken,
} from './client.js'
import { addCredentialCommands } from './credential.js'
import { addForgetCommand } from './forget.js'
import { addRetireCommand } from './retire.js'

/** `greengauge device`: who may send, and under which topics. A gateway that runs takes a change over at once. */

interface DeviceOptions {
  readonly client?: string
  readonly topic?: readonly string[]
  readonly certificate?: string
  /** False for --no-token. */
  readonly token?: boolean
  readonly force?: boolean
  readonly json?: boolean
  readonly config?: string
}

/** A gateway that does not answer for so long is none. */
const ANSWER_MS = 3000

/** Words for where a device is known. */
const WHERE: Readonly<Record<Listed['in'], string>> = {
  configuration: 'configured',
  registry: 'registered',
  both: 'configured and registered',
  seen: 'seen, unconfigured',
}

/** One line of `device list`. */
interface Listed extends DevicePath {
  /** Seen: it has sent to the gateway that runs, and is in neither. */
  readonly in: 'configuration' | 'registry' | 'both' | 'seen'
  readonly client: string | null
  /** Credential of its client; null without a client, and when that need not prove who it is. */
  readonly credential: ShownCredential | null
  readonly topics: readonly string[]
  readonly disabled: boolean
  readonly since: string | null
}

/**
 * Adds `device list|add|disable|enable|remove|forget|retire|rotate|revoke|client` to the program. `load` reads a configuration, or says
 * what is wrong.
 */
export function addDeviceCommand(program: Command, load: ConfigLoader): void {
  const device = program.command('device').description('devices: list, register, disable; the topics each may use')
  const sub: Sub = (name, description) =>
    device
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file')
      .option('--json', 'as JSON')
  addListCommand(sub, load)
  addRegisterCommand(sub, load)
  addSwitchCommands(sub, load)
  addRemoveCommand(sub, load)
  addForgetCommand(sub, load)
  addRetireCommand(sub, load)
  addCredentialCommands(sub, load)
  addClientCommands(device, load)
}

/** Makes a command of `device`, with the options that all of them have. */
type Sub = (name: string, description: string) => Command

function addListCommand(sub: Sub, load: ConfigLoader): void {
  sub(
    'list',
    'all devices that are configured or registered; of a gateway that runs, others that it has seen too',
  ).action(async (_: unknown, command: Command) => {
    const options = command.optsWithGlobals<DeviceOptions>()
    const loaded = load(options.config)
    if (loaded === undefined) return
    const listed = listOf(loaded)
    const known = new Set(listed.map(keyOf))
    const others = (await seenBy(loaded)).filter((one) => !known.has(keyOf(one)))
    show(options, [...listed, ...others])
  })
}

function addRegisterCommand(sub: Sub, load: ConfigLoader): void {
  sub('add', 'register a device, or change its client and topics; a client that is new gets a token, shown once')
    .argument('<device>', 'PLANT/LINE/DEVICE')
    .option('--client <id>', 'its MQTT client id: that client may use the topics of the device only, nobody else may')
    .option('--topic <filter>', 'a topic it uses besides plants/PLANT/+/DEVICE/#; may be repeated', collect)
    .option('--certificate <subject>', 'subject of its client certificate, in place of a token: CN=press-7,O=Acme')
    .option('--no-token', 'its client need not prove who it is; only where auth.required is false')
    .option(
      '--force',
      'take a --topic that reaches into topics of others, who may publish there no more; or the id office',
    )
    .action((text: string, _: unknown, command: Command) => {
      const path = pathOf(command, text)
      const options = command.optsWithGlobals<DeviceOptions>()
      const { client, topic: topics = [], certificate } = options
      if (path.device === OFFICE && options.force !== true) {
        refuse(command, `${OFFICE} is the id that entries of people stand under: take another one, or say --force`)
      }
      if (client !== undefined) checkClientId(command, client)
      if (client === undefined && certificate !== undefined) refuse(command, '--certificate needs --client ID')
      for (const topic of topics) {
        const problem = filterProblem(topic)
        if (problem !== null) refuse(command, `--topic ${topic}: ${problem}`)
      }
      change(command, load, path, ({ registry, credentials }, known) => {
        for (const topic of options.force === true ? [] : topics) {
          const problem = claimProblem({ ...path, client }, topic, registry)
          if (problem !== null) throw new CommandRefused(`--topic ${topic} ${problem}: name fewer, or say --force`)
        }
        const since = known?.since ?? new Date(systemClock.nowMs()).toISOString()
        const disabled = known?.disabled ?? false
        const added = { ...path, ...(client !== undefined && { client }), topics: [...topics], disabled, since }
        return {
          registry: [...registry.filter((one) => one !== known), added],
          ...proofOf(client, credentials, { certificate, isToken: options.token !== false }),
        }
      })
    })
}

function addSwitchCommands(sub: Sub, load: ConfigLoader): void {
  for (const [name, disabled, description] of [
    ['disable', true, 'refuse the messages of a device from now on; they are kept in quarantine'],
    ['enable', false, 'accept the messages of a device again'],
  ] as const) {
    sub(name, description)
      .argument('<device>', 'PLANT/LINE/DEVICE')
      .action((text: string, _: unknown, command: Command) => {
        const path = pathOf(command, text)
        change(command, load, path, ({ registry, credentials }, known) => {
          const since = new Date(systemClock.nowMs()).toISOString()
          const changed = { ...path, topics: [], since, ...known, disabled }
          return { registry: [...registry.filter((one) => one !== known), changed], credentials }
        })
      })
  }
}

function addRemoveCommand(sub: Sub, load: ConfigLoader): void {
  sub('remove', 'remove a device from the registry, with the credential of its client; its readings stay')
    .argument('<device>', 'PLANT/LINE/DEVICE')
    .action((text: string, _: unknown, command: Command) => {
      const path = pathOf(command, text)
      change(command, load, path, ({ registry, credentials }, known, { plants }) => {
        if (known === undefined) throw new CommandRefused(`${text} ${whyNotRegistered(path, plants)}`)
        return { registry: registry.filter((one) => one !== known), credentials }
      })
    })
}

/** Credentials with a proof for the client of a device: the certificate that is named, else what it has, else a new token. */
function proofOf(
  client: string | undefined,
  credentials: DeviceFiles['credentials'],
  { certificate, isToken }: { readonly certificate: string | undefined; readonly isToken: boolean },
): { readonly credentials: DeviceFiles['credentials']; readonly token?: string } {
  if (client === undefined) return { credentials }
  const known = credentials.find((one) => one.client === client)
  if (certificate !== undefined) {
    const subject = { ...(known ?? newCredential(client)), subject: certificate }
    return { credentials: withCredential(credentials, subject) }
  }
  if (known !== undefined || !isToken) return { credentials }
  return withNewToken(credentials, client, { nowMs: systemClock.nowMs(), overlapMs: 0 })
}

/** `device list` may well show a device that was never registered: this says what to do about it. */
function whyNotRegistered({ plant, line, device }: DevicePath, plants: LoadedConfig['config']['plants']): string {
  const isConfigured = plants.some((one) => one.id === plant && one.devices.some(({ id }) => id === device))
  if (isConfigured) return 'is not in the registry: remove it from the configuration, where it is'
  const forget = `greengauge device forget ${plant}/${line}/${device}`
  return `is not in the registry: one that was only seen is forgotten, with its figures, by: ${forget} --yes`
}

function change(
  command: Command,
  load: ConfigLoader,
  { plant, device }: DevicePath,
  make: (
    files: DeviceFiles,
    known: RegisteredDevice | undefined,
    config: LoadedConfig['config'],
  ) => DeviceFiles & { readonly token?: string },
): void {
  const options = command.optsWithGlobals<DeviceOptions>()
  const loaded = load(options.config)
  if (loaded === undefined) return
  const dataDir = loaded.config.data_dir
  let token: string | undefined
  const files = attempt(command, () =>
    changeDeviceFiles(dataDir, (before) => {
      const known = before.registry.find((one) => one.plant === plant && one.device === device)
      const made = make(before, known, loaded.config)
      token = made.token
      const registry = made.registry.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      return withoutOrphans({ registry, credentials: made.credentials }, before.registry)
    }),
  )
  // Without --config it is that of ./data, which may be another than the gateway's that is meant.
  complain(`kept in ${registryFile(dataDir)}, for the gateway that runs on this folder`)
  const plants = loaded.config.plants.map((one) => one.id)
  const isNew = files.registry.some((one) => one.plant === plant && one.device === device)
  if (isNew && plants.length > 0 && !plants.includes(plant)) {
    const meant = nearest(plant, plants)
    const hint = meant === undefined ? `those there are: ${plants.join(', ')}` : `did you mean ${meant}?`
    complain(`warning: ${plant} is not a plant of the configuration; ${hint}`)
  }
  show(
    options,
    listOf({ ...loaded, ...files }).filter((one) => one.plant === plant && one.device === device),
    token,
  )
}

function listOf({
  config,
  registry,
  credentials,
}: Pick<LoadedConfig, 'config' | keyof DeviceFiles>): readonly Listed[] {
  const listed = new Map<string, Listed>()
  const none = { client: null, credential: null, topics: [], disabled: false, since: null }
  for (const plant of config.plants) {
    for (const { id, line } of plant.devices) {
      const one = { plant: plant.id, line: line ?? '', device: id }
      listed.set(keyOf(one), { ...one, in: 'configuration', ...none })
    }
  }
  for (const { client, ...one } of registry) {
    const isConfigured = listed.has(keyOf(one))
    const proof = credentials.find((credential) => credential.client === client)
    const credential = proof === undefined ? null : shownCredential(proof)
    listed.set(keyOf(one), { ...one, in: isConfigured ? 'both' : 'registry', client: client ?? null, credential })
  }
  return [...listed.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** All devices of which the gateway that runs with these settings knows; none where none runs. */
async function seenBy({ config }: Pick<LoadedConfig, 'config'>): Promise<readonly Listed[]> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  const { plants } = await callApi<PlantsAnswer>(gatewayOf(config), '/plants', undefined, signal).catch((error) => {
    if (error instanceof Unreachable) return { plants: [] }
    throw error
  })
  return plants.flatMap((plant) =>
    plant.lines.flatMap((line) =>
      line.devices.map(({ id }) => {
        const path = { plant: plant.id, line: line.id, device: id }
        const none = { client: null, credential: null, topics: [], disabled: false, since: null }
        return { ...path, in: 'seen' as const, ...none }
      }),
    ),
  )
}

function keyOf({ plant, device }: Pick<DevicePath, 'plant' | 'device'>): string {
  return `${plant}/${device}`
}

function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text]
}

function show({ json }: DeviceOptions, devices: readonly Listed[], token?: string): void {
  if (json === true) {
    const all = token === undefined ? devices : devices.map((one) => ({ ...one, token }))
    printJson(all)
    return
  }
  for (const { plant, line, device, client, credential, topics, disabled, since, ...one } of devices) {
    const what = [
      `${plant}/${line}/${device}`,
      WHERE[one.in],
      disabled ? 'disabled' : 'enabled',
      client === null ? '' : `client ${client}`,
      topics.length === 0 ? '' : `topics ${topics.join(' ')}`,
      since === null ? '' : `since ${since}`,
      credential === null ? '' : credentialWords(credential),
    ]
    printRow(what.filter((part) => part !== ''))
  }
  showToken(token)
}
