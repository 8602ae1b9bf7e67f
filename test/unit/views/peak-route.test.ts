import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { peakAnswer } from '../../../src/views/wire/peak.js'
import { plantNode, pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'

let views: Views
const sources = new FakeSources()

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())

test('demand is told of a plant that nothing is forecast of, with the reasons; there is none of a plant that nobody knows', async () => {
  const peakOf = (plant: string) => fetch(`http://127.0.0.1:${views.port}/api/v1/plants/${plant}/peak`)
  expect(peakAnswer.parse(await (await peakOf('suzhou-1')).json())).toMatchObject({
    ...{ limit_kw: null, chance_reason: 'no_limit', later: [], later_reason: 'no_forecast', highest: null },
    running: { measured_kwh: null, expected: null, horizon: null, reason: 'no_forecast' },
    month: { demand_kw: null, reason: 'no_data', extra_cost: null },
    could_wait: { start: null, meters: [] },
  })
  expect((await peakOf('atlantis')).status).toBe(404)
})

test('of many meters the largest are looked through, and nobody is taken to look at devices for that', async () => {
  const node = plantNode('suzhou-1')
  const [line] = node.lines
  const ids = Array.from({ length: 201 }, (_, i) => `sub-${i}`)
  const devices = ids.map((id) => ({ ...line!.devices[0]!, id, role: 'sub' as const }))
  sources.nodes = [{ ...node, id: 'crowded', lines: [{ ...line!, devices }] }]
  for (const [i, id] of ids.entries()) {
    sources.publish(pointAt(0, { plant: 'crowded', scope: 'device', id, window: '15m', value: i }))
  }
  const watched: string[] = []
  sources.watch = async () => void watched.push('all')
  expect((await fetch(`http://127.0.0.1:${views.port}/api/v1/plants/crowded/peak`)).status).toBe(200)
  const asked = sources.pointQueries.filter(({ plant, scope }) => plant === 'crowded' && scope === 'device')
  expect(asked.map(({ id }) => id)).toEqual(ids.slice(1).reverse())
  expect(asked.every(({ finalOnly }) => finalOnly === true)).toBe(true)
  expect(watched).toEqual([])
})

test('minutes are read of main meters that measure electricity and are not long out of service', async () => {
  const node = plantNode('suzhou-1')
  const [line] = node.lines
  const device = (id: string, changes = {}) => ({ ...line!.devices[0]!, id, role: 'main', ...changes })
  const old = { retired: '2026-01-01T00:00:00.000Z', newest: '2026-01-01T00:00:00.000Z' }
  const now = { retired: old.retired, newest: new Date(sources.clock.nowMs()).toISOString() }
  const devices = [device('grid'), device('water'), device('gone', old), device('sends-on', now)]
  const sub = device('sub', { role: 'sub' })
  sources.nodes = [{ ...node, id: 'mains', lines: [{ ...line!, devices: [...devices, sub] }] }]
  for (const id of ['grid', 'gone', 'sends-on', 'sub']) {
    sources.publish(pointAt(0, { plant: 'mains', scope: 'device', id, window: '1h' }))
  }
  expect((await fetch(`http://127.0.0.1:${views.port}/api/v1/plants/mains/peak`)).status).toBe(200)
  const asked = sources.pointQueries.filter(({ plant, window }) => plant === 'mains' && window === '1m')
  expect(asked.map(({ id }) => id)).toEqual(['mains', 'grid', 'sends-on'])
  expect(asked.every(({ finalOnly }) => finalOnly === true)).toBe(true)
})
