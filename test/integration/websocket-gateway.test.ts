import mqtt from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { allReadings, freePort, removeData, startGateway, until } from '../support/gateway.js'

test('a reading that comes over WebSocket is acknowledged and stored like any other', async () => {
  const wsPort = await freePort()
  const gateway = await startGateway({ config: { mqtt: { ws_port: wsPort } } })
  onTestFinished(async () => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  })
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${wsPort}/mqtt`, { reconnectPeriod: 0 })
  const ts = Date.UTC(2026, 0, 5)
  const payload = JSON.stringify({ ts, metrics: { elec_import_kwh: 7 } })
  await client.publishAsync('plants/web-1/press/main-1/energy', payload, { qos: 1 })
  await client.endAsync()
  const stored = () => allReadings(gateway, { plant: 'web-1', device: 'main-1', metric: 'elec_import_kwh' })
  await until(async () => (await stored().catch(() => [])).length === 1)
  expect(await stored()).toMatchObject([{ ts: new Date(ts).toISOString(), value: 7 }])
})
