import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { writeFrame } from '../../src/base/hj212/frame.js'
import { writeWallTime, writeWallTimeMs } from '../../src/base/hj212/time.js'
import type { DeviceAnswer, QuarantineAnswer, RetryAnswer } from '../../src/base/wire.js'
import {
  accounting,
  allReadings,
  freePort,
  getJson,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { RawClient } from '../unit/intake/raw-client.js'

const MN = '010000A8900016F000169DC0'
const PW = '123456'
const START = Date.UTC(2026, 0, 5)
const KILLS = 3

const plants = [{ id: 'p', name: { en: 'Stacks' }, timezone: 'Asia/Shanghai', lines: [{ id: 'boilers' }] }]
const station = { mn: MN, plant: 'p', line: 'boilers', device: 'stack-1', password: PW, flow_unit: 'm3/s' }

let port: number
let gateway: TestGateway

beforeAll(async () => {
  port = await freePort()
  gateway = await startGateway({ config: { plants, hj212: { port, stations: [station] } } })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

interface Frame {
  readonly cn?: string
  readonly mn?: string
  readonly pw?: string
  readonly flag?: string
  readonly more?: string
}

/** A frame whose QN and DataTime are this time. */
function frame(ms: number, cp: string, { cn = '2011', mn = MN, pw = PW, flag = '5', more = '' }: Frame = {}): Buffer {
  const head = `QN=${writeWallTimeMs(ms)};ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=${flag}${more}`
  return Buffer.from(writeFrame(`${head};CP=&&DataTime=${writeWallTime(ms)};${cp}&&`))
}

const answered = (ms: number) => Buffer.from(`QN=${writeWallTimeMs(ms)};ST=91;CN=9014;PW=${PW};MN=${MN};Flag=4;CP=&&&&`)

async function logger(): Promise<RawClient> {
  return RawClient.dial(port)
}

const readings = (metric: string) => allReadings(gateway, { plant: 'p', device: 'stack-1', metric })
const kept = async () => (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')).items

test('frames become readings of the stack; what comes again is there once', async () => {
  const raw = await logger()
  const sent = frame(START, 'a21026-Rtd=12.5,a21026-ZsRtd=14,a21026-Flag=N;a00000-Rtd=2,a00000-Flag=N')
  raw.send(sent)
  await raw.receives(answered(START))
  raw.received = Buffer.alloc(0)
  raw.send(sent)
  await raw.receives(answered(START))
  const [first, second] = [frame(START + 60_000, 'a21026-Rtd=13', PACKET(1)), frame(START + 60_000, '', PACKET(2))]
  // Byte by byte, as a slow line gives them.
  for (const byte of Buffer.concat([first, second])) raw.socket.write(Uint8Array.of(byte))
  raw.send(frame(START + 120_000, 'a21026-Avg=12.75', { cn: '2061', flag: '9' }))
  await raw.receives(Buffer.from(`QN=${writeWallTimeMs(START + 120_000)}`))
  raw.socket.destroy()

  const { messages, readings: counts, closes } = await settled(gateway)
  expect(messages).toEqual({ received: 5, decoded: 5, rejected: 0, undecoded: 0 })
  expect(counts).toMatchObject({ archived: 5, duplicate: 3 })
  expect(closes).toBe(true)
  expect(await readings('so2_mgm3')).toMatchObject([
    { ts: '2026-01-05T00:00:00.000Z', value: 12.5, unit: 'mg/Nm3', quality: 'good' },
    { ts: '2026-01-05T00:01:00.000Z', value: 13 },
  ])
  expect(await readings('stack_flow_nm3h')).toMatchObject([{ value: 7200 }])
  expect(await readings('so2_hour_avg_mgm3')).toMatchObject([{ value: 12.75 }])
})

const PACKET = (no: number): Frame => ({ flag: '7', more: `;PNUM=2;PNO=${no}` })

test('a frame that is not taken lies in quarantine without its password; another station makes it go through', async () => {
  const raw = await logger()
  raw.send(frame(START, 'a21026-Rtd=1', { pw: '654321' }))
  raw.send(frame(START, 'a19001-Rtd=6.5', { mn: 'A1' }))
  raw.send(Buffer.from(frame(START, 'a19001-Rtd=6.5').toString().replace('=6.5', '=6.6')))
  raw.send(frame(START + 180_000, 'a19001-Rtd=6', { flag: '5' }))
  await raw.receives(answered(START + 180_000))
  raw.socket.destroy()
  await until(async () => (await kept()).length === 3)
  const items = await kept()
  expect(items.map(({ reason }) => reason)).toEqual(['hj212_bad_frame', 'unknown_device', 'unknown_device'])
  expect(items.map(({ topic }) => topic)).toEqual(['hj212/unknown', 'hj212/A1', `hj212/${MN}/wrong-password`])
  const device = await getJson<DeviceAnswer>(gateway, '/api/v1/plants/p/devices/stack-1')
  const shown = JSON.stringify([items, device]) + gateway.log()
  expect(shown).toContain('PW=******')
  expect(shown).not.toMatch(/654321|123456/)
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  for (const result of ['bad', 'unknown_station', 'wrong_password']) {
    expect(metrics).toContain(`greengauge_hj212_frames_total{result="${result}"} 1`)
  }

  const file = join(gateway.dir, 'greengauge.yaml')
  const stations = [station, { ...station, mn: 'A1', device: 'stack-2' }]
  writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), hj212: { port, stations } }))
  gateway.process.kill('SIGHUP')
  await until(() => gateway.log().includes('changed: hj212.stations'))
  const { id } = items[1]!
  await until(async () => {
    const retried = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${id}/retry`, { method: 'POST' })
    return ((await retried.json()) as RetryAnswer).result === 'accepted'
  })
  const points = await allReadings(gateway, { plant: 'p', device: 'stack-2', metric: 'o2_pct' })
  expect(points).toMatchObject([{ value: 6.5 }])
  expect((await accounting(gateway)).closes).toBe(true)
})

test(`killed ${KILLS} times while frames come, it has every reading that it has answered`, {
  tags: ['deep'],
}, async () => {
  const owed = new Set<number>()
  let next = START + 3_600_000
  for (let kill = 0; kill < KILLS; kill++) {
    const raw = await logger()
    const isGoingOn = { value: true }
    const sending = (async () => {
      while (isGoingOn.value && !raw.isClosed) {
        for (let i = 0; i < 20; i++) {
          next += 1000
          raw.socket.write(frame(next, 'a34013-Rtd=5'))
        }
        await sleep(1)
      }
    })()
    const from = next
    await until(() => raw.received.length > 20_000)
    await gateway.stop('SIGKILL')
    isGoingOn.value = false
    await sending
    await raw.closes()
    for (let ms = from; ms <= next; ms += 1000) if (raw.received.includes(answered(ms))) owed.add(ms)
    gateway = await gateway.restart()
  }
  expect(owed.size).toBeGreaterThan(KILLS * 100)
  expect((await settled(gateway)).closes).toBe(true)
  const there = new Set((await readings('pm_mgm3')).map(({ ts }) => Date.parse(ts)))
  expect([...owed].filter((ms) => !there.has(ms))).toEqual([])
})
