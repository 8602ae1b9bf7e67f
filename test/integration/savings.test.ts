// @module-tag deep
/** Proves a claimed saving from readings over MQTT to the bundle that is verified offline, in a zone whose clocks change on the way. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomStream } from '../../simulators/random.js'
import type { AuditJob, Report, ReportItem } from '../../src/base/report.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import type { EntryItem } from '../../src/base/wire/entries.js'
import type { SavingClaimItem } from '../../src/views/wire/savings.js'
import { bell } from '../support/forecasts.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

const PLANT = 'works'
const CLAIM = 'compressor'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const [BASELINE, REPORTING] = [
  { from: '2026-08-10', to: '2026-10-23' },
  { from: '2026-10-24', to: '2026-11-02' },
]
/** Midnights of Berlin; on 25 October its clocks are set back, so that the ten days of reporting have 241 hours. */
const [FROM_MS, CHANGE_MS, END_MS] = ['2026-08-09T22:00Z', '2026-10-23T22:00Z', '2026-11-02T23:00Z'].map(
  Date.parse,
) as [number, number, number]
const [SAVED_SHARE, HALL_KWH_PER_DAY] = [0.1, 240]
const ID = `${PLANT}.ghg.2026-10-24.2026-11-03`

const plants = [
  {
    id: PLANT,
    name: {},
    timezone: 'Europe/Berlin',
    grid_region: 'CN-JS',
    four_eyes: true,
    lines: [{ id: 'press' }, { id: 'yard' }],
    devices: [
      { id: 'main-1', line: 'press', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } },
      { id: 'press-1', line: 'press', counting_point: true, metrics: { parts_good: { period_s: 3600 } } },
      { id: 'weather-1', line: 'yard', metrics: { outdoor_temp_c: { period_s: 900 } } },
    ],
    savings: [
      {
        ...{ id: CLAIM, measure: '=cmd|new compressor', baseline: BASELINE, reporting: REPORTING },
        outputs: [{ kpi: 'good_units' }],
        temperature: { device: 'weather-1', metric: 'outdoor_temp_c' },
      },
    ],
  },
]

let gateway: TestGateway
let client: MqttClient
/** Energy that the ten days would have used without the measure and without the hall, kWh. */
let withoutKwh = 0

