import type { Command } from 'commander'
import type { RegisteredDevice } from './access/registry.js'
import { askApi, gatewayOf } from './ask-gateway.js'
import { systemClock } from './base/clock.js'
import { EXIT } from './base/exit-codes.js'
import { type DevicePath, isId } from './base/topic.js'
import type { PlantsAnswer } from './base/wire.js'
import type { LoadedConfig } from './config.js'
import { filterProblem } from './intake/topic-filter.js'
import { registryFile, writeRegistry } from './registry-file.js'
import { Unreachable } from './unreachable.js'

/** `greengauge device`: who may send, and under which topics. A gateway that runs takes a change over at once. */

interface DeviceOptions {
  readonly client?: string
  readonly topic?: readonly string[]
  readonly json?: boolean
  readonly config?: string
}

/** A gateway that does not answer for so long is none. */
const ANSWER_MS = 3000

/** Where a device is known. */
const WHERE: Readonly<Record<Listed['in'], string>> = {
  configuration: 'configured',
  registry: 'registered',
  both: 'configured and registered',
  seen: 'seen, unconfigured',
}

type Load = (file: string | undefined) => LoadedConfig | undefined

/** One line of `device list`. */
interface Listed extends DevicePath {
  /** Seen: it has sent to the gateway that runs, and is in neither. */
  readonly in: 'configuration' | 'registry' | 'both' | 'seen'
  readonly client: string | null
  readonly topics: readonly string[]
  readonly disabled: boolean
  readonly since: string | null
}

/** Adds `device list|add|disable|enable|remove` to the program. `load` reads a configuration, or says what is wrong. */
export function addDeviceCommand(program: Command, load: Load): void {
  const device = program.command('device').description('devices: list, register, disable; the topics each may use')
  const sub = (name: string, description: string) =>
    device
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file')
      .option('--json', 'as JSON')

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

  sub('add', 'register a device, or change its client and topics')
    .argument('<device>', 'PLANT/LINE/DEVICE')
    .option('--client <id>', 'its MQTT client id: that client may use the topics of the device only, nobody else may')
    .option('--topic <filter>', 'a topic it uses besides plants/PLANT/+/DEVICE/#; may be repeated', collect)
    .action((text: string, _: unknown, command: Command) => {
      const path = pathOf(command, text)
      const { client, topic: topics = [], ...options } = command.optsWithGlobals<DeviceOptions>()
      for (const topic of topics) {
        const problem = filterProblem(topic)
        if (problem !== null) refuse(command, `--topic ${topic}: ${problem}`)
      }
      change(load, options, path, (registry, known) => {
        const since = known?.since ?? new Date(systemClock.nowMs()).toISOString()
        const disabled = known?.disabled ?? false
        const added = { ...path, ...(client !== undefined && { client }), topics: [...topics], disabled, since }
        return [...registry.filter((one) => one !== known), added]
      })
    })

  for (const [name, disabled, description] of [
    ['disable', true, 'take nothing of a device any more; what it sends is kept in quarantine'],
    ['enable', false, 'take it again'],
  ] as const) {
    sub(name, description)
      .argument('<device>', 'PLANT/LINE/DEVICE')
      .action((text: string, _: unknown, command: Command) => {
        const path = pathOf(command, text)
        change(load, command.optsWithGlobals(), path, (registry, known) => {
          const since = new Date(systemClock.nowMs()).toISOString()
          const changed = { ...path, topics: [], since, ...known, disabled }
          return [...registry.filter((one) => one !== known), changed]
        })
      })
  }

  sub('remove', 'forget that a device was registered; its readings stay')
    .argument('<device>', 'PLANT/LINE/DEVICE')
    .action((text: string, _: unknown, command: Command) => {
      const path = pathOf(command, text)
      change(load, command.optsWithGlobals(), path, (registry, known) => {
        if (known === undefined) refuse(command, `${text} is not in the registry; greengauge device list shows all`)
        return registry.filter((one) => one !== known)
      })
    })
}

function change(
  load: Load,
  options: DeviceOptions,
  { plant, device }: DevicePath,
  change: (registry: readonly RegisteredDevice[], known: RegisteredDevice | undefined) => readonly RegisteredDevice[],
): void {
  const loaded = load(options.config)
  if (loaded === undefined) return
  const known = loaded.registry.find((one) => one.plant === plant && one.device === device)
  const registry = change(loaded.registry, known).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  writeRegistry(loaded.config.data_dir, registry)
  // Without --config it is that of ./data, which may be another than the gateway's that is meant.
  process.stderr.write(`kept in ${registryFile(loaded.config.data_dir)}, for the gateway that runs on this folder\n`)
  show(
    options,
    listOf({ ...loaded, registry }).filter((one) => one.plant === plant && one.device === device),
  )
}

function listOf({ config, registry }: Pick<LoadedConfig, 'config' | 'registry'>): readonly Listed[] {
  const listed = new Map<string, Listed>()
  for (const plant of config.plants) {
    for (const { id, line } of plant.devices) {
      const one = { plant: plant.id, line: line ?? '', device: id }
      listed.set(keyOf(one), { ...one, in: 'configuration', client: null, topics: [], disabled: false, since: null })
    }
  }
  for (const { client, ...one } of registry) {
    const isConfigured = listed.has(keyOf(one))
    listed.set(keyOf(one), { ...one, in: isConfigured ? 'both' : 'registry', client: client ?? null })
  }
  return [...listed.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** All devices of which the gateway that runs with these settings knows; none where none runs. */
async function seenBy({ config }: Pick<LoadedConfig, 'config'>): Promise<readonly Listed[]> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  const { plants } = await askApi<PlantsAnswer>(gatewayOf(config), '/plants', undefined, signal).catch((error) => {
    if (error instanceof Unreachable) return { plants: [] }
    throw error
  })
  return plants.flatMap((plant) =>
    plant.lines.flatMap((line) =>
      line.devices.map(({ id }) => {
        const path = { plant: plant.id, line: line.id, device: id }
        return { ...path, in: 'seen' as const, client: null, topics: [], disabled: false, since: null }
      }),
    ),
  )
}

function keyOf({ plant, device }: Pick<DevicePath, 'plant' | 'device'>): string {
  return `${plant}/${device}`
}

function pathOf(command: Command, text: string): DevicePath {
  const [plant = '', line = '', device = '', ...more] = text.split('/')
  if (more.length > 0 || ![plant, line, device].every(isId)) {
    refuse(
      command,
      `${text} is no PLANT/LINE/DEVICE; an id is [a-z0-9][a-z0-9_-]{0,63}, such as suzhou-1/press/robot-7`,
    )
  }
  return { plant, line, device }
}

function refuse(command: Command, why: string): never {
  command.error(`error: ${why}`, { exitCode: EXIT.usage })
}

function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text]
}

function show({ json }: DeviceOptions, devices: readonly Listed[]): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(devices)}\n`)
    return
  }
  for (const { plant, line, device, client, topics, disabled, since, ...one } of devices) {
    const what = [
      `${plant}/${line}/${device}`,
      WHERE[one.in],
      disabled ? 'disabled' : 'enabled',
      client === null ? '' : `client ${client}`,
      topics.length === 0 ? '' : `topics ${topics.join(' ')}`,
      since === null ? '' : `since ${since}`,
    ]
    process.stdout.write(`${what.filter((part) => part !== '').join('\t')}\n`)
  }
}
