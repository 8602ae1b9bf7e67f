import { readFileSync } from 'node:fs'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import { accountingAnswer } from '../../../src/base/wire/accounting.js'
import { deviceAnswer } from '../../../src/base/wire/device.js'
import { gatewayAnswer } from '../../../src/base/wire/gateway.js'
import { plantsAnswer } from '../../../src/base/wire/plants.js'
import { catalogueAnswer, enpiBaselineAnswer, latestAnswer, seriesAnswer } from '../../../src/base/wire/points.js'
import { quarantineAnswer } from '../../../src/base/wire/quarantine.js'
import { readingsAnswer } from '../../../src/base/wire/readings.js'
import { stackHoursAnswer } from '../../../src/base/wire/stack-hours.js'
import type { StackHourRow } from '../../../src/base/wire.js'
import { problem } from '../../../src/views/problem.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { savingsAnswer } from '../../../src/views/wire/savings.js'
import { deviceStatesAnswer, plantStatesAnswer } from '../../../src/views/wire/states.js'
import { energy, NOW, pointAt, quarantineItem } from './examples.js'
import { FakeSources } from './fake-sources.js'
import { TestClient } from './feed-client.js'

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())
beforeEach(() => {
  sources.pointQueries = []
  sources.failure = undefined
})

function ask(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${views.port}${path}`, init)
}

async function answer<T>(schema: z.ZodType<T>, path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init)
  expect(response.status, path).toBe(200)
  return schema.parse(await response.json())
}

async function refusal(path: string, init?: RequestInit): Promise<z.output<typeof problem>> {
  const response = await ask(path, init)
  expect(response.headers.get('content-type'), path).toMatch(/^application\/problem\+json/)
  const body = problem.parse(await response.json())
  expect(body.status).toBe(response.status)
  return body
}

const series = '/api/v1/plants/suzhou-1/kpis/energy_elec_import/series'
const allOfToday = 'from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z'

test('the catalogue is gzipped for those who take it, and plain for others', async () => {
  for (const encoding of ['gzip', 'identity']) {
    const answer = await fetch(`http://127.0.0.1:${views.port}/api/v1/kpis`, {
      headers: { 'accept-encoding': encoding },
    })
    expect(answer.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null)
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    expect(await answer.json()).toEqual({ kpis: [energy] })
  }
})

test('plants, catalogue, gateway and accounting have the shapes of the contract', async () => {
  const { plants } = await answer(plantsAnswer, '/api/v1/plants')
  expect(plants.map((plant) => plant.id)).toEqual(['suzhou-1', 'dresden-1'])
  expect((await answer(catalogueAnswer, '/api/v1/kpis')).kpis).toEqual([energy])
  expect(await answer(gatewayAnswer, '/api/v1/gateway')).toEqual({
    version: '1.2.3',
    commit: 'abc123',
    node: '20.19.0',
    mqtt: { host: '127.0.0.1', port: 1883, tls_port: null },
    mqtt_certificate: null,
  })
  expect((await answer(accountingAnswer, '/api/v1/accounting')).devices).toBeUndefined()
  expect((await answer(accountingAnswer, '/api/v1/accounting?by=device')).devices).toHaveLength(1)
})

test('one device is answered in full, and one that is not there is 404', async () => {
  const device = await answer(deviceAnswer, '/api/v1/plants/suzhou-1/devices/main-1')
  expect(device).toMatchObject({ id: 'main-1', line: 'press', clock_offset_ms: -20, sequence: { missing: 3 } })
  expect((await refusal('/api/v1/plants/suzhou-1/devices/nobody')).status).toBe(404)
})

test('latest is narrowed by window, scope and id, and an empty parameter narrows nothing', async () => {
  sources.publish(pointAt(1), pointAt(2, { scope: 'line', id: 'press' }), pointAt(0, { window: '15m' }))
  const latest = '/api/v1/plants/suzhou-1/kpis/latest'
  expect((await answer(latestAnswer, `${latest}?scope=&id=`)).points).toHaveLength(3)
  expect((await answer(latestAnswer, `${latest}?window=15m`)).points).toEqual([pointAt(0, { window: '15m' })])
  expect((await answer(latestAnswer, `${latest}?scope=line&id=press`)).points.map((p) => p.value)).toEqual([2])
})