beforeAll(async () => {
  gateway = await startGateway({ config: { plants, archive: { delta_s: 1 } } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await sendPast()
  await settled(gateway)
})
afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function send(device: string, line: string, metric: string, of: readonly (readonly [number, number])[]) {
  for (let i = 0; i < of.length; i += 500) {
    const samples = of.slice(i, i + 500).map(([ts, value]) => ({ ts, metrics: { [metric]: value } }))
    const kind = metric === 'parts_good' ? 'production' : 'energy'
    await client.publishAsync(`plants/${PLANT}/${line}/${device}/${kind}`, JSON.stringify(samples), { qos: 1 })
  }
}

const outdoorC = (ts: number) =>
  12 + 7 * Math.cos((ts - FROM_MS) / DAY_MS / 13) + 4 * Math.sin((ts / DAY_MS) * 2 * Math.PI)

/** Hours of a plant that makes pieces on working days, heats below 15 °C and from the change on needs a tenth less, and a hall more. */
async function sendPast(): Promise<void> {
  const random = randomStream('savings', 3)
  const [energy, pieces, temperatures]: [number, number][][] = [[], [], []]
  let [kwh, made] = [1000, 0]
  for (let ts = FROM_MS; ts <= END_MS + 2 * DAY_MS; ts += HOUR_MS) {
    energy!.push([ts, kwh])
    pieces!.push([ts, made])
    for (let i = 0; i < 4; i++) temperatures!.push([ts + i * (HOUR_MS / 4), outdoorC(ts + i * (HOUR_MS / 4))])
    const isWorking = new Date(ts + 2 * HOUR_MS).getUTCDay() % 6 !== 0
    const count = isWorking ? Math.round(20 + 6 * bell(random)) : 0
    const needed = 30 + 0.8 * count + 1.5 * Math.max(0, 15 - outdoorC(ts)) + 1.5 * bell(random)
    const isAfter = ts >= CHANGE_MS
    if (isAfter && ts < END_MS) withoutKwh += needed
    kwh += isAfter ? needed * (1 - SAVED_SHARE) + HALL_KWH_PER_DAY / 24 : needed
    made += count
  }
  await send('main-1', 'press', 'elec_import_kwh', energy!)
  await send('press-1', 'press', 'parts_good', pieces!)
  await send('weather-1', 'yard', 'outdoor_temp_c', temperatures!)
}

/** The claim as the API tells it, after what it has kept of its last answer. */
const claim = () => getJson<SavingClaimItem>(gateway, `/api/v1/plants/${PLANT}/savings/claims/${CLAIM}`)

async function job(path: string, body: object = {}): Promise<AuditJob> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect([answer.status, answer.status === 202 ? '' : await answer.text()]).toEqual([202, ''])
  const { id } = (await answer.json()) as AuditJob
  let found = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
  await until(async () => {
    found = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
    return found.state === 'done' || found.state === 'failed'
  })
  return found
}

test('what is no saving counts once somebody else has approved it, and the bounds hold what was planted', async () => {
  const hall = { ...{ saving: CLAIM, from: REPORTING.from, kwh_per_day: HALL_KWH_PER_DAY }, reason: '=a second hall' }
  await putOnRecord<EntryItem>(gateway, PLANT, { id: 'hall', type: 'non_routine_event', ...hall, author: 'Li Na' })
  await settled(gateway)
  await until(async () => (await claim()).saving?.days === 10)
  const before = await claim()
  expect(before.events).toEqual([])
  await putOnRecord(gateway, PLANT, { by: 'Wang' }, 'entries/hall/approve')
  await until(async () => (await claim()).events.length === 1)
  const { saving, baseline, left_out } = await claim()
  expect(saving!.saved_kwh - before.saving!.saved_kwh).toBeCloseTo(10 * HALL_KWH_PER_DAY, 6)
  expect([saving!.is_shown, left_out]).toEqual([true, []])
  expect(saving!.lower90_kwh).toBeLessThan(withoutKwh * SAVED_SHARE)
  expect(saving!.upper90_kwh).toBeGreaterThan(withoutKwh * SAVED_SHARE)
  expect(baseline!.days).toBe(75)
  expect(baseline!.model).toMatchObject({ outputs: ['good_units'], cooling_base_c: null })
  expect(baseline!.model.heating_base_c).not.toBeNull()
})

test('a frozen report has the figures of the API, and the verifier comes to the same without the gateway', async () => {
  const { saving, saved_kgco2e } = await claim()
  const request = { plants: [PLANT], profile: 'ghg', from: '2026-10-24', to: '2026-11-03' }
  expect(await job('/reports', request)).toMatchObject({ state: 'done' })
  expect(await job(`/reports/${ID}/freeze`, { by: 'Wang', languages: ['en', 'zh'] })).toMatchObject({ state: 'done' })
  const { figures } = await getJson<Report>(gateway, `/api/v1/reports/${ID}.json`)
  const value = (of: string) => Number(figures[`${PLANT}/saving/${CLAIM}/${of}`]!.value)
  expect(value('saved')).toBeCloseTo(saving!.saved_kwh, 3)
  expect(value('lower90')).toBeCloseTo(saving!.lower90_kwh, 3)
  expect(value('kgco2e')).toBeCloseTo(saved_kgco2e!, 3)
  expect(value('event/1')).toBe(HALL_KWH_PER_DAY)
  const checked = await job(`/reports/${ID}/check`)
  expect(checked.findings.filter(({ ok }) => !ok)).toEqual([])
  const path = join(gateway.dir, 'evidence.zip')
  for (const end of ['', '.sig']) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/${ID}.zip${end}`)
    writeFileSync(path + end, Buffer.from(await answer.arrayBuffer()))
  }
  execFileSync(process.execPath, [join(import.meta.dirname, '../../dist/verify/greengauge-verify.mjs'), path])
})

test('a late reading of a day of the baseline before the period leaves the report outdated', async () => {
  // In the middle of a day the register was up by 30 kWh more, and the day with it.
  const item = async () => {
    const { items } = await getJson<ReportsAnswer>(gateway, `/api/v1/reports?plant=${PLANT}`)
    return items.find(({ id, version }: ReportItem) => id === ID && version === 1)
  }
  expect(await item()).toMatchObject({ outdated: false })
  const at = Date.parse('2026-09-15T12:30:00Z')
  await send('weather-1', 'yard', 'outdoor_temp_c', [
    [at + 60_000, -20],
    [at + 120_000, -20],
  ])
  await until(async () => (await item())?.outdated === true)
})
