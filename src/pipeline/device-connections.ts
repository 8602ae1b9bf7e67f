import type { DeviceSender, Senders } from '../archive/senders.js'
import { EDGE_CLIENT, isOvertaken } from '../base/ingress.js'
import type { MqttLevel } from '../base/mqtt-version.js'
import type { ConfigVersion, PlantOptions } from '../base/plant.js'
import type { ConnectionChange } from '../base/reading.js'
import type { DeviceShare } from '../decode/decoded-message.js'
import type { SessionEntry } from '../intake/journal-sink.js'
import type { JournalEntry } from '../journal/entries.js'

/**
 * True while the client that published the device's last sample has a session and the device's last status is not
 * offline. Source: KPI specification §1.4.
 */
export function isConnected(sender: DeviceSender): boolean {
  return sender.session === 'open' && sender.status !== 'offline'
}

/**
 * The connections behind the devices: keeps on each sender which client published its last sample, whether that client
 * has a session, and the last status. All of it follows from the journal's entries in their order. Each call answers
 * with the `on_change` devices whose connection it brings up or down.
 */
export class DeviceConnections {
  readonly #senders: Senders
  readonly #byClient = new Map<string, Set<DeviceSender>>()
  /** Versions that the connected clients speak; no more of them are there than `mqtt.limits.connections` allows. */
  readonly #levels = new Map<string, MqttLevel>()
  /** `plant/device` of those that are `on_change` by the configuration in force. */
  #onChange: ReadonlySet<string>

  /** @param inForce the last configuration that was read from the journal, undefined before the first */
  constructor(senders: Senders, inForce: ConfigVersion | undefined) {
    this.#senders = senders
    this.#onChange = onChangeKeys(inForce?.plants ?? [])
    for (const sender of senders.all()) this.#index(sender)
  }

  /** Takes what a message from a client says of a device that has been noted among the senders. */
  message(
    message: Pick<Extract<JournalEntry, { kind: 'message' }>, 'client' | 'arrivedAt' | 'ingress'>,
    { path, status, readings, events }: Pick<DeviceShare, 'path' | 'status' | 'readings' | 'events'>,
  ): readonly ConnectionChange[] {
    const sender = path === null ? undefined : this.#senders.find(path.plant, path.device)
    if (sender === undefined) return []
    // A will of a session that is gone has no client, and says nothing of one. A subscription of OPC UA is a session too,
    // but for what a gateway in a plant has passed on: whether that one lives is not known here. At other ingress there are none.
    const isSubscription = message.ingress === 'opcua' && !message.client.startsWith(EDGE_CLIENT)
    const isOfSession = isSubscription || (message.ingress === 'mqtt' && message.client !== '')
    const isSample = isSampleOf(sender, readings, events.length) && isOfSession
    const isNews = isSample && !(sender.client === message.client && sender.session === 'open')
    const isStatus = status !== null && !isOvertaken(message, sender.lastHeardMs)
    if (!isStatus && !isNews) return []
    return this.#change([sender], message.arrivedAt, () => {
      if (isStatus) sender.status = status.online ? 'online' : 'offline'
      if (!isNews) return
      // A client that publishes has a session.
      this.#belongs(sender, message.client)
      sender.session = 'open'
      sender.mqttLevel = this.#levels.get(message.client) ?? null
    })
  }

  session({ client, what, arrivedAt, level }: Pick<SessionEntry, 'client' | 'what' | 'arrivedAt' | 'level'>) {
    if (level === undefined || what === 'end') this.#levels.delete(client)
    else this.#levels.set(client, level)
    return this.#change([...(this.#byClient.get(client) ?? [])], arrivedAt, (sender) => {
      sender.session = what === 'begin' ? 'open' : 'ended'
      if (what === 'end') return
      sender.sessionFromMs = arrivedAt
      sender.mqttLevel = level ?? null
    })
  }

  /** A start of the gateway: what was open until its last sign of life is lost, which is no fault of the devices. */
  start(lastAliveMs: number): readonly ConnectionChange[] {
    this.#levels.clear()
    const open = [...this.#senders.all()].filter((sender) => sender.session === 'open')
    return this.#change(open, lastAliveMs, (sender) => {
      sender.session = 'lost'
    })
  }

  /**
   * Another configuration is in force: how it stands with the devices that it makes `on_change`. Those that it makes
   * send in a period are vouched for no longer.
   */
  configured({ plants, fromMs }: ConfigVersion): readonly ConnectionChange[] {
    const before = this.#onChange
    this.#onChange = onChangeKeys(plants)
    return [...this.#senders.all()].flatMap((sender) => {
      const [was, is] = [before.has(keyOf(sender)), this.#isOnChange(sender)]
      if (sender.session === null || was === is) return []
      if (is) return [linkOf(sender, fromMs)]
      return isConnected(sender) ? [{ ...linkOf(sender, fromMs), isUp: false }] : []
    })
  }

  /** A device is forgotten: its client holds no connection of it any more. */
  forget(sender: DeviceSender): void {
    if (sender.client === null) return
    const others = this.#byClient.get(sender.client)
    others?.delete(sender)
    if (others?.size === 0) this.#byClient.delete(sender.client)
  }

  #change(
    senders: readonly DeviceSender[],
    at: number,
    change: (sender: DeviceSender) => void,
  ): readonly ConnectionChange[] {
    const changes: ConnectionChange[] = []
    for (const sender of senders) {
      const wasUp = isConnected(sender)
      change(sender)
      this.#senders.touch(sender.plant, sender.line, sender.device)
      if (isConnected(sender) !== wasUp && this.#isOnChange(sender)) changes.push(linkOf(sender, at))
    }
    return changes
  }

  #belongs(sender: DeviceSender, client: string): void {
    if (sender.client === client) return
    if (sender.client !== null) {
      const others = this.#byClient.get(sender.client)
      others?.delete(sender)
      if (others?.size === 0) this.#byClient.delete(sender.client)
    }
    sender.client = client
    this.#index(sender)
  }

  #index(sender: DeviceSender): void {
    if (sender.client === null) return
    const senders = this.#byClient.get(sender.client)
    if (senders === undefined) this.#byClient.set(sender.client, new Set([sender]))
    else senders.add(sender)
  }

  #isOnChange(sender: DeviceSender): boolean {
    return this.#onChange.has(keyOf(sender))
  }
}

/**
 * A sample says whose connection it is. Events count as a sample of a device that never sent anything else, such as a gauge;
 * those of another device may come from whoever writes something down about it.
 */
function isSampleOf(sender: DeviceSender, readings: number, events: number): boolean {
  return readings > 0 || (events > 0 && sender.readings === 0)
}

function onChangeKeys(plants: readonly PlantOptions[]): ReadonlySet<string> {
  return new Set(
    plants.flatMap((plant) =>
      plant.devices.filter((d) => d.on_change).map((d) => keyOf({ plant: plant.id, device: d.id })),
    ),
  )
}

function keyOf({ plant, device }: Pick<DeviceSender, 'plant' | 'device'>): string {
  return `${plant}/${device}`
}

function linkOf(sender: DeviceSender, at: number): ConnectionChange {
  return { plant: sender.plant, device: sender.device, at, isUp: isConnected(sender) }
}