test('a series without a range is the last 24 hours of the plant itself', async () => {
  await answer(seriesAnswer, `${series}?window=1h`)
  expect(sources.pointQueries).toEqual([
    {
      plant: 'suzhou-1',
      kpi: 'energy_elec_import',
      window: '1h',
      scope: 'plant',
      id: 'suzhou-1',
      fromMs: Date.parse(NOW) - 24 * 3_600_000,
      toMs: Date.parse(NOW),
      afterMs: null,
      limit: 1000,
    },
  ])
})

test('an offset whose plus sign became a space is still an offset', async () => {
  await answer(seriesAnswer, `${series}?window=1h&from=2026-11-24T08:00:00+08:00&to=2026-11-24T09:00:00%2B08:00`)
  expect(sources.pointQueries[0]).toMatchObject({
    fromMs: Date.parse('2026-11-24T00:00:00Z'),
    toMs: Date.parse('2026-11-24T01:00:00Z'),
  })
})

test('three pages of a series lose and repeat nothing', async () => {
  sources.stored = Array.from({ length: 25 }, (_, minute) => pointAt(minute))
  const values: (number | null)[] = []
  const sizes: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `${series}?window=1m&${allOfToday}&limit=10&cursor=${cursor}`
    const { points, next } = await answer(seriesAnswer, path)
    values.push(...points.map((point) => point.value))
    sizes.push(points.length)
    cursor = next
  }
  expect(sizes).toEqual([10, 10, 5])
  expect(values).toEqual(Array.from({ length: 25 }, (_, minute) => minute))
})

test('pages of readings and of the quarantine go on where they ended, though new ones arrive', async () => {
  const reading = { value: 1, unit: 'kWh', quality: 'good' as const }
  sources.storedReadings = Array.from({ length: 5 }, (_, s) => ({ ts: `2026-11-24T00:00:0${s}.000Z`, ...reading }))
  const readings = `/api/v1/plants/suzhou-1/readings?device=main-1&metric=elec_import_kwh&${allOfToday}&limit=3`
  const first = await answer(readingsAnswer, readings)
  const second = await answer(readingsAnswer, `${readings}&cursor=${first.next}`)
  expect([...first.points, ...second.points]).toEqual(sources.storedReadings)
  expect(second.next).toBeNull()

  sources.items = ['q3', 'q2', 'q1'].map((id) => quarantineItem(id))
  const newest = await answer(quarantineAnswer, '/api/v1/quarantine?limit=2')
  sources.items.unshift(quarantineItem('q4'))
  const older = await answer(quarantineAnswer, `/api/v1/quarantine?limit=2&cursor=${newest.next}`)
  expect([...newest.items, ...older.items].map((item) => item.id)).toEqual(['q3', 'q2', 'q1'])
})

test('quarantine is filtered by reason, and an item is decoded again on request', async () => {
  sources.items = [quarantineItem('q-1'), quarantineItem('q-still-bad', 'bad_unit')]
  const { items, counts } = await answer(quarantineAnswer, '/api/v1/quarantine?reason=bad_unit')
  expect(items.map((item) => item.id)).toEqual(['q-still-bad'])
  expect(counts).toEqual({ bad_json: 2 })
  const headers = { 'content-type': 'application/json' }
  const retry = async (id: string) => ask(`/api/v1/quarantine/${id}/retry`, { method: 'POST', headers })
  expect(await (await retry('q-1')).json()).toEqual({ result: 'accepted', readings: 3, events: 0, rejections: [] })
  expect(await (await retry('q-still-bad')).json()).toMatchObject({ result: 'rejected', readings: 0 })
  expect((await retry('q-9')).status).toBe(404)
})

