// @module-tag slow

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { AuthoritiesAnswer, AuthorityLogAnswer } from '../../src/base/wire/authorities.js'
import type { HealthCheck } from '../../src/base/wire.js'
import { FakeAuthority, type TakenFrame } from '../support/authority-server.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const HOURS = 5
const PLANT = 'suzhou-1'
const MN = '010000A8900016F000169DC0'
const metrics = ['so2_mgm3', 'o2_pct', 'stack_flow_nm3h']
const plant = {
  id: PLANT,
  name: { en: 'Suzhou' },
  timezone: 'Asia/Shanghai',
  lines: [{ id: 'heat' }],
  devices: [
    {
      id: 'boiler-1',
      line: 'heat',
      role: 'stack',
      metrics: Object.fromEntries(metrics.map((metric) => [metric, { period_s: 60 }])),
    },
  ],
  limits: [{ stack: 'boiler-1', pollutant: 'so2', standard: 'permit-1', limit: 200, o2_ref: 3 }],
}
/** An hour that ends meanwhile is told too, and left out of what is looked at; the tests begin behind it when it is near. */
const TESTS_MS_MAX = 2 * MINUTE
/** End of the hour that was over last, epoch ms. */
let endMs: number
let fromMs: number

let authority: FakeAuthority
let gateway: TestGateway

beforeAll(async () => {
  const leftMs = HOUR - (Date.now() % HOUR)
  if (leftMs < TESTS_MS_MAX) await new Promise((resolve) => setTimeout(resolve, leftMs))
  endMs = Math.floor(Date.now() / HOUR) * HOUR
  fromMs = endMs - HOURS * HOUR
  authority = await FakeAuthority.start()
  gateway = await startGateway({ config: { plants: [plant] } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (let hour = 0; hour < HOURS; hour++) {
    const body = Array.from({ length: 60 }, (_, minute) => ({
      ts: fromMs + hour * HOUR + minute * MINUTE,
      // 80 mg/Nm³ in 100,000 Nm³/h are 8 kg/h; each hour has ten more.
      metrics: { so2_mgm3: 80 + 10 * hour, o2_pct: 5, stack_flow_nm3h: 100_000 },
    }))
    await client.publishAsync(`plants/${PLANT}/heat/boiler-1/emissions`, JSON.stringify(body), { qos: 1 })
  }
  const last = { ts: endMs + 40_000, metrics: { so2_mgm3: 200, o2_pct: 5, stack_flow_nm3h: 100_000 } }
  await client.publishAsync(`plants/${PLANT}/heat/boiler-1/emissions`, JSON.stringify([last]), { qos: 1 })
  await client.endAsync()
  await settled(gateway)
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await authority.close()
  removeData(gateway)
})

function withAuthority(more: object = {}) {
  const city = {
    id: 'city',
    host: '127.0.0.1',
    port: authority.port,
    password: '123456',
    stacks: [{ id: 'boiler-1', mn: MN }],
    send: ['real_time', 'hour'],
    real_time_s: 3600,
    // An answer that is late on a busy machine is none that never comes.
    answer_timeout_s: 120,
    flow_unit: 'm3/h',
    ...more,
  }
  return { plants: [{ ...plant, authorities: [city] }] }
}

test('killed between a frame and its answer, the gateway tells the hour again: all hours in order, none missing', async () => {
  await gateway.stop()
  const dir = join(gateway.dataDir, 'authority', PLANT, 'city')
  mkdirSync(dir, { recursive: true })
  // As if the hours before had been answered, and an outage had begun then.
  writeFileSync(join(dir, 'boiler-1.json'), JSON.stringify({ next: { hour: fromMs } }))

  /** The process that is killed as soon as so many hours have come, before the last of them is answered. */
  const killAt = async (hours: number) => {
    const { process } = gateway
    authority.onFrame = ({ head }) => {
      if (head.CN !== '2061' || new Set(hoursTaken()).size < hours) return
      authority.manner = 'silent'
      process.kill('SIGKILL')
    }
    await gateway.exited
    authority.onFrame = () => undefined
    authority.manner = 'answer'
  }
  // It may tell the first hours before it is seen that it is up.
  gateway = gateway.relaunch(withAuthority())
  await killAt(1)
  gateway = gateway.relaunch(withAuthority())
  await killAt(3)
  gateway = await gateway.restart(withAuthority())
  await until(() => new Set(hoursTaken()).size === HOURS)
  await until(async () => (await status()).stacks[0]?.pending.hour === 0)

  const taken = hoursTaken()
  expect([...new Set(taken)]).toEqual(Array.from({ length: HOURS }, (_, hour) => timeText(fromMs + hour * HOUR)))
  // The first and the third came twice: their answers never arrived.
  expect(taken).toHaveLength(HOURS + 2)
  expect(authority.faults).toEqual([])
  const qns = authority.of('2061').map(({ head }) => head.QN!)
  expect(qns).toEqual([...qns].sort())
  const newest = new Map(
    authority
      .of('2061')
      .filter(isOfHours)
      .map(({ fields }) => [fields.DataTime, fields]),
  )
  expect(
    [...newest.values()].map((fields) => [fields['a21026-Avg'], fields['a21026-ZsAvg'], fields['a21026-Cou']]),
  ).toEqual([
    ['80', '90', '8'],
    ['90', '101.25', '9'],
    ['100', '112.5', '10'],
    ['110', '123.75', '11'],
    ['120', '135', '12'],
  ])
})

test('what was sent when with which answer is on record, in the API, at the command line, in metrics and checks', async () => {
  const { events } = await getJson<AuthorityLogAnswer>(
    gateway,
    `/api/v1/plants/${PLANT}/authorities/city/log?limit=1000`,
  )
  for (let hour = 0; hour < HOURS; hour++) {
    const of = events.filter(({ data_time }) => data_time === new Date(fromMs + hour * HOUR).toISOString())
    expect(of.map(({ what }) => what).slice(0, 2)).toEqual(['answered', 'sent'])
    expect(of[1]).toMatchObject({ qn: of[0]!.qn, period: 'hour', detail: expect.stringContaining('PW=******;') })
  }
  const moments = await getJson<AuthorityLogAnswer>(
    gateway,
    `/api/v1/plants/${PLANT}/authorities/city/log?of=real_time`,
  )
  expect(moments.events[0]).toMatchObject({ period: 'real_time', what: 'answered' })
  expect(await status()).toMatchObject({ target: `127.0.0.1:${authority.port}`, stacks: [{ state: 'ok', mn: MN }] })

  const { checks } = await getJson<{ checks: readonly HealthCheck[] }>(gateway, '/readyz?verbose')
  expect(checks).toContainEqual({ name: `authority ${PLANT}/city/boiler-1`, ok: true, reason: '' })
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  expect(metrics).toMatch(
    /greengauge_authority_sent_total\{plant="suzhou-1",authority="city",cn="2061",result="answered"\} \d/,
  )
  expect(metrics).toContain('greengauge_authority_pending{plant="suzhou-1",authority="city"} 0')

  const cli = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
  const config = join(gateway.dir, 'greengauge.yaml')
  const run = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [cli, 'authority', ...args, '--config', config])).stdout
  expect(await run('status')).toContain(`${PLANT}\tcity\tboiler-1\t127.0.0.1:${authority.port}\tok`)
  expect(await run('log', '--plant', PLANT, '--authority', 'city', '--limit', '1')).toMatch(
    /\tboiler-1\tanswered\thour\t/,
  )
})

