import { join } from 'node:path'
import mqtt from 'mqtt'
import type { ClusterLoad, ClusterPlants, Message } from '../../support/cluster-load.js'
import { removeData, settled, startGateway } from '../../support/gateway.js'
import { type PointFields, pointsInDatabase } from '../../support/influx-contents.js'

const IN_FLIGHT = 500

/** KPI points that a single gateway makes of the same messages: every one, by stream and start. */
export async function singleNodePoints(plants: ClusterPlants, load: ClusterLoad): Promise<Map<string, PointFields>> {
  const gateway = await startGateway({ config: { plants: plants.config } })
  try {
    await play(gateway.mqttUrl, load.messages())
    const { readings } = await settled(gateway)
    if (readings.conflict > 0) throw new Error(`${readings.conflict} readings are in conflict on a single node`)
    // All that has settled is in the database, however the gateway ends.
    await gateway.stop('SIGKILL')
    return await pointsInDatabase(join(gateway.dataDir, 'archive.duckdb'))
  } finally {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  }
}

async function play(url: string, messages: Iterable<Message>): Promise<void> {
  const client = await mqtt.connectAsync(url, { clientId: 'player' })
  let sent: Promise<unknown>[] = []
  for (const { topic, payload } of messages) {
    sent.push(client.publishAsync(topic, payload, { qos: 1 }))
    if (sent.length < IN_FLIGHT) continue
    await Promise.all(sent)
    sent = []
  }
  await Promise.all(sent)
  await client.endAsync()
}

/**
 * Points that are final by event time alone, without what depends on when it was computed: how often it was, and up to
 * when nobody knew better. `endTs` as far as all devices have sent.
 */
export function finalFigures(
  points: ReadonlyMap<string, PointFields>,
  endTs: number,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(
    [...points].flatMap(([key, { rev: _, ...figures }]) =>
      Number(figures.end) <= endTs - MARGIN_MS ? [[key, figures] as const] : [],
    ),
  )
}

/** Lateness that is waited for, and more. */
const MARGIN_MS = 10 * 60_000
