import type { MqttClient } from 'mqtt'
import { expect } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { Expected, Sent } from '../integration/published/example.js'
import type { TestGateway } from './gateway.js'
import { allPoints } from './series.js'

const ELEMENTS_MAX = 1000

/** Sends the samples of one device of an example over MQTT. */
export async function sendSamples(
  client: Pick<MqttClient, 'publishAsync'>,
  plant: string,
  { device, class: cls, samples }: Sent,
): Promise<void> {
  for (let i = 0; i < samples.length; i += ELEMENTS_MAX) {
    const message = JSON.stringify(samples.slice(i, i + ELEMENTS_MAX))
    await client.publishAsync(`plants/${plant}/l/${device}/${cls}`, message, { qos: 1 })
  }
}

/** The point that an example expects, as the API has it; undefined when there is none. */
export async function pointOf(
  gateway: TestGateway,
  plant: string,
  { kpi, window, start, device }: Expected,
): Promise<KpiPoint | undefined> {
  const range = { from: start, to: new Date(Date.parse(start) + 1).toISOString() }
  const scope = device === undefined ? {} : { scope: 'device' as const, id: device }
  return (await allPoints(gateway, { plant, kpi, window, ...range, ...scope }))[0]
}

/** Reads the figures of an example over HTTP: each rounds to what is printed. */
export async function expectFigures(gateway: TestGateway, plant: string, figures: readonly Expected[]): Promise<void> {
  for (const expected of figures) {
    const { kpi, start, value, digits = 6, rest } = expected
    const rounded = value === null ? null : expect.closeTo(value, digits)
    // A month is computed a little after its days, and has no value before all of them are there.
    await expect
      .poll(() => pointOf(gateway, plant, expected), { message: `${kpi} at ${start}` })
      .toMatchObject({ value: rounded, ...rest })
  }
}
