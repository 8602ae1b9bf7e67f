import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { systemClock } from '../../base/clock.js'
import type { Accounting } from '../../base/wire.js'
import type { LoadedConfig } from '../../config/config.js'
import { versionInfo } from '../../program/version.js'
import { startGateway } from '../../runtime/gateway.js'
import { quietConfig } from '../../runtime/quiet.js'
import { callApi, type GatewayApi, gatewayOf } from '../client/call-gateway.js'
import { Unreachable } from '../client/unreachable.js'

const LOOK_MS = 200

/**
 * Brings all that the journal of a stopped gateway holds into the files of its archive: starts it with its ingress shut and with
 * nobody to send anything to, waits until it has read everything, and stops it again.
 */
export async function settle({ config, hash, content, registry, people }: LoadedConfig): Promise<void> {
  const silent = quietConfig(config)
  const quiet = { ...silent, http: { ...silent.http, port: await freePort() } }
  const gateway = await startGateway({
    config: quiet,
    // The journal gets the settings as they are, so that what it means stays what it was.
    configText: { hash, content },
    registry,
    people,
    version: versionInfo(),
  })
  let failure: Error | null = null
  void gateway.failed.then((error) => {
    failure = error
  })
  try {
    const api = gatewayOf(quiet)
    while (!(await isThrough(api))) {
      if (failure !== null) throw failure
      await systemClock.sleep(LOOK_MS)
    }
    await callApi(api, '/backups', { folder: config.data_dir })
  } finally {
    await gateway.close()
  }
}

/** True when it has read all there is; not while its database is rebuilt and nothing is answered. */
async function isThrough(api: GatewayApi): Promise<boolean> {
  try {
    const { messages, readings } = await callApi<Accounting>(api, '/accounting')
    return messages.undecoded + readings.pending === 0
  } catch (error) {
    if (error instanceof Unreachable) return false
    throw error
  }
}

/** One that stays the same when its database is rebuilt, which another server says. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
