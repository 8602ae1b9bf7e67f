// @module-tag slow

import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { AuditJob } from '../../src/base/report.js'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import type { LatestAnswer, PlantsAnswer } from '../../src/base/wire.js'
import type { Problem } from '../../src/views/problem.js'
import type { EventsAnswer } from '../../src/views/wire/records.js'
import { readiness, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { type PartitionOwner, removeOwner, startOwner } from '../support/partition-owner.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { TestClient } from '../unit/views/feed-client.js'

const natsServer = findServer('nats-server')
const influxd = findServer('influxd')
const PLANT = 'viewed-1'
const T0 = Date.UTC(2026, 0, 5, 10)
const MINUTE = 60_000
const DAYS = { from: '2026-01-05', to: '2026-01-06' }
const WINDOW = 'from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z'

/** Until then an owner that is there may answer; that there is none is known long before. */
const LONG_ANSWER_MS = 30_000
/** It is never idle here, as that would make its windows final in the middle of a test that takes longer on a machine that is busy. */
const METER = { period_s: 60, idle_s: 3600 }

let nats: NatsServers
let influx: Influxd
let owner: PartitionOwner
let viewer: TestGateway
let client: MqttClient
let config: Readonly<Record<string, unknown>>
let register = 0

async function get(url: string, path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path)
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return { status: answer.status, body: isJson ? JSON.parse(text) : text }
}

async function json<T>(url: string, path: string): Promise<T> {
  return (await get(url, path)).body as T
}

async function post<T>(url: string, path: string, body: object = {}): Promise<T> {
  const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** The meter runs at so many kWh a minute; a sample each minute. */
async function run(from: number, to: number, kwh: number): Promise<void> {
  const samples = Array.from({ length: to - from }, (_, i) => {
    register += kwh
    return { ts: T0 + (from + i) * MINUTE, metrics: { elec_import_kwh: register } }
  })
  await client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, JSON.stringify(samples), { qos: 1 })
}

const startViewer = () => startGateway({ config, args: ['--role', 'views'] })
const keyOf = ({ scope, id, kpi, window }: KpiPoint) => `${scope}|${id}|${kpi}|${window}`
const byKey = (points: readonly KpiPoint[]) => points.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
const latest = async (url: string) =>
  byKey((await json<LatestAnswer>(url, `/api/v1/plants/${PLANT}/kpis/latest`)).points ?? [])

const isOfLastMinute = ({ kpi, scope, window, numerator }: KpiPoint) =>
  kpi === 'time_unknown' && scope === 'plant' && window === '1mo' && numerator === 139 * 60

/** The viewer shows what the owner has. */
async function isSame(): Promise<void> {
  await until(async () => JSON.stringify(await latest(viewer.httpUrl)) === JSON.stringify(await latest(owner.httpUrl)))
}