test('a page of another origin may not retry, one of ours may', async () => {
  sources.items = [quarantineItem('q-1')]
  sources.retried = []
  const from = (origin: string) => ({ method: 'POST', headers: { origin } })
  expect((await refusal('/api/v1/quarantine/q-1/retry', from('https://evil.example'))).status).toBe(403)
  expect(sources.retried).toEqual([])
  const own = await ask('/api/v1/quarantine/q-1/retry', from(`http://127.0.0.1:${views.port}`))
  expect(own.status).toBe(200)
})

test.each([
  ['window', 'window=2h', '2h'],
  ['window', '', undefined],
  ['from', 'window=1h&from=yesterday', 'yesterday'],
  ['from', 'window=1h&from=1763942400000', '1763942400000'],
  ['limit', 'window=1h&limit=10001', '10001'],
  ['cursor', 'window=1h&cursor=!!', '!!'],
  ['cursor', 'window=1h&cursor=cQ', 'cQ'],
  ['id', 'window=1h&scope=line', undefined],
  ['id', 'window=1h&id=press', 'press'],
])(
  'a wrong %s (%s) is answered with what came, what is expected and an example',
  async (parameter, query, received) => {
    const body = await refusal(`${series}?${query}`)
    expect(body).toMatchObject({ status: 400, parameter, ...(received === undefined ? {} : { received }) })
    expect(body.expected).toBeTruthy()
    expect(body.example).toBeTruthy()
    expect(sources.pointQueries).toEqual([])
  },
)

test('a window that the KPI does not have is answered with those it has', async () => {
  const body = await refusal(`${series}?window=shift`)
  expect(body).toMatchObject({ status: 400, parameter: 'window', received: 'shift' })
  expect(body.expected).toContain('1m, 15m, 1h, 1d')
})

test('a range that runs backwards and a parameter that does not exist are refused', async () => {
  const backwards = await refusal(`${series}?window=1h&from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z`)
  expect(backwards).toMatchObject({ status: 400, parameter: 'from', received: '2026-11-25T00:00:00.000Z' })
  const unknown = await refusal(`${series}?window=1h&form=2026-11-25T00:00:00Z`)
  expect(unknown.detail).toContain('form')
})

test('an unknown plant, KPI or path is 404', async () => {
  expect((await refusal('/api/v1/plants/nowhere/kpis/latest')).status).toBe(404)
  expect((await refusal('/api/v1/plants/NO%20SUCH/readings?device=a&metric=b')).status).toBe(404)
  expect((await refusal('/api/v1/plants/suzhou-1/kpis/nothing/series?window=1h')).status).toBe(404)
  expect((await refusal('/api/v1/nothing')).status).toBe(404)
  expect((await refusal('/api/v1/%zz')).status).toBe(400)
})

test('another method is 405 and names those there are', async () => {
  const response = await ask('/api/v1/plants', { method: 'DELETE' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
  expect((await refusal('/api/v1/quarantine/q-1/retry')).status).toBe(405)
})

test('a failure inside is 500 and tells nothing of it', async () => {
  sources.failure = new Error('secret table missing')
  const body = await refusal(`${series}?window=1h`)
  expect(body.status).toBe(500)
  expect(JSON.stringify(body)).not.toContain('secret')
})

test('readiness is 503 while a check fails, and verbose lists all of them', async () => {
  const journal = { name: 'journal', ok: true, reason: '' }
  const store = { name: 'store influxdb1', ok: false, reason: 'does not answer: is it running?' }
  sources.checks = [journal]
  expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready', lag_s: 0.25, live_lag_s: 0.125, checks: [] })
  sources.checks = [journal, store]
  const response = await ask('/readyz')
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ status: 'not_ready', lag_s: 0.25, live_lag_s: 0.125, checks: [store] })
  expect(await (await ask('/readyz?verbose')).json()).toMatchObject({ status: 'not_ready', checks: [journal, store] })
  expect((await ask('/livez')).status).toBe(200)
})

test('nothing frames our pages, guesses their types or keeps their answers', async () => {
  const { headers } = await ask('/api/v1/plants')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('access-control-allow-origin')).toBeNull()
})

test('no page may hold a script or a style; the API page may hold the one style of its library', async () => {
  for (const path of ['/', '/api/v1/plants', '/docs']) {
    const policy = (await ask(path)).headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    if (path !== '/docs') expect(policy).toContain("style-src 'self';")
  }
})

