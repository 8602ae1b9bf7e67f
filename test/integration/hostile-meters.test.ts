// @module-tag slow

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFrame } from '../../src/base/hj212/frame.js'
import { writeWallTime, writeWallTimeMs } from '../../src/base/hj212/time.js'
import type { DeviceAnswer, QuarantineAnswer } from '../../src/base/wire.js'
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

/** Stack monitors and meters that mean harm, by HJ 212 and by Modbus, at a gateway that runs. */

const [MINE, OTHER] = ['010000A8900016F000169DC0', '010000A8900016F000169DC1']
const NOON = Date.UTC(2026, 0, 5, 12)
const station = (mn: string, device: string, password: string) => ({
  ...{ mn, plant: 'p', line: 'boilers', device, password, flow_unit: 'm3/s' },
})

let gateway: TestGateway
let port: number
let meter: Server
let witness: MqttClient
/** Answer of the meter to what it is asked; set by each test. */
let answer: (asked: Buffer, socket: Socket) => void = () => undefined
const sockets = new Set<Socket>()

beforeAll(async () => {
  port = await freePort()
  meter = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (asked) => answer(asked, socket))
  }).listen(0, '127.0.0.1')
  await once(meter, 'listening')
  gateway = await startGateway({
    config: {
      plants: [{ id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'boilers' }] }],
      hj212: { port, stations: [station(MINE, 'stack-1', 'mine-1'), station(OTHER, 'stack-2', 'other-2')] },
      modbus: {
        connections: [
          {
            ...{ id: 'hall', host: '127.0.0.1', port: (meter.address() as AddressInfo).port },
            ...{ every_s: 1, timeout_s: 0.4 },
            units: [{ unit_id: 1, profile: 'eastron/sdm630', plant: 'p', line: 'l', device: 'meter-1' }],
          },
        ],
      },
    },
  })
  witness = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'witness' })
})
afterAll(async () => {
  await witness.endAsync(true)
  await gateway.stop('SIGKILL')
  for (const socket of sockets) socket.destroy()
  meter.close()
  removeData(gateway)
})

