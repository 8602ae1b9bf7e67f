import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KpiInfo } from '../../src/base/kpi.js'
import { METRICS } from '../../src/base/metrics.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { compareWindows, type Difference } from './compare.js'
import { type Ask, askOf, factorRows, plantInput } from './gateway-input.js'
import { NOT_RECOMPUTED } from './not-recomputed.js'
import type { PlantInput } from './recompute/inputs.js'
import { instantOf } from './recompute/windows.js'
import { worldOf } from './world.js'

/** Plants drawn by lot: what the gateway answers is what their readings come to by the specification alone. */

const SEED = Number(process.env.CROSS_CHECK_SEED ?? 20_261_128)
const world = worldOf(SEED, 2)
const factors = factorRows(join(import.meta.dirname, '..', '..', 'factors', 'emission-factors.csv'))
const metrics = [...METRICS.keys()]
let gateway: TestGateway
let ask: Ask
let catalogue: readonly KpiInfo[]
const inputs: PlantInput[] = []
const spanOf = ({ plant }: PlantInput) => ({
  fromMs: instantOf(world.from, '00:00', plant.timezone),
  toMs: instantOf(world.to, '00:00', plant.timezone),
})

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: world.plants } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const { topic, payload } of world.messages) await client.publishAsync(topic, payload, { qos: 1 })
  await client.endAsync()
  const { readings } = await settled(gateway)
  expect(readings).toMatchObject({ archived: world.readings, conflict: 0 })
  ask = askOf(gateway.httpUrl)
  catalogue = (await ask<{ readonly kpis: readonly KpiInfo[] }>('/kpis')).kpis
  for (const plant of world.plants) {
    const span = {
      fromMs: instantOf(world.from, '00:00', plant.timezone),
      toMs: instantOf(world.to, '00:00', plant.timezone),
    }
    inputs.push(await plantInput(ask, plant, factors, span))
  }
}, 120_000)

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('the windows of every plant, line and device are what the specification makes of their readings', async () => {
  const all: Difference[] = []
  const counted = new Map<string, number>()
  for (const input of inputs) {
    const { differences, counts } = await compareWindows(ask, input, catalogue, spanOf(input), metrics)
    all.push(...differences)
    for (const [kpi, count] of counts) counted.set(kpi, (counted.get(kpi) ?? 0) + count)
  }
  const shown = [...counted].flatMap(([kpi, count]) => {
    const of = all.filter(({ what }) => what.split(' ')[3] === kpi)
    return of.length === 0 ? [] : [`${kpi}: ${of.length} of ${count}, ${JSON.stringify(of[0])}`]
  })
  expect(shown, `seed ${SEED}`).toEqual([])
  const silent = catalogue.filter(({ id }) => !counted.has(id) && !NOT_RECOMPUTED.some(([ids]) => ids.test(id)))
  expect(silent.map(({ id }) => id)).toEqual([])
})