test('hours of a stack come in pages, filled by HJ 75 unless another rule is asked for', async () => {
  const hour = (start: string): StackHourRow => ({
    start: `2026-11-24T${start}:00:00.000Z`,
    end: `2026-11-24T${start}:59:59.999Z`,
    cause: 'invalid',
    kg: 8,
    measured_kg: null,
    concentration: null,
    reference: null,
    above_limit: null,
    substitution: { kg: 8, method: 'hj75_max_180', reason: '', gap_hours: 2, from_hours: 3 },
  })
  sources.storedHours = [hour('08'), hour('09')]
  const hours = '/api/v1/plants/suzhou-1/stacks/main-1/hours'
  const first = await answer(stackHoursAnswer, `${hours}?pollutant=nox&limit=1&${allOfToday}`)
  expect(first.hours).toEqual([hour('08')])
  const rest = await answer(stackHoursAnswer, `${hours}?pollutant=nox&profile=mrr&cursor=${first.next}&${allOfToday}`)
  expect(rest).toMatchObject({ hours: [hour('09')], next: null })
  expect(sources.stackQueries.map(({ stack, profile }) => `${stack} ${profile}`)).toEqual(['main-1 hj75', 'main-1 mrr'])
  expect(await refusal(`${hours}?pollutant=dust`)).toMatchObject({ status: 400, parameter: 'pollutant' })
  expect(await refusal(`${hours}?pollutant=nox&profile=epa`)).toMatchObject({ status: 400, parameter: 'profile' })
  expect((await refusal('/api/v1/plants/suzhou-1/stacks/none/hours?pollutant=nox')).status).toBe(404)
  expect((await refusal('/api/v1/plants/nowhere/stacks/main-1/hours?pollutant=nox')).status).toBe(404)
})

test('states of a machine are asked for at most 45 days, those of a plant for at most 50 h', async () => {
  const [one, all] = ['/api/v1/plants/suzhou-1/devices/main-1/states', '/api/v1/plants/suzhou-1/states']
  const range = (from: string) => `from=${from}&to=2026-11-24T00:00:00Z`
  const segments = [{ from: '2026-11-22T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z', state: 'PRODUCING' }]
  expect(await answer(deviceStatesAnswer, `${one}?${range('2026-11-22T00:00:00Z')}`)).toEqual({
    segments,
    truncated: false,
  })
  expect(await answer(plantStatesAnswer, `${all}?${range('2026-11-22T00:00:00Z')}`)).toEqual({
    devices: [{ device: 'main-1', line: 'press', segments, truncated: false }],
  })
  // A day by default.
  const { segments: today } = await answer(deviceStatesAnswer, one)
  expect(today).toMatchObject([{ from: '2026-11-23T12:00:00.000Z', to: NOW }])
  await answer(deviceStatesAnswer, `${one}?${range('2026-10-10T00:00:00Z')}`)
  await answer(plantStatesAnswer, `${all}?${range('2026-11-21T22:00:00Z')}`)
  expect(await refusal(`${one}?${range('2026-10-09T23:59:59Z')}`)).toMatchObject({ status: 400, parameter: 'from' })
  expect(await refusal(`${all}?${range('2026-11-21T21:59:59Z')}`)).toMatchObject({ status: 400, parameter: 'from' })
  expect((await refusal('/api/v1/plants/suzhou-1/devices/nobody/states')).status).toBe(404)
  expect((await refusal('/api/v1/plants/nowhere/states')).status).toBe(404)
  expect(sources.stateQueries.map(({ device, segmentsMax }) => [device, segmentsMax])).toContainEqual([null, 1000])
})

