import mqtt from 'mqtt'
import type { TestGateway } from '../../support/gateway.js'

const QUARTER_MS = 900_000
const DAYS = 366
const ARRAY = 1_000

/** A plant with one main meter. */
export function yearConfig(plant: string) {
  return {
    log: { level: 'warn' },
    plants: [
      {
        id: plant,
        name: { en: 'The works' },
        timezone: 'Asia/Shanghai',
        lines: [{ id: 'hall' }],
        devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
      },
    ],
  }
}

/** A year of its register by quarters of an hour, up to now. */
export async function fillYear(gateway: TestGateway, plant: string): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-1' })
  const endMs = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS
  const count = (DAYS * 86_400_000) / QUARTER_MS
  for (let at = 0; at < count; at += ARRAY) {
    const samples = Array.from({ length: Math.min(ARRAY, count - at) }, (_, i) => ({
      ts: endMs - (count - at - i) * QUARTER_MS,
      metrics: { elec_import_kwh: (at + i) * 25 },
    }))
    await client.publishAsync(`plants/${plant}/hall/main-1/energy`, JSON.stringify(samples), { qos: 1 })
  }
  await client.endAsync()
}
