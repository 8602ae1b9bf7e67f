import type { DeviceSender, Senders } from '../archive/senders.js'
import { entryOf } from '../base/entry-of.js'
import type { DeviceOptions, PlantOptions } from '../base/plant.js'
import { firstReason, type RejectReason } from '../base/reasons.js'
import type { DeviceNode, LineNode, PlantNode } from '../base/wire.js'
import { currencyOf } from '../kpi/settings/currency.js'
import { retiredFromMs } from '../kpi/time/plant-days.js'
import { clockOf, ratePerMinute } from './device-clock.js'
import type { DevicePresence } from './presence.js'

/** Line of devices that are configured without one and have never sent. */
const NO_LINE = 'unassigned'

interface Seen {
  readonly presence: DevicePresence
  /** Arrival up to which the journal was read, epoch ms. */
  readonly nowMs: number
}

/** The tree plant > line > device: what is configured, and everyone who has ever sent. */
export function plantTree(plants: readonly PlantOptions[], senders: Senders, seen: Seen): PlantNode[] {
  const byPlant = new Map<string, DeviceSender[]>()
  for (const sender of senders.all()) entryOf(byPlant, sender.plant, () => []).push(sender)
  const configured = plants.map((plant) => plantNode(plant.id, plant, byPlant.get(plant.id) ?? [], seen))
  const known = new Set(plants.map((plant) => plant.id))
  const others = [...byPlant.keys()].filter((id) => !known.has(id)).sort()
  return [...configured, ...others.map((id) => plantNode(id, null, byPlant.get(id) ?? [], seen))]
}

function plantNode(id: string, options: PlantOptions | null, senders: readonly DeviceSender[], seen: Seen): PlantNode {
  const lines = new Map<string, DeviceNode[]>((options?.lines ?? []).map((line) => [line.id, []]))
  const put = (line: string, device: DeviceNode) => entryOf(lines, line, () => []).push(device)
  const bySender = new Map(senders.map((sender) => [sender.device, sender]))
  for (const device of options?.devices ?? []) {
    const sender = bySender.get(device.id)
    bySender.delete(device.id)
    put(device.line ?? sender?.line ?? NO_LINE, {
      ...deviceNode(device.id, device.role ?? null, true, sender, seen),
      ...retiredOf(device, options?.timezone, seen),
    })
  }
  for (const sender of bySender.values()) {
    put(sender.line, deviceNode(sender.device, null, false, sender, seen))
  }
  const names = new Map(options?.lines.map((line) => [line.id, line.name]) ?? [])
  return {
    id,
    name: options?.name ?? {},
    timezone: options?.timezone ?? 'UTC',
    configured: options !== null,
    ...withCurrency(options),
    targets: options?.targets ?? [],
    ...(options === null || options.benchmarks.length === 0 ? {} : { benchmarks: options.benchmarks.length }),
    ...(options === null || options.characteristics.length === 0 ? {} : { characteristics: options.characteristics }),
    lines: [...lines].map(([line, devices]): LineNode => ({ id: line, name: names.get(line) ?? {}, devices })),
  }
}

function withCurrency(options: PlantOptions | null): Pick<PlantNode, 'currency'> {
  const currency = currencyOf(options)
  return currency === null ? {} : { currency }
}

function deviceNode(
  id: string,
  role: string | null,
  configured: boolean,
  sender: DeviceSender | undefined,
  { presence, nowMs }: Seen,
): DeviceNode {
  const clock = sender === undefined ? null : clockOf(sender)
  return {
    id,
    role,
    configured,
    state: sender === undefined ? 'stale' : presence.stateOf(sender),
    last_seen: instant(sender?.lastHeardMs),
    rejected_reason: sender === undefined || !presence.isHeard(sender) ? null : rejectedReason(sender),
    newest: instant(sender?.newestTs),
    clock: clock?.verdict ?? null,
    clock_offset_ms: clock?.offsetMs ?? null,
    messages: sender?.messages ?? 0,
    readings: sender?.readings ?? 0,
    elements_rejected: sender?.elementsRejected ?? 0,
    rate_per_min: sender === undefined ? 0 : ratePerMinute(sender, nowMs),
    sequence_gaps: sender?.sequence.gaps ?? 0,
    sequence_missing: sender?.sequence.missing ?? 0,
  }
}

function retiredOf(device: DeviceOptions, zone: string | undefined, { nowMs }: Seen): Pick<DeviceNode, 'retired'> {
  if (device.retired_from === undefined) return {}
  const fromMs = retiredFromMs(device, zone)
  return fromMs <= nowMs ? { retired: new Date(fromMs).toISOString() } : {}
}

/** Reason why nothing of the last message was taken; null when something was. */
function rejectedReason({ lastMessage }: DeviceSender): RejectReason | null {
  if (lastMessage === null || lastMessage.readings + lastMessage.events > 0) return null
  const reasons = lastMessage.rejections.map(({ reason }) => reason)
  return reasons.length === 0 ? null : reasons.reduce(firstReason)
}

function instant(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString()
}
