import { authOptions } from '../access/options.js'
import { registrationOf, registryOptions } from '../access/registry.js'
import { Speakers } from '../access/speakers.js'
import { archiveOptions, retentionOf } from '../archive/options.js'
import { withPackedText } from '../archive/packed-config.js'
import { hj212Options } from '../base/options/hj212.js'
import { type ConfigVersion, configVersion, type DeviceOptions, type PlantOptions } from '../base/plant.js'
import { ConfiguredNames } from '../decode/cardinality/configured.js'
import { KnownNames } from '../decode/cardinality/known.js'
import { limitsOptions } from '../decode/cardinality/options.js'
import type { DecodeRules } from '../decode/decode.js'
import { modbusOptions } from '../decode/modbus/options.js'
import { opcuaOptions } from '../decode/opcua/options.js'
import type { JournalEntry } from '../journal/entries.js'
import { retiredFromMs } from '../kpi/time/plant-days.js'

/**
 * The configurations that the journal has had, and the one in force where it is read. The pipeline knows no other: so
 * a journal that is read again gives the same again.
 */
export class Configs {
  readonly #versions: ConfigVersion[]
  /** Names that have been heard of, by the limits of the configuration in force. */
  readonly known: KnownNames
  #inForce: InForce

  /**
   * @param versions those in the archive, in order
   * @param started what the gateway was started with: shown until the journal's first configuration has been read
   * @param known is told of each configuration
   */
  constructor(
    versions: readonly ConfigVersion[],
    started: Omit<ConfigVersion, 'fromMs'>,
    known: KnownNames = new KnownNames(),
  ) {
    this.#versions = [...versions]
    this.known = known
    this.#inForce = inForceOf(versions.at(-1) ?? started, known)
  }

  /** In order of the journal; empty until its first has been read. */
  get versions(): readonly ConfigVersion[] {
    return this.#versions
  }

  get plants(): readonly PlantOptions[] {
    return this.#inForce.plants
  }

  /** Rules of the decoder by the configuration in force, such as who may send. */
  get rules(): DecodeRules {
    return this.#inForce.rules
  }

  device(plant: string, device: string): DeviceOptions | undefined {
    return this.#inForce.devices.get(`${plant}/${device}`)
  }

  isConfigured = (plant: string, device: string): boolean => this.device(plant, device) !== undefined

  /** True for a device that is configured, and is not out of service at an instant by the journal's clock, epoch ms. */
  isInService(plant: string, device: string, nowMs: number): boolean {
    return this.isConfigured(plant, device) && nowMs < (this.#inForce.retired.get(`${plant}/${device}`) ?? Infinity)
  }

  plant(id: string): PlantOptions | undefined {
    return this.#inForce.plants.find((plant) => plant.id === id)
  }

  /** Each configuration that says something of a plant, in their order. */
  stated(id: string): readonly { readonly fromMs: number; readonly options: PlantOptions }[] {
    return this.#versions.flatMap(({ fromMs, plants }) => {
      const options = plants.find((plant) => plant.id === id)
      return options === undefined ? [] : [{ fromMs, options }]
    })
  }

  /** True when a statement about a plant that arrived then needs a second pair of eyes; the first version holds before it. */
  hasFourEyes = (plant: string, receivedAt: number): boolean => {
    const naming = this.stated(plant)
    const inForce = naming.findLast(({ fromMs }) => fromMs <= receivedAt) ?? naming[0]
    return inForce?.options.four_eyes ?? false
  }

  /** Puts the configuration of an entry in force; null when it says what the one before it says. */
  take(entry: Extract<JournalEntry, { kind: 'config' }>): ConfigVersion | null {
    if (entry.hash === this.#versions.at(-1)?.hash) return null
    const version = withPackedText(configVersion(entry, this.#versions.at(-1)))
    this.#versions.push(version)
    this.#inForce = inForceOf(version, this.known)
    return version
  }
}

interface InForce {
  readonly plants: readonly PlantOptions[]
  /** Keyed by `plant/device`. */
  readonly devices: ReadonlyMap<string, DeviceOptions>
  /** Instants from which devices are out of service, epoch ms; keyed likewise, only those that are. */
  readonly retired: ReadonlyMap<string, number>
  readonly rules: DecodeRules
}

function inForceOf({ plants, content }: Pick<ConfigVersion, 'plants' | 'content'>, known: KnownNames): InForce {
  const devices = new Map(plants.flatMap(({ id, devices }) => devices.map((device) => [`${id}/${device.id}`, device])))
  const settings = JSON.parse(content) as Readonly<Record<string, unknown>>
  const auth = authOptions.safeParse(settings.auth).data
  const archive = archiveOptions.safeParse(settings.archive).data
  const registry = registryOptions.safeParse(settings.registry).data ?? []
  const limits = limitsOptions.safeParse(settings.limits).data ?? limitsOptions.parse({})
  known.configure(limits, new ConfiguredNames(plants, registry))
  const registration = registrationOf(devices.keys(), registry, auth?.devices === 'registered')
  const named = new Set([...registration.named, ...askedDevices(settings)])
  const edition = typeof settings.decoding === 'number' ? settings.decoding : 1
  const isEarlier = edition < 2
  const mqtt = settings.mqtt as { readonly enabled?: boolean } | undefined
  const speakers = new Speakers({
    registry,
    grants: auth?.speaks_for ?? [],
    named,
    isRequired: auth?.required ?? false,
    isBrokerOn: mqtt?.enabled ?? true,
  })
  const rules = {
    ...registration,
    named,
    retentionMs: archive === undefined ? null : retentionOf(archive).ageMs,
    isEarlier,
    edition,
    ...(!isEarlier && { speakers }),
    settings,
    timezones: new Map(plants.map(({ id, timezone }) => [id, timezone])),
    known,
  }
  return { plants, devices, retired: retiredOf(plants), rules }
}

function retiredOf(plants: readonly PlantOptions[]): ReadonlyMap<string, number> {
  return new Map(
    plants.flatMap(({ id, timezone, devices }) => {
      const retired = devices.filter(({ retired_from }) => retired_from !== undefined)
      return retired.map((device) => [`${id}/${device.id}`, retiredFromMs(device, timezone)])
    }),
  )
}

/** `plant/device` of the stations, meters and nodes that the settings name for the ingress that have their own. */
function askedDevices({ hj212, modbus, opcua }: Readonly<Record<string, unknown>>): readonly string[] {
  const stations = hj212Options.safeParse(hj212).data?.stations ?? []
  const units = modbusOptions.safeParse(modbus).data?.connections.flatMap((one) => one.units) ?? []
  const served = opcuaOptions.safeParse(opcua).data?.servers.flatMap((one) => one.devices) ?? []
  return [...stations, ...units, ...served].map(({ plant, device }) => `${plant}/${device}`)
}