test('the OpenAPI document is 3.1, has every route of the API, and every reference in it resolves', async () => {
  const document = (await (await ask('/api/v1/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, { parameters?: { name: string; description?: string }[] }>>
    components: { schemas: Record<string, unknown> }
  }
  expect(document.openapi).toMatch(/^3\.1/)
  const surface = readFileSync(new URL('../../golden/surface/api.txt', import.meta.url), 'utf8')
  const promised = [...surface.matchAll(/^[A-Z]+ (\/\S+)$/gm)].map((match) => match[1]!)
  expect(promised).toContain('/api/v1/plants')
  expect(promised.filter((path) => !(path in document.paths))).toEqual([])
  const parameters = document.paths['/api/v1/plants/{plant}/kpis/{kpi}/series']!.get!.parameters!
  expect(parameters.map(({ name }) => name).sort()).toEqual([
    'as',
    'cursor',
    'from',
    'id',
    'kpi',
    'limit',
    'plant',
    'scope',
    'to',
    'window',
  ])
  for (const { name, description } of parameters) expect(description, name).toBeTruthy()
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!)
  expect(references).toContain('#/components/schemas/KpiPoint')
  const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)
  expect(references.filter((reference) => !names.includes(reference))).toEqual([])
})

test('the feed is on the same port', async () => {
  const client = await TestClient.connect(views.port)
  expect((await client.first('hello')).server_time).toBe(NOW)
  await client.leave()
})

test('a port that is taken is told as the system tells it', async () => {
  const taken = { host: '127.0.0.1', port: views.port, dashboardsDir: '/nowhere' }
  const start = startViews(taken, new FakeSources(), pino({ level: 'silent' }))
  await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE', port: views.port })
})

test('the API page is served', async () => {
  const response = await ask('/docs')
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('swagger-ui')
})

test('without built dashboards the front page says how to build them', async () => {
  const response = await ask('/')
  expect(response.status).toBe(404)
  expect(await response.text()).toContain('npm run build')
})

test('a baseline is reckoned from the days that are stored', async () => {
  const path = '/api/v1/plants/suzhou-1/enpi/baseline?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'
  expect(await answer(enpiBaselineAnswer, path)).toMatchObject({ a: null, reason: 'low_sample', days: 0 })
  expect(sources.pointQueries).toMatchObject([
    { kpi: 'good_units', window: '1d', scope: 'plant', id: 'suzhou-1' },
    { kpi: 'energy_elec_consumed', window: '1d', scope: 'plant', id: 'suzhou-1' },
  ])
  expect(await refusal(`${path}&variable=weather`)).toMatchObject({ status: 400, parameter: 'variable' })
  expect(await refusal('/api/v1/plants/atlantis/enpi/baseline?from=2025-01-01T00:00:00Z')).toMatchObject({
    status: 404,
  })
})

test('savings are reckoned from the days that are stored, before a change and after it', async () => {
  const before = sources.pointQueries.length
  const baseline = '/api/v1/plants/suzhou-1/savings?baseline_from=2024-01-01T00:00:00Z&baseline_to=2025-01-01T00:00:00Z'
  const path = `${baseline}&from=2025-02-01T00:00:00Z&to=2025-03-01T00:00:00Z`
  expect(await answer(savingsAnswer, path)).toEqual({
    ...{ energy: 'energy_elec_consumed', reason: 'low_sample', baseline: null, saving: null },
  })
  const asked = sources.pointQueries
    .slice(before)
    .map(({ kpi, fromMs }) => `${kpi} ${new Date(fromMs).getUTCFullYear()}`)
  const kpis = ['cycles', 'energy_elec_consumed', 'good_units']
  expect(asked.toSorted()).toEqual(kpis.flatMap((kpi) => [`${kpi} 2024`, `${kpi} 2025`]))
  expect(await refusal(`${baseline}&from=2024-12-31T00:00:00Z`)).toMatchObject({ status: 400, parameter: 'from' })
  expect(await refusal(path.replace('suzhou-1', 'atlantis'))).toMatchObject({ status: 404 })
})

test('who asks for the states of a plant up to now, a moment later, gets what was made for the one before', async () => {
  const before = sources.stateQueries.length
  const first = await answer(plantStatesAnswer, '/api/v1/plants/suzhou-1/states')
  await sources.clock.advance(500)
  expect(await answer(plantStatesAnswer, '/api/v1/plants/suzhou-1/states')).toEqual(first)
  expect(sources.stateQueries).toHaveLength(before + 1)
})
