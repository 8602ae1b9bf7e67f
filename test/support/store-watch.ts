import type { StoreStatus, StoresAnswer } from '../../src/base/wire.js'
import { getJson, settled, type TestGateway, until } from './gateway.js'

/** The server that the tests write to, as it is called when nobody gives it a name. */
const STORE = 'influxdb1'

/** Status of the server, as the gateway tells it. */
export async function storeStatus(gateway: TestGateway): Promise<StoreStatus> {
  const { stores } = await getJson<StoresAnswer>(gateway, '/api/v1/stores')
  const status = stores.find(({ name }) => name === STORE)
  if (status === undefined) throw new Error(`there is no store ${STORE}`)
  return status
}

/** Waits until everything acknowledged so far is computed, and given to the server. */
export async function isCurrent(gateway: TestGateway): Promise<void> {
  await settled(gateway)
  await until(async () => (await storeStatus(gateway)).state === 'current')
}

/** Messages about the server in the gateway's log. */
export function saidOfStore(gateway: TestGateway): string[] {
  return gateway
    .log()
    .split('\n')
    .filter((line) => line.includes(STORE))
    .map((line) => (JSON.parse(line) as { msg: string }).msg)
}