const kept = async () => (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')).items
/** A device as the API tells of it, but for its rate, which changes with the clock alone. */
const deviceIs = async (id: string) => {
  const { rate_per_min: _, ...device } = await getJson<DeviceAnswer>(gateway, `/api/v1/plants/p/devices/${id}`)
  return device
}
const nitrogenOf = async (device: string) =>
  (await allReadings(gateway, { plant: 'p', device, metric: 'nox_mgm3' })).map(({ value }) => value)

describe('a data logger', () => {
  const frame = (value: number, { mn = MINE, pw = 'mine-1', cn = '2011', flag = '5', ms = NOON } = {}): Buffer => {
    const head = `QN=${writeWallTimeMs(ms)};ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=${flag}`
    return Buffer.from(writeFrame(`${head};CP=&&DataTime=${writeWallTime(ms)};a21002-Rtd=${value},a21002-Flag=N&&`))
  }
  const lower = (bytes: Buffer) => Buffer.from(bytes.toString().replace(/[0-9A-F]{4}\r\n$/, (crc) => crc.toLowerCase()))
  const dial = () => RawClient.dial(port)
  const refused = async (bytes: Buffer): Promise<void> => {
    const before = (await accounting(gateway)).messages.rejected
    const raw = await dial()
    raw.send(bytes)
    await until(async () => (await accounting(gateway)).messages.rejected > before)
    expect(raw.received).toHaveLength(0)
    raw.socket.destroy()
  }

  beforeAll(async () => {
    const raw = await dial()
    raw.send(frame(10), frame(20, { mn: OTHER, pw: 'other-2' }))
    await until(async () => (await nitrogenOf('stack-2')).length === 1)
    raw.socket.destroy()
  })

  test.each<[string, Buffer, string]>([
    ['with the MN of another station and its own password', frame(66, { mn: OTHER }), 'unknown_device'],
    ['with the MN of another station and none', frame(66, { mn: OTHER, pw: '' }), 'unknown_device'],
    ['the same with the check sum in other letters', lower(frame(0xabc, { mn: OTHER })), 'unknown_device'],
    ['with an MN that nobody has', frame(66, { mn: '999999A8900016F000169DC0' }), 'unknown_device'],
    ['with an MN that would be a topic', frame(66, { mn: `${OTHER}/#` }), 'unknown_device'],
  ])('%s is not answered, and is nothing of that station', async (_, bytes, reason) => {
    const before = await deviceIs('stack-2')
    await refused(bytes)
    expect((await kept())[0]).toMatchObject({ reason })
    expect((await kept())[0]!.sample).not.toContain('mine-1')
    expect(await deviceIs('stack-2')).toEqual(before)
    expect(await nitrogenOf('stack-2')).toEqual([20])
  })

  test('that tries passwords is cut off after twenty', async () => {
    const raw = await dial()
    for (let n = 0; n < 25; n++) raw.send(frame(66, { mn: OTHER, pw: `guess-${n}` }))
    await raw.closes()
    expect(raw.received).toHaveLength(0)
    expect(await nitrogenOf('stack-2')).toEqual([20])
  })

  test('that declares more than a frame may have is taken for no frame, and the next frame is taken', async () => {
    const raw = await dial()
    raw.send(Buffer.from(`##9999${'x'.repeat(40_000)}\r\n`), frame(11, { ms: NOON + 60_000 }))
    await until(async () => (await nitrogenOf('stack-1')).length === 2)
    expect(await nitrogenOf('stack-1')).toEqual([10, 11])
    raw.socket.destroy()
  })

  test('that sends commands and answers is obeyed in none and answered to none', async () => {
    const raw = await dial()
    for (const cn of ['1012', '1011', '1072', '2013', '3012', '9011', '9012', '9013', '9014']) {
      raw.send(frame(66, { cn, ms: NOON + 120_000 }))
    }
    raw.send(frame(12, { ms: NOON + 180_000 }))
    await until(async () => (await nitrogenOf('stack-1')).length === 3)
    expect(raw.received.toString().match(/CN=\d+/g)).toEqual(['CN=9014'])
    raw.socket.destroy()
  })

  test('that replays what was sent is a repeat, and with another value it is no second reading', async () => {
    await settled(gateway)
    const before = (await accounting(gateway)).readings
    const raw = await dial()
    for (let n = 0; n < 50; n++) raw.send(frame(10))
    raw.send(frame(99))
    await until(async () => (await accounting(gateway)).readings.conflict > before.conflict)
    const after = (await settled(gateway)).readings
    expect(after).toMatchObject({ archived: before.archived, duplicate: before.duplicate + 50 })
    expect(await nitrogenOf('stack-1')).toHaveLength(3)
    raw.socket.destroy()
  })
})

/** Longest time that an honest device waits for a PUBACK meanwhile. */
const HELD_MS_MAX = 2000

describe('a meter', () => {
  /** Answer with all registers that were asked for, each the high or low half of a float in turn. */
  const registers = (asked: Buffer, high: number, low: number): Buffer => {
    const count = asked.readUInt16BE(10)
    const said = Buffer.alloc(9 + 2 * count)
    asked.copy(said, 0, 0, 8)
    said.writeUInt16BE(3 + 2 * count, 4)
    said[8] = 2 * count
    for (let i = 0; i < count; i++) said.writeUInt16BE(i % 2 === 0 ? high : low, 9 + 2 * i)
    return said
  }
  const polls = async (result: string) => {
    const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    return Number(new RegExp(`modbus_polls_total\\{id="hall",result="${result}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
  }
  const counted = async (result: string, times = 1) => {
    const before = await polls(result)
    await until(async () => (await polls(result)) >= before + times)
  }
  /** Values are counted for which messages were kept. */
  const refused = async () => (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')).counts.bad_value ?? 0
  const readings = async () =>
    (await allReadings(gateway, { plant: 'p', device: 'meter-1', metric: 'elec_import_kwh' })).length
  /** It answers, though with no number: after one that failed it is asked again at once, and not later and later. */
  const answers = async (): Promise<void> => {
    answer = (asked, socket) => socket.write(registers(asked, 0x7fc0, 0))
    await counted('ok')
  }
  /** Longest time that an honest device waits for a PUBACK, of twenty. */
  const slowestAckMs = async (): Promise<number> => {
    let most = 0
    for (let n = 0; n < 20; n++) {
      const sentMs = performance.now()
      await witness.publishAsync('plants/p/l/witness/energy', `{"metrics":{"elec_import_kw":${n}}}`, { qos: 1 })
      most = Math.max(most, performance.now() - sentMs)
    }
    return most
  }

  test.each<[string, number, number]>([
    ['numbers beyond everything', 0x7f7f, 0xffff],
    ['no number', 0x7fc0, 0x0000],
    ['infinity', 0x7f80, 0x0000],
    ['a negative register', 0xc2c8, 0x0000],
  ])('that says %s has no reading of it, and is told to whoever looks', async (_, high, low) => {
    const before = await refused()
    answer = (asked, socket) => socket.write(registers(asked, high, low))
    // It is asked every second, so the gateway never rests; by the third answer the first is archived.
    await counted('ok', 3)
    await until(async () => (await refused()) > before)
    expect(await readings()).toBe(0)
    expect((await kept())[0]).toMatchObject({ client: 'modbus:hall', reason: 'bad_value' })
  })

  test.each<[string, string, (asked: Buffer, socket: Socket) => void]>([
    [
      'is another unit',
      'bad_answer',
      (asked, socket) => {
        const said = registers(asked, 0x42c8, 0)
        said[6] = 9
        socket.write(said)
      },
    ],
    [
      'says fewer bytes than it sends',
      'bad_answer',
      (asked, socket) => {
        const said = registers(asked, 0x42c8, 0)
        said[8] = 2
        socket.write(said)
      },
    ],
    [
      'always has an exception',
      'exception',
      (asked, socket) => socket.write(Buffer.from([...asked.subarray(0, 4), 0, 3, 1, asked[7]! | 0x80, 4])),
    ],
    ['answers a byte at a time', 'timeout', (asked, socket) => drip(registers(asked, 0x42c8, 0), socket)],
  ])('that %s is not read, and nothing is written down', async (_, result, how) => {
    await answers()
    answer = how
    await counted(result)
    await settled(gateway)
    expect(await readings()).toBe(0)
  })

  test('that sends without an end delays nobody, and is read again when it behaves', async () => {
    await answers()
    const bytes = Buffer.alloc(1 << 20)
    const flood = (socket: Socket): void => {
      if (!socket.destroyed) socket.write(bytes, () => setImmediate(flood, socket))
    }
    answer = (asked, socket) => {
      socket.write(registers(asked, 0x42c8, 0))
      flood(socket)
    }
    await until(async () => sockets.size > 0)
    // The machine may stand still for a while of its own: then it is looked at once more.
    let heldMs = Infinity
    for (let looks = 0; looks < 5 && heldMs >= HELD_MS_MAX; looks++) heldMs = await slowestAckMs()
    await counted('bad_answer', 1)
    expect(heldMs).toBeLessThan(HELD_MS_MAX)
    expect([...sockets].every(({ bytesWritten }) => bytesWritten < 64 << 20)).toBe(true)
    answer = (asked, socket) => socket.write(registers(asked, 0x42c8, 0))
    const before = await readings()
    await until(async () => (await readings()) > before)
  })
})

function drip(bytes: Buffer, socket: Socket): void {
  if (bytes.length === 0 || socket.destroyed) return
  socket.write(bytes.subarray(0, 1))
  setTimeout(drip, 50, bytes.subarray(1), socket)
}
