import mqtt from 'mqtt'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { partitionOf } from '../../src/nats/partition.js'
import type { CorrectionsAnswer, EventsAnswer } from '../../src/views/wire/records.js'
import { allReadings, getJson, type TestGateway } from './gateway.js'
import { putOnRecord } from './put-on-record.js'

/** Two plants, one in each of two partitions, with late data, a conflict and corrections: what is moved, and what must not change. */

export const PARTITIONS = 2
const IDS = Array.from({ length: 20 }, (_, i) => `plant-${i}`)
export const PLANTS = [0, 1].map((partition) => IDS.find((id) => partitionOf(id, PARTITIONS) === partition)!)
const DAY = 'from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z'
const MINUTE_MS = 60_000

const time = (minutes: number) => new Date(Date.UTC(2026, 0, 4, 23) + minutes * MINUTE_MS).toISOString()
export const plantsOf = (ids: readonly string[], fourEyes: boolean) =>
  ids.map((id, i) => ({
    id,
    name: { en: id },
    timezone: 'UTC',
    grid_region: 'CN-JS',
    kpis: ['energy_elec_import', 'scope2_lb'],
    four_eyes: fourEyes,
    lines: [{ id: 'press' }],
    devices: [{ id: `main-${i}`, line: 'press', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
  }))
const deviceOf = (plant: string) => `main-${PLANTS.indexOf(plant)}`

export const samplesOf = (plant: string) =>
  Array.from({ length: 105 }, (_, i) => ({
    ts: time(15 * i),
    metrics: { elec_import_kwh: 1000 + (2.5 + PLANTS.indexOf(plant)) * i, voltage_v: 230 + (i % 7) / 10 },
    seq: i + 1,
  }))
/** Somebody corrects the reading of an hour after the beginning, or the one of two hours after it; where it is asked for somebody else approves. */
export async function correct(gateway: TestGateway, plant: string, nth: number, isApproved = false): Promise<void> {
  const before = 1000 + (2.5 + PLANTS.indexOf(plant)) * 16 * nth
  await putOnRecord(gateway, plant, {
    ...{ id: `c-${nth}`, type: 'correction', device: deviceOf(plant), metric: 'elec_import_kwh', at: time(240 * nth) },
    ...{ before, after: before + 1, author: 'li', reason: 'read off again' },
  })
  if (isApproved) await putOnRecord(gateway, plant, { by: 'zhang' }, `entries/c-${nth}/approve`)
}

export async function send(
  gateway: Pick<TestGateway, 'mqttUrl'>,
  plant: string,
  messages: readonly unknown[],
): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const message of messages) {
    await client.publishAsync(`plants/${plant}/press/${deviceOf(plant)}/energy`, JSON.stringify(message), { qos: 1 })
  }
  await client.endAsync()
}

/** All of a plant that must not change. */
export async function figuresOf(gateway: TestGateway, plant: string) {
  const ask = <T>(path: string) => getJson<T>(gateway, `/api/v1/plants/${plant}/${path}`)
  const series = async (kpi: string, window: string) => {
    const { points } = await ask<SeriesAnswer>(`kpis/${kpi}/series?window=${window}&${DAY}`)
    return points.map(({ rev: _, ...point }) => point)
  }
  const device = deviceOf(plant)
  const metrics = ['elec_import_kwh', 'voltage_v']
  return {
    hours: await series('energy_elec_import', '1h'),
    days: [...(await series('energy_elec_import', '1d')), ...(await series('scope2_lb', '1d'))],
    readings: await Promise.all(metrics.map((metric) => allReadings(gateway, { plant, device, metric }))),
    events: (await ask<EventsAnswer>(`events?${DAY}`)).items,
    corrections: (await ask<CorrectionsAnswer>(`corrections?${DAY}`)).items.map(({ id, why }) => ({ id, why })),
  }
}
