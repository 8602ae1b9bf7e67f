// @module-tag deep
/** Proves that a real gateway finds what was planted in its figures, and remembers over restart and rebuild what a person said of it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { AnomaliesAnswer } from '../../src/views/wire/anomalies.js'
import {
  electricityOf,
  LEAK_DAY,
  LEAKING_DAYS,
  LEAKING_PLANT,
  QUARTERS_A_DAY,
  waterOf,
} from '../support/anomalies/leaking-plant.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const FOUND_MS_MAX = 120_000
/** The newest whole day that is over for an hour. */
const END_MS = Math.floor((Date.now() - HOUR_MS) / DAY_MS) * DAY_MS
const FIRST_MS = END_MS - LEAKING_DAYS * DAY_MS
/** Nothing of the main meter comes on this day. */
const GAP_DAY = 30

const anomaliesOf = (gateway: TestGateway) => getJson<AnomaliesAnswer>(gateway, '/api/v1/plants/works/anomalies')
const found = async (gateway: TestGateway): Promise<AnomaliesAnswer> => {
  await until(async () => (await anomaliesOf(gateway)).reason === '', FOUND_MS_MAX)
  return anomaliesOf(gateway)
}

/** Stands of a register, a message a day, each stand at the end of its quarter of an hour. */
async function send(client: mqtt.MqttClient, device: string, metric: string, amountOf: (i: number) => number) {
  let stand = 1000
  for (let day = 0; day < LEAKING_DAYS; day++) {
    const samples = Array.from({ length: QUARTERS_A_DAY }, (_, k) => {
      const i = day * QUARTERS_A_DAY + k
      const sample = { ts: FIRST_MS + i * QUARTER_HOUR_MS, metrics: { [metric]: Math.round(stand * 1000) / 1000 } }
      stand += amountOf(i)
      return sample
    })
    if (device === 'main-1' && day === GAP_DAY) continue
    await client.publishAsync(`plants/works/utilities/${device}/energy`, JSON.stringify(samples), { qos: 1 })
  }
}

describe('a works with a leak', () => {
  let gateway: TestGateway | undefined

  afterEach(async () => {
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
    gateway = undefined
  })

  test('finds it in what came at once, and nothing in the gap; a dismissed one stays so when all is made again', async () => {
    const { id, timezone, shifts, devices } = LEAKING_PLANT
    const plants = [
      { id, kpis: ['energy_elec_import', 'energy_water_fresh'], name: { en: 'Works' }, timezone, shifts, devices },
    ]
    gateway = await startGateway({ config: { plants, insight: { enabled: false } } })
    const client = await mqtt.connectAsync(gateway.mqttUrl)
    await send(client, 'main-1', 'elec_import_kwh', electricityOf)
    await send(client, 'water-1', 'water_fresh_m3', waterOf)
    await client.endAsync()
    await settled(gateway, 300_000)
    expect(await anomaliesOf(gateway)).toMatchObject({ anomalies: [], look: null, reason: 'off' })
    await gateway.stop()

    gateway = await gateway.restart({ insight: { enabled: true } })
    const { anomalies, look } = await found(gateway)
    expect(anomalies).toMatchObject([{ kind: 'leak', device: 'water-1', needs_person: true, until: null }])
    expect(look).toMatchObject({
      from: new Date(FIRST_MS).toISOString(),
      to: new Date(END_MS).toISOString(),
      silent: [],
    })
    const leak = anomalies[0]!
    expect(Math.abs(Date.parse(leak.since) - (FIRST_MS + LEAK_DAY * DAY_MS))).toBeLessThan(DAY_MS)

    const answer = await fetch(`${gateway.httpUrl}/api/v1/plants/works/anomalies/${leak.id}/dismiss`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ note: 'the tap is known', by: 'wei' }),
    })
    expect(await answer.json()).toMatchObject({ state: 'dismissed', verdict_by: 'wei' })
    const before = await anomaliesOf(gateway)
    await gateway.stop()

    for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
    rmSync(join(gateway.dataDir, 'anomalies'), { recursive: true })
    gateway = await gateway.restart()
    expect((await found(gateway)).anomalies).toEqual(before.anomalies)
  })
})
