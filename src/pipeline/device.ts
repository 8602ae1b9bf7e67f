import type { Database } from '../archive/database.js'
import { readOffsets } from '../archive/offsets.js'
import type { DeviceSender } from '../archive/senders.js'
import type { Series } from '../archive/series.js'
import { MQTT_VERSIONS } from '../base/mqtt-version.js'
import type { DeviceAnswer, LastMessage, PlantNode } from '../base/wire.js'
import { legible } from '../decode/text.js'
import { clockOf } from './device-clock.js'

const OFFSETS_MAX = 60
const METRICS_MAX = 100

/** All that is known of one device; null when it is neither configured nor has ever sent. */
export async function readDevice(
  parts: { readonly database: Database; readonly series: readonly Series[] },
  plant: PlantNode | undefined,
  sender: DeviceSender | undefined,
  id: string,
): Promise<DeviceAnswer | null> {
  const line = plant?.lines.find(({ devices }) => devices.some((device) => device.id === id))
  const node = line?.devices.find((device) => device.id === id)
  if (plant === undefined || line === undefined || node === undefined) return null
  const own = parts.series.filter((series) => series.plant === plant.id && series.device === id)
  const newestTs = own.reduce((ts, series) => Math.max(ts, series.newestTs), -Infinity)
  const ids = own.map((series) => series.id)
  const offsets = await readOffsets(parts.database, ids, newestTs, OFFSETS_MAX)
  const clock = sender === undefined ? null : clockOf(sender)
  return {
    ...node,
    plant: plant.id,
    line: line.id,
    status: sender?.status ?? null,
    session: sender === undefined ? null : sessionOf(sender),
    clock_bounds: clock === null ? null : { min_ms: clock.minMs, max_ms: clock.maxMs },
    clock_series: offsets.map(({ atMs, offsetMs }) => ({ at: new Date(atMs).toISOString(), offset_ms: offsetMs })),
    sequence: sender?.sequence ?? { last: null, gaps: 0, missing: 0 },
    metrics: newestMetrics(own),
    last_message: sender === undefined ? null : lastMessage(sender),
  }
}

function sessionOf({ client, session: state, mqttLevel }: DeviceSender): DeviceAnswer['session'] {
  return client === null ? null : { client, state, mqtt: mqttLevel === null ? null : MQTT_VERSIONS[mqttLevel] }
}

function newestMetrics(own: readonly Series[]): readonly string[] {
  const filled = own.filter(({ newestTs }) => Number.isFinite(newestTs))
  return filled
    .sort((a, b) => b.newestTs - a.newestTs)
    .slice(0, METRICS_MAX)
    .map(({ metric }) => metric)
}

function lastMessage({ lastMessage: last }: DeviceSender): LastMessage | null {
  if (last === null) return null
  return {
    topic: last.topic,
    client: last.client,
    received_at: new Date(last.arrivedAt).toISOString(),
    size_bytes: last.sizeBytes,
    sample: legible(last.sample),
    readings: last.readings,
    events: last.events,
    rejections: last.rejections,
  }
}
