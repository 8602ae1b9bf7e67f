import { askApi, gatewayOf } from './ask-gateway.js'
import { systemClock } from './base/clock.js'
import type { Accounting } from './base/wire.js'
import type { LoadedConfig } from './config.js'
import { startGateway } from './gateway.js'
import { versionInfo } from './version.js'

const LOOK_MS = 200

/**
 * Brings all that the journal of a stopped gateway holds into the files of its archive: starts it with its doors shut and with
 * nobody to send anything to, waits until it has read everything, and stops it again.
 */
export async function settle({ config, hash, content, registry, people }: LoadedConfig): Promise<void> {
  const quiet = {
    ...config,
    mqtt: { ...config.mqtt, enabled: false },
    http: { ...config.http, host: '127.0.0.1', port: 0, tls: null },
    brokers: [],
    // Of a node of a cluster the journal is in streams; what is here are files, and they stay.
    journal: { ...config.journal, type: 'files' as const, servers: [] },
    forward: { ...config.forward, servers: [] },
    hj212: { ...config.hj212, enabled: false },
    modbus: { ...config.modbus, connections: [] },
    store: config.store.filter(({ type }) => type === 'duckdb'),
    notify: { ...config.notify, channels: [] },
    plants: config.plants.map((plant) => ({ ...plant, authorities: [] })),
  }
  const gateway = await startGateway({
    config: quiet,
    // What it means stays what it was: the journal gets the settings as they are.
    configText: { hash, content },
    registry,
    people,
    version: versionInfo(),
  })
  try {
    const api = gatewayOf({ ...quiet, http: { ...quiet.http, port: gateway.httpPort } })
    for (;;) {
      const { messages, readings } = await askApi<Accounting>(api, '/accounting')
      if (messages.undecoded + readings.pending === 0) break
      await systemClock.sleep(LOOK_MS)
    }
    await askApi(api, '/backups', { folder: config.data_dir })
  } finally {
    await gateway.close()
  }
}
