import { createHash } from 'node:crypto'
import mqtt from 'mqtt'
import type { AuditJob } from '../../src/base/report.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import type { QuarantineAnswer, SeriesAnswer } from '../../src/base/wire.js'
import type { CorrectionsAnswer } from '../../src/views/wire/records.js'
import { accounting, allReadings, getJson, settled, type TestGateway, until } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

/** A plant of which each version keeps a data directory: what it was sent, and what it has to say of it ever after. */

export const GOLDEN = import.meta.dirname

export const PLANT = 'golden-1'
export const REPORT = `${PLANT}.ghg.2026-01-05.2026-01-06`

export const PLANTS = [
  {
    id: PLANT,
    name: { en: 'Golden' },
    timezone: 'UTC',
    grid_region: 'CN-JS',
    kpis: ['energy_elec_import', 'scope2_lb'],
    lines: [{ id: 'press' }],
    devices: [{ id: 'main-1', line: 'press', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
  },
]

const MINUTE_MS = 60_000
const TOPIC = `plants/${PLANT}/press/main-1/energy`
const RANGE = 'from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z'

const time = (minutes: number) => new Date(Date.UTC(2026, 0, 4, 23) + minutes * MINUTE_MS).toISOString()

/** 2.5 kWh each quarter of an hour, from an hour before the day to an hour after it: 240 kWh. */
const samples = Array.from({ length: 105 }, (_, i) => ({
  ts: time(15 * i),
  metrics: { elec_import_kwh: 1000 + 2.5 * i, voltage_v: 230 + (i % 7) / 10 },
  seq: i + 1,
}))

type Message = readonly [topic: string, payload: string]

/** The last one comes once more after the report was frozen: it changes nothing. */
export const MESSAGES: readonly Message[] = [
  [`plants/${PLANT}/press/main-1/status`, 'online'],
  [TOPIC, '{"ts":'],
  [TOPIC, JSON.stringify({ ts: new Date(Date.UTC(2026, 0, 5, 12)).toISOString(), metrics: { elec_import_kwh: '7' } })],
  ...[0, 35, 70].map((from): Message => [TOPIC, JSON.stringify(samples.slice(from, from + 35))]),
]

/** Says by the device why a machine stood, and by a person that the reading of 12:00 was read wrongly. */
export async function say(gateway: TestGateway): Promise<void> {
  const reason = { id: 'd-1', type: 'downtime_reason', code: 'tool_worn', from: time(100) }
  await publish(gateway, [[TOPIC, JSON.stringify({ ts: time(120), events: [reason] })]])
  await putOnRecord(gateway, PLANT, {
    ...{ id: 'c-1', type: 'correction', device: 'main-1', metric: 'elec_import_kwh', at: time(780) },
    ...{ before: 1130, after: 1131, author: 'li', reason: 'read off again' },
  })
  await settled(gateway)
}

/** All of it that has to stay as it is through restarts, restores and versions. */
export async function stateOf(gateway: TestGateway) {
  const ask = <T>(path: string) => getJson<T>(gateway, `/api/v1/plants/${PLANT}/${path}`)
  const series = async (kpi: string, window: string) => {
    const { points } = await ask<SeriesAnswer>(`kpis/${kpi}/series?window=${window}&${RANGE}`)
    return points.map(({ start, value, reason, numerator, denominator, coverage, provisional }) => {
      return { start, value, reason, numerator, denominator, coverage, provisional }
    })
  }
  const readings = await Promise.all(
    ['elec_import_kwh', 'voltage_v'].map((metric) => allReadings(gateway, { plant: PLANT, device: 'main-1', metric })),
  )
  const { messages, readings: counts, elements_rejected, closes } = await accounting(gateway)
  const quarantine = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')
  const { items: corrections } = await ask<CorrectionsAnswer>(`corrections?${RANGE}`)
  const { items: reports } = await getJson<ReportsAnswer>(gateway, '/api/v1/reports')
  return {
    readings: readings.map((points) => ({
      first: points[0],
      count: points.length,
      sha256: hashOf(JSON.stringify(points)),
    })),
    kpis: {
      energy_elec_import_1h: await series('energy_elec_import', '1h'),
      energy_elec_import_1d: await series('energy_elec_import', '1d'),
      scope2_lb_1d: await series('scope2_lb', '1d'),
    },
    accounting: { messages, readings: counts, elements_rejected, closes },
    quarantine: quarantine.items.map(({ id, reason }) => ({ id, reason })),
    corrections: corrections.map(({ id, applied }) => ({ id, applied })),
    reports: reports.map(({ id, version, status, sha256 }) => ({ id, version, status, sha256 })),
  }
}

/** Sends messages one after another, and waits until all that follows from them is there. */
export async function publish(gateway: TestGateway, messages: readonly (readonly [string, string])[]): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'golden' })
  for (const [topic, payload] of messages) await client.publishAsync(topic, payload, { qos: 1 })
  await client.endAsync()
  await settled(gateway)
}

/** Asks for work on a report and waits until it is done. Throws with what the gateway says when it fails. */
export async function follow(gateway: TestGateway, path: string, body: object): Promise<void> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { id } = (await answer.json()) as AuditJob
  await until(async () => {
    const { state, detail } = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
    if (state === 'failed') throw new Error(detail.en)
    return state === 'done'
  })
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
