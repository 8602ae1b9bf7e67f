import mqtt from 'mqtt'
import { expect } from 'vitest'
import type { AuditJob, Report } from '../../../src/base/report.js'
import { getJson, type TestGateway, until } from '../../support/gateway.js'

/** Calls of a gateway that proofs of corrected figures share: messages in, reports out. */

/** One message of a device: metrics and events of an instant, epoch ms. */
export interface Sample {
  readonly ts: number
  readonly metrics?: Readonly<Record<string, number | string | boolean>>
  readonly events?: readonly Readonly<Record<string, unknown>>[]
}

const SAMPLES_A_MESSAGE = 500

/** Publishes what devices of a plant say (`m1`, `m1/robot`), and resolves when all of it is acknowledged. */
export async function send(
  gateway: TestGateway,
  plant: string,
  devices: Readonly<Record<string, readonly Sample[]>>,
): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const [name, samples] of Object.entries(devices)) {
    const [device, of = 'energy'] = name.split('/')
    for (let at = 0; at < samples.length; at += SAMPLES_A_MESSAGE) {
      const payload = JSON.stringify(samples.slice(at, at + SAMPLES_A_MESSAGE))
      await client.publishAsync(`plants/${plant}/main/${device}/${of}`, payload, { qos: 1 })
    }
  }
  await client.endAsync()
}

/** A register that rises by `each` from sample to sample; both ends included. */
export function register(metric: string, fromMs: number, toMs: number, everyMs: number, each: number): Sample[] {
  const count = Math.round((toMs - fromMs) / everyMs)
  return Array.from({ length: count + 1 }, (_, i) => ({
    ts: fromMs + i * everyMs,
    metrics: { [metric]: 1000 + i * each },
  }))
}

/** Makes a report of whole days, the last one not included. */
export async function reportOf(gateway: TestGateway, plant: string, from: string, to: string): Promise<Report> {
  const body = JSON.stringify({ plants: [plant], from, to })
  const answer = await fetch(`${gateway.httpUrl}/api/v1/reports`, { method: 'POST', body })
  expect(answer.status).toBe(202)
  let job = (await answer.json()) as AuditJob
  await until(async () => {
    job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`).catch(() => job)
    return job.state === 'done' || job.state === 'failed'
  })
  expect(job).toMatchObject({ state: 'done' })
  return getJson(gateway, `/api/v1/reports/${job.report!.id}.json?version=${job.report!.version}`)
}

/** The value of a figure of a report that is the sum of the days of a KPI of the plant. */
export function daysFigure({ figures }: Report, kpi: string): number | null {
  const found = Object.values(figures).find(({ made }) => {
    return made.by === 'days' && made.kpi === kpi && made.scope === 'plant'
  })
  return found?.value == null ? null : Number(found.value)
}