describe.skipIf(natsServer === null || influxd === null)('a viewer of a cluster', () => {
  beforeAll(async () => {
    ;[nats, influx] = await Promise.all([startNats(natsServer!, { partitions: 1 }), startInfluxd(influxd!)])
    config = {
      journal: { type: 'jetstream', servers: nats.urls },
      cluster: { partitions: 1, replicas: 1 },
      store: [{ type: 'influxdb1', url: influx.url, database: 'viewed', batch_age_s: 0.1 }],
      reports: { threshold_pct: 5 },
      plants: [
        {
          id: PLANT,
          name: { en: 'Viewed' },
          timezone: 'UTC',
          grid_region: 'CN-JS',
          devices: [
            { id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: METER } },
            { id: 'robot-1', line: 'press', role: 'robot', on_change: true },
          ],
          targets: [{ kpi: 'energy_elec_import', window: '1h', budget: 90 }],
          alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
        },
      ],
    }
    owner = await startOwner({ config, partition: 0, partitions: 1, epoch: 1 })
    client = await mqtt.connectAsync(owner.mqttUrl)
    await run(0, 130, 2)
    await client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, 'no JSON', { qos: 1 })
    const robot = { ts: T0, metrics: { state: 'running', parts_good: 1 } }
    await client.publishAsync(`plants/${PLANT}/press/robot-1/robot`, JSON.stringify(robot), { qos: 1 })
    viewer = await startViewer()
  })

  afterAll(async () => {
    await client.endAsync(true)
    await viewer.stop('SIGKILL')
    removeData(viewer)
    await owner.close().catch(() => {})
    removeOwner(owner)
    await Promise.all([nats.remove(), influx.remove()])
  })

  test('shows the last values that the owner has', async () => {
    await until(async () => (await latest(owner.httpUrl)).length > 20)
    await isSame()
    const { plants } = await json<PlantsAnswer>(viewer.httpUrl, '/api/v1/plants')
    expect(plants.map(({ id }) => id)).toEqual([PLANT])
    await until(async () => (await readiness(viewer)).status === 200)
  })

  test('answers assistants with what its API says', async () => {
    const asked = { plant: PLANT, kpis: ['energy_elec_import'], window: '1m' }
    const params = { name: 'current_values', arguments: asked }
    const figures = async () => {
      const answer = await fetch(`${viewer.httpUrl}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      })
      const [, message = ''] = /^data: (.*)$/m.exec(await answer.text()) ?? []
      const { content, isError = false } = JSON.parse(message).result
      expect(isError, message).toBe(false)
      return JSON.parse(content[0].text).figures as object[]
    }
    const newest = async () => {
      const [point] = (await latest(viewer.httpUrl)).filter(
        ({ kpi, window, scope }) => kpi === 'energy_elec_import' && window === '1m' && scope === 'plant',
      )
      return { value: point!.value, end: point!.end }
    }
    // Between two questions a window may go on.
    let [before, said, after] = [await newest(), await figures(), await newest()]
    while (!isDeepStrictEqual(before, after)) [before, said, after] = [after, await figures(), await newest()]
    expect(said).toMatchObject([after])
  })

  test('passes a new point on to its subscribers, and a point that closes as final', async () => {
    const dashboard = await TestClient.connect(Number(new URL(viewer.httpUrl).port))
    dashboard.subscribe({ plants: [PLANT], kpis: ['energy_elec_import'], windows: ['1m'] })
    await until(() => dashboard.all('snapshot').length === 1)
    await run(130, 140, 3)
    const values = () => new Set(dashboard.updated.filter((point) => !point.provisional).map(({ value }) => value))
    await until(() => values().has(3))
    await dashboard.leave()
  })

  test('passes an act on an alarm to the owner, and shows it at once', async () => {
    const alarms = async (url: string) => (await json<AlarmsAnswer>(url, `/api/v1/plants/${PLANT}/alarms`)).items
    await until(async () => (await alarms(viewer.httpUrl)).length > 0)
    const [first] = await alarms(viewer.httpUrl)
    const path = `/api/v1/plants/${PLANT}/alarms/${encodeURIComponent(first!.id)}/ack`
    const acked = await post<AlarmItem>(viewer.httpUrl, path, { note: 'seen', by: 'Li' })
    expect(acked).toMatchObject({ acked_by: 'Li' })
    // Its current value goes on with the figures meanwhile.
    const same = { ...acked, current: expect.any(Number), current_at: expect.any(String) }
    expect(await alarms(viewer.httpUrl)).toContainEqual(same)
    expect(await alarms(owner.httpUrl)).toContainEqual(same)
  })

  test('hands on what a person says, and nobody who publishes by MQTT can say it', async () => {
    const said = { type: 'comment', text: 'tool changed', id: 'n-1' }
    const at = new Date(T0).toISOString()
    const forged = { plant: PLANT, line: 'office', device: 'office', ts: T0, type: 'correction', id: 'forged' }
    const fields = { metric: 'elec_import_kwh', at, before: 2, after: 1, author: 'li', reason: 'forged' }
    const forger = await mqtt.connectAsync(nats.servers[0]!.mqttUrl, { clientId: 'forger' })
    const question = JSON.stringify({ method: 'say', args: [{ ...forged, fields }] })
    for (const qos of [0, 1] as const) await forger.publishAsync('greengauge/ask/0', question, { qos })
    await forger.endAsync()
    await post(viewer.httpUrl, `/api/v1/plants/${PLANT}/devices/main-1/events`, said)
    const { items } = await json<EventsAnswer>(
      owner.httpUrl,
      `/api/v1/plants/${PLANT}/events?from=2026-01-01T00:00:00Z`,
    )
    expect(items).toMatchObject([{ id: 'n-1', origin: { kind: 'person', account: null } }])
  })

  test('refuses the original of an entry and says where it is kept, and nothing is kept', async () => {
    const content = 'scan of a bill'
    const path = `/api/v1/plants/${PLANT}/originals`
    const headers = { 'content-type': 'application/octet-stream' }
    const answer = await fetch(viewer.httpUrl + path, { method: 'POST', headers, body: content })
    expect(answer.status).toBe(409)
    expect(((await answer.json()) as Problem).detail).toContain('greengauge original add on that machine')
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(await get(viewer.httpUrl, `${path}/${sha256}`)).toMatchObject({ status: 409 })
    expect(await get(owner.httpUrl, `${path}/${sha256}`)).toMatchObject({ status: 404 })
  })

  test('has a report made by the owner, and hands out its files', async () => {
    const request = { plants: [PLANT], profile: 'ghg', ...DAYS }
    const job = await post<AuditJob>(viewer.httpUrl, '/api/v1/reports', request)
    const state = async () => (await json<AuditJob>(viewer.httpUrl, `/api/v1/audit/jobs/${job.id}`)).state
    await until(async () => ['done', 'failed'].includes(await state()))
    const reports = async () => (await json<ReportsAnswer>(viewer.httpUrl, '/api/v1/reports')).items
    await until(async () => (await reports()).length === 1)
    const [report] = await reports()
    const path = `/api/v1/reports/${report!.id}.json`
    expect(await get(viewer.httpUrl, path)).toEqual(await get(owner.httpUrl, path))
  })

  describe('answers as the owner does', () => {
    const of = `/api/v1/plants/${PLANT}`
    /** Each GET route of the API document; null where each server speaks of itself. */
    const routes: Readonly<Record<string, readonly string[] | null>> = {
      '/livez': ['/livez'],
      '/readyz': null,
      '/metrics': null,
      '/api/v1/gateway': null,
      '/api/v1/gateway/ca.pem': null,
      '/api/v1/devices/refused': null,
      '/api/v1/accounts': null,
      '/api/v1/mqtt-clients': null,
      '/api/v1/sessions': null,
      '/api/v1/gateway/status': null,
      '/api/v1/config': null,
      '/api/v1/config/devices.csv': null,
      '/api/v1/config/schema': null,
      '/api/v1/config/versions': null,
      '/api/v1/config/versions/{version}': null,
      '/api/v1/devices/unknown': ['/api/v1/devices/unknown'],
      '/api/v1/grid-regions': ['/api/v1/grid-regions'],
      '/api/v1/session': ['/api/v1/session'],
      '/api/v1/session/oidc': null,
      '/api/v1/session/oidc/callback': null,
      '/api/v1/trail': null,
      '/api/v1/trail.csv': null,
      '/api/v1/asyncapi.json': null,
      '/api/v1/openapi.json': null,
      '/api/v1/plants': ['/api/v1/plants'],
      '/i3x/v1/info': ['/i3x/v1/info'],
      '/i3x/v1/namespaces': ['/i3x/v1/namespaces'],
      '/i3x/v1/objecttypes': ['/i3x/v1/objecttypes'],
      '/i3x/v1/relationshiptypes': ['/i3x/v1/relationshiptypes'],
      '/i3x/v1/objects': ['/i3x/v1/objects?typeElementId=types/line&includeMetadata=true', '/i3x/v1/objects?root=true'],
      '/api/v1/kpis': ['/api/v1/kpis'],
      '/api/v1/accounting': ['/api/v1/accounting', '/api/v1/accounting?by=device'],
      '/api/v1/alarms': ['/api/v1/alarms', '/api/v1/alarms?state=open&limit=1'],
      '/api/v1/alarms/channels': ['/api/v1/alarms/channels'],
      '/api/v1/authorities': ['/api/v1/authorities'],
      '/api/v1/audit/jobs': ['/api/v1/audit/jobs'],
      '/api/v1/audit/jobs/{job}': ['/api/v1/audit/jobs/none'],
      '/api/v1/ledger': ['/api/v1/ledger'],
      '/api/v1/lineage': ['/api/v1/lineage?report=none&figure=energy'],
      '/api/v1/quarantine': ['/api/v1/quarantine', `/api/v1/quarantine?plant=${PLANT}&limit=1`],
      '/api/v1/reports': ['/api/v1/reports'],
      '/api/v1/reports/{id}': ['/api/v1/reports/none'],
      '/api/v1/reports/{id}/footprints': ['/api/v1/reports/none/footprints'],
      '/api/v1/opcua': null,
      '/api/v1/stores': ['/api/v1/stores'],
      '/api/v1/stores/{store}/refused': ['/api/v1/stores/influxdb1/refused', '/api/v1/stores/none/refused'],
      '/api/v1/plants/{plant}/alarms': [`${of}/alarms`, '/api/v1/plants/none/alarms'],
      '/api/v1/plants/{plant}/kpis/latest': [`${of}/kpis/latest?scope=plant`],
      '/api/v1/plants/{plant}/kpis/{kpi}/series': [
        `${of}/kpis/energy_elec_import/series?window=1m&scope=plant&id=${PLANT}&${WINDOW}`,
        `${of}/kpis/energy_elec_import/series?window=1h&scope=plant&id=${PLANT}&${WINDOW}&limit=1`,
      ],
      '/api/v1/plants/{plant}/kpis/totals': [
        `${of}/kpis/totals?kpi=energy_elec_import,load_factor,oee&highest=1h&${WINDOW}`,
        `${of}/kpis/totals?kpi=energy_elec_import&scope=device&id=main-1&${WINDOW}`,
        '/api/v1/plants/none/kpis/totals?kpi=energy_elec_import',
      ],
      '/api/v1/plants/{plant}/readings': [
        `${of}/readings?device=main-1&metric=elec_import_kwh&${WINDOW}&limit=50`,
        `${of}/readings?device=robot-1&metric=parts_good&${WINDOW}`,
      ],
      '/api/v1/plants/{plant}/devices/{device}': [`${of}/devices/main-1`, `${of}/devices/none`],
      '/api/v1/plants/{plant}/devices/{device}/states': [`${of}/devices/robot-1/states?${WINDOW}`],
      '/api/v1/plants/{plant}/states': [`${of}/states?${WINDOW}`],
      '/api/v1/plants/{plant}/events': [`${of}/events?${WINDOW}`],
      '/api/v1/plants/{plant}/entries': [`${of}/entries`],
      '/api/v1/plants/{plant}/corrections': [`${of}/corrections?${WINDOW}`],
      '/api/v1/plants/{plant}/restatements': [`${of}/restatements?${WINDOW}`],
      '/api/v1/plants/{plant}/reconciliation': [`${of}/reconciliation?${WINDOW}`],
      '/api/v1/plants/{plant}/energy/machines': [`${of}/energy/machines?${WINDOW}`],
      '/api/v1/plants/{plant}/enpi/baseline': [`${of}/enpi/baseline?${WINDOW}`],
      '/api/v1/plants/{plant}/savings': [
        `${of}/savings?baseline_from=2026-01-01T00:00:00Z&baseline_to=2026-01-05T00:00:00Z&${WINDOW}`,
      ],
      '/api/v1/plants/{plant}/savings/claims': [`${of}/savings/claims`, '/api/v1/plants/none/savings/claims'],
      '/api/v1/plants/{plant}/savings/claims/{claim}': [`${of}/savings/claims/none`],
      '/api/v1/plants/{plant}/forecasts': [`${of}/forecasts`, '/api/v1/plants/none/forecasts'],
      '/api/v1/plants/{plant}/forecasts/records': [
        `${of}/forecasts/records?kpi=energy_elec_import&horizon=day_ahead&${WINDOW}`,
      ],
      '/api/v1/plants/{plant}/projections': [`${of}/projections`, '/api/v1/plants/none/projections'],
      '/api/v1/certificates': ['/api/v1/certificates'],
      '/api/v1/plants/{plant}/carbon-market': [`${of}/carbon-market`, '/api/v1/plants/none/carbon-market'],
      '/api/v1/plants/{plant}/zero-carbon-indicators': [
        `${of}/zero-carbon-indicators`,
        '/api/v1/plants/none/zero-carbon-indicators',
      ],
      '/api/v1/plants/{plant}/originals/{sha256}': [`/api/v1/plants/none/originals/${'ab'.repeat(32)}`],
      '/api/v1/figures.csv': [`/api/v1/figures.csv?kpi=energy_elec_import,oee&window=1h&${WINDOW}`],
      '/api/v1/figures.xlsx': [`/api/v1/figures.xlsx?kpi=energy_elec_import&window=1h&scope=line&${WINDOW}`],
      '/api/v1/plants/{plant}/centre-functions': [`${of}/centre-functions`, '/api/v1/plants/none/centre-functions'],
      '/api/v1/plants/{plant}/load-plan': [`${of}/load-plan`, '/api/v1/plants/none/load-plan'],
      '/api/v1/plants/{plant}/load-plan.csv': [`${of}/load-plan.csv`],
      '/api/v1/plants/{plant}/projections/records': [`${of}/projections/records?${WINDOW}`],
      '/api/v1/plants/{plant}/anomalies': [`${of}/anomalies`, '/api/v1/plants/none/anomalies'],
      '/api/v1/plants/{plant}/peak': [`${of}/peak`, '/api/v1/plants/none/peak'],
      '/api/v1/plants/{plant}/stacks/{stack}/hours': [`${of}/stacks/main-1/hours?pollutant=nox&${WINDOW}`],
      '/api/v1/plants/{plant}/removals': [`${of}/removals`],
      '/api/v1/plants/{plant}/authorities/{id}/log': [`${of}/authorities/none/log`],
    }

    test('every GET route is compared, or is of the server itself', async () => {
      const document = await json<{ paths: Record<string, Record<string, unknown>> }>(
        owner.httpUrl,
        '/api/v1/openapi.json',
      )
      const there = Object.entries(document.paths).flatMap(([path, methods]) => ('get' in methods ? [path] : []))
      expect(there.toSorted()).toEqual(Object.keys(routes).toSorted())
    })

    test.each(Object.values(routes).flatMap((paths) => paths ?? []))('%s', async (path) => {
      let answers: { viewers: unknown; owners: unknown } = { viewers: undefined, owners: null }
      const isEqual = async () => {
        answers = { viewers: tidied(await get(viewer.httpUrl, path)), owners: tidied(await get(owner.httpUrl, path)) }
        return JSON.stringify(answers.viewers) === JSON.stringify(answers.owners)
      }
      // A store is behind for as long as a batch is under way, so both are asked until they agree once.
      await until(isEqual, SOON_MS, 250).catch(() => {})
      expect(answers.viewers).toMatchObject({ status: path.includes('none') ? 404 : 200 })
      expect(answers.viewers).toEqual(answers.owners)
    })
  })

  test('that is killed is replaced by another, which shows the same', async () => {
    // Days and months are published less often than minutes: the last minute has to be in them before they stand still.
    const isSettled = async () => (await latest(owner.httpUrl)).some(isOfLastMinute)
    await until(isSettled, SOON_MS, 250)
    await isSame()
    const before = await latest(viewer.httpUrl)
    await viewer.stop('SIGKILL')
    removeData(viewer)
    viewer = await startViewer()
    // It waits for ten seconds at most for all that stands in the stream.
    await expect.poll(() => latest(viewer.httpUrl)).toEqual(before)
  })

  test('says which partition has no owner, and goes on showing its last values', async () => {
    const before = await latest(viewer.httpUrl)
    owner.hold(false)
    const asked = performance.now()
    const device = await get(viewer.httpUrl, `/api/v1/plants/${PLANT}/devices/main-1`)
    expect(device.status).toBe(503)
    expect((device.body as Problem).detail).toMatch(/^Partition 0 has no owner at present/)
    expect(performance.now() - asked).toBeLessThan(LONG_ANSWER_MS)
    await until(async () => (await readiness(viewer)).status === 503)
    const { checks } = await readiness(viewer)
    expect(checks.map(({ name }) => name)).toEqual(['partition 0'])
    expect(checks[0]!.reason).toContain(`stale: ${PLANT}`)
    expect(await latest(viewer.httpUrl)).toEqual(before)
    const series = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=1m&scope=plant&id=${PLANT}&${WINDOW}`
    expect((await json<LatestAnswer>(viewer.httpUrl, series)).points.length).toBeGreaterThan(100)
  })

  test('shows what the next owner says, and nothing more of the one before', async () => {
    const { dir } = owner
    await client.endAsync(true)
    await owner.close()
    owner = await startOwner({ config, partition: 0, partitions: 1, epoch: 2, dir })
    client = await mqtt.connectAsync(owner.mqttUrl)
    await until(async () => (await readiness(viewer)).status === 200)
    await run(140, 150, 5)
    await isSame()
  })
})

/** Without what goes on counting between two questions, and in one order. */
function tidied({ status, body }: { status: number; body: unknown }): unknown {
  const { points, ...rest } = body as { points?: readonly KpiPoint[] }
  if (points?.[0]?.kpi === undefined) return { status, body }
  return { status, ...rest, points: byKey(points) }
}
