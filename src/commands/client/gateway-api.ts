import { existsSync } from 'node:fs'
import { systemClock } from '../../base/clock.js'
import type { HealthCheck } from '../../base/wire.js'
import type { LoadedConfig } from '../../config/config.js'
import { versionInfo } from '../../program/version.js'
import { startGateway } from '../../runtime/gateway.js'
import { quietConfig } from '../../runtime/quiet.js'
import { type GatewayApi, gatewayOf, requestGateway } from './call-gateway.js'
import { Unreachable } from './unreachable.js'

const LOOK_MS = 500
/** Checks of readiness that have to be well before a report can be made. */
const NEEDED = ['archive', 'figures', 'record', 'database']

/**
 * Runs `work` with the API of the gateway that runs on the data directory. Where none does, one is started
 * for as long as the work takes, on ports of its own that nobody knows: it asks no meters, lets no data
 * loggers in, tells nobody of alarms, reports to no authority and feeds no server.
 */
export async function withGateway<T>(
  loaded: LoadedConfig,
  tell: (line: string) => void,
  work: (api: GatewayApi) => Promise<T>,
): Promise<T> {
  const { config, registry, people, hash, content } = loaded
  if (!existsSync(config.data_dir)) throw new Unreachable(`there is no data directory ${config.data_dir}`)
  const own = { ...quietConfig(config), log: { ...config.log, level: 'error' as const } }
  const gateway = await startGateway({
    config: own,
    registry,
    people,
    configText: { hash, content },
    version: versionInfo(),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOCKED') return null
    throw error
  })
  if (gateway === null) return work(gatewayOf(config))
  try {
    const api = { ...gatewayOf(own), base: `http://127.0.0.1:${gateway.httpPort}` }
    tell('no gateway runs on the data directory: it is opened here')
    await untilReady(api, tell)
    return await work(api)
  } finally {
    await gateway.close()
  }
}

async function untilReady(api: GatewayApi, tell: (line: string) => void): Promise<void> {
  let said = ''
  for (;;) {
    const answer = await requestGateway(api, '/readyz?verbose')
    const { checks } = (await answer.json()) as { checks: readonly HealthCheck[] }
    const missing = checks.find(({ name, ok }) => !ok && NEEDED.includes(name))
    if (missing === undefined) return
    if (missing.reason !== said) tell(missing.reason)
    said = missing.reason
    await systemClock.sleep(LOOK_MS)
  }
}