test('an authority is taken out and put in again without a restart, and goes on where it was', async () => {
  const file = join(gateway.dir, 'greengauge.yaml')
  const settings = parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, stringify({ ...settings, plants: [plant] }))
  gateway.process.kill('SIGHUP')
  await until(async () => (await getJson<AuthoritiesAnswer>(gateway, '/api/v1/authorities')).authorities.length === 0)
  const before = hoursTaken().length
  writeFileSync(file, stringify({ ...settings, ...withAuthority({ edition: 2025 }) }))
  gateway.process.kill('SIGHUP')
  await until(() => authority.taken.at(-1)?.head.Flag === '9')
  await expect.poll(async () => (await status()).stacks[0]).toMatchObject({ state: 'ok', pending: { hour: 0 } })
  expect(hoursTaken()).toHaveLength(before)
})

function hoursTaken(): string[] {
  return authority.taken.filter(isOfHours).map(({ fields }) => fields.DataTime!)
}

/** True for one of the hours that were over when the tests began. */
function isOfHours({ head, fields }: TakenFrame): boolean {
  return head.CN === '2061' && fields.DataTime! < timeText(endMs)
}

async function status() {
  return (await getJson<AuthoritiesAnswer>(gateway, '/api/v1/authorities')).authorities[0]!
}

/** As HJ 212 writes a time: the wall time of China. */
function timeText(ms: number): string {
  return new Date(ms + 8 * HOUR).toISOString().replace(/\D/g, '').slice(0, 14)
}
