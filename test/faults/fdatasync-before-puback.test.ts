// @module-tag slow

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  allReadings,
  type GatewayOptions,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { CONNACK, connect, PINGREQ, PINGRESP, puback, publish } from '../unit/intake/packets.js'
import { RawClient } from '../unit/intake/raw-client.js'
import { parseTrace } from './strace-log.js'

const TOPIC = 'plants/disk-1/utilities/main-1/energy'
const MAIN = { plant: 'disk-1', device: 'main-1', metric: 'elec_import_kwh' }
const message = (i: number) =>
  JSON.stringify({ ts: Date.UTC(2026, 0, 5) + i * 1000, metrics: { elec_import_kwh: 1_000_000 + i } })

let running: TestGateway | undefined

afterEach(async () => {
  if (running === undefined) return
  await running.stop('SIGKILL')
  removeData(running)
  running = undefined
})

async function start(options: GatewayOptions): Promise<TestGateway> {
  running = await startGateway(options)
  return running
}

async function connected(gateway: TestGateway, protocolVersion: 4 | 5 = 4): Promise<MqttClient> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { keepalive: 0, protocolVersion })
  onTestFinished(() => client.endAsync(true))
  return client
}

const strace = findServer('strace')

describe.skipIf(strace === null)('the kernel sees (strace)', () => {
  const MESSAGES = 60

  test.each([
    ['3.1.1', 4, 1, 'PUBACK', 0x40],
    ['5', 5, 1, 'PUBACK', 0x40],
    ['3.1.1', 4, 2, 'PUBREC', 0x50],
    ['5', 5, 2, 'PUBREC', 0x50],
  ] as const)(
    'MQTT %s (%i), QoS %i: the fdatasync of the journal return before each %s is written to its socket',
    async (_name, version, qos, answer, firstByte) => {
      const folder = mkdtempSync(join(tmpdir(), 'greengauge-strace-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const log = join(folder, 'trace')
      // -D: the tracer is the grandchild, so that a signal to what was spawned reaches the gateway itself.
      const wrapper = [strace!, '-D', '-f', '-y', '-xx', '-s', '1000000', '-o', log]
      const gateway = await start({
        wrapper: [...wrapper, '-e', 'trace=fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg'],
      })
      const client = await connected(gateway, version)
      const sent = new Map<number, string>()
      client.on('packetsend', (packet) => {
        if (packet.cmd === 'publish') sent.set(packet.messageId!, String(packet.payload))
      })
      // One at a time, then as many in flight as there are.
      for (let i = 0; i < MESSAGES / 2; i++) await client.publishAsync(TOPIC, message(i), { qos })
      await Promise.all(
        Array.from({ length: MESSAGES / 2 }, (_, i) => client.publishAsync(TOPIC, message(MESSAGES / 2 + i), { qos })),
      )
      await gateway.stop()

      await until(() => readFileSync(log, 'utf8').trimEnd().endsWith('+++ exited with 0 +++'))
      const { writes, syncs } = parseTrace(readFileSync(log, 'utf8'))
      expect(sent.size).toBe(MESSAGES)
      for (const [id, payload] of sent) {
        // With MQTT 5 the reason 0 and no properties may stand behind the packet id.
        const idBytes = puback(id).subarray(2)
        const shorter = Buffer.concat([Buffer.of(firstByte, 2), idBytes])
        const longer = Buffer.concat([Buffer.of(firstByte, 4), idBytes, Buffer.of(0, 0)])
        const acknowledgement = writes.find(
          ({ to, bytes }) => !to.startsWith('/') && (bytes.includes(shorter) || bytes.includes(longer)),
        )
        const record = writes.find(({ to, bytes }) => to.includes('/journal/') && bytes.includes(payload))
        expect(acknowledgement, `${answer} ${id}`).toBeDefined()
        expect(record, `journal record of message ${id}`).toBeDefined()
        const durable = syncs.find(({ file, began }) => file === record!.to && began > record!.at)
        expect(durable, `fdatasync behind message ${id}`).toBeDefined()
        expect(durable!.returned, `fdatasync of message ${id} before its ${answer}`).toBeLessThan(acknowledgement!.at)
      }
    },
  )
})

/** A gateway on a disk that does what `tell` says. */
async function onObedientDisk(flags: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'greengauge-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const disk = {
    tell: (flag: 'block' | 'refuse') => writeFileSync(join(folder, flag), ''),
    release: (flag: 'block' | 'refuse') => rmSync(join(folder, flag)),
    isBlocked: () => existsSync(join(folder, 'blocked')),
  }
  for (const flag of flags) writeFileSync(join(folder, flag), '')
  const probe = new URL('./disk-on-command.mjs', import.meta.url)
  probe.searchParams.set('folder', folder)
  const gateway = await start({ env: { GATEWAY_JOURNAL_PROBE: probe.href } })
  return { gateway, disk }
}

/** A connection on which ten messages have been sent; ids 1 to 10. */
async function withTenSent(gateway: TestGateway): Promise<RawClient> {
  const raw = await RawClient.dial(Number(new URL(gateway.mqttUrl).port))
  onTestFinished(() => void raw.socket.destroy())
  raw.send(connect())
  await raw.receives(CONNACK)
  raw.send(...Array.from({ length: 10 }, (_, i) => publish({ topic: TOPIC, payload: message(i), id: i + 1 })))
  return raw
}

const TEN_PUBACKS = Buffer.concat(Array.from({ length: 10 }, (_, i) => puback(i + 1)))

/** The gateway answers what was sent behind the messages, over a second and more, but none of the messages. */
async function isAnsweredButNotAcknowledged(raw: RawClient): Promise<void> {
  let expected = raw.received
  for (let ping = 0; ping < 15; ping++) {
    raw.send(PINGREQ)
    expected = Buffer.concat([expected, PINGRESP])
    await until(() => raw.received.length >= expected.length, SOON_MS, 100)
    expect(raw.received).toEqual(expected)
  }
  expect(raw.received.includes(Buffer.of(0x40))).toBe(false)
}

/** Waits until readiness says that the disk refuses; it is not ready for a moment at each start, too. */
async function refusalTold(gateway: TestGateway): Promise<void> {
  await until(async () => {
    const { status, checks } = await readiness(gateway)
    const reason = checks.find(({ name }) => name === 'journal')?.reason ?? ''
    return status === 503 && reason.includes('ENOSPC: no space left on device')
  })
}

test('while the disk is blocked nothing is acknowledged, and all of it as soon as it is free', async () => {
  const { gateway, disk } = await onObedientDisk()
  disk.tell('block')
  await until(disk.isBlocked)
  const raw = await withTenSent(gateway)
  await isAnsweredButNotAcknowledged(raw)
  disk.release('block')
  await raw.receives(TEN_PUBACKS)
  expect((await settled(gateway)).closes).toBe(true)
  expect(await allReadings(gateway, MAIN)).toHaveLength(10)
})

describe('on a disk that refuses', () => {
  test('nothing is acknowledged and /readyz says why; when it takes data again, what waited is acknowledged by itself', async () => {
    const { gateway, disk } = await onObedientDisk()
    await until(async () => (await readiness(gateway)).status === 200)
    disk.tell('refuse')
    const raw = await withTenSent(gateway)
    await refusalTold(gateway)
    await isAnsweredButNotAcknowledged(raw)

    disk.release('refuse')
    await raw.receives(TEN_PUBACKS)
    await until(async () => (await readiness(gateway)).status === 200)
    expect((await settled(gateway)).closes).toBe(true)
    expect(await allReadings(gateway, MAIN)).toHaveLength(10)
  })

  test('from the start on, /readyz says why, and the gateway goes on by itself', async () => {
    const { gateway, disk } = await onObedientDisk(['refuse'])
    await refusalTold(gateway)
    const raw = await withTenSent(gateway)
    await isAnsweredButNotAcknowledged(raw)
    disk.release('refuse')
    await raw.receives(TEN_PUBACKS)
    await until(async () => (await readiness(gateway)).status === 200)
  })

  test("a stop does not wait for it, and what was not acknowledged is the device's to send again", async () => {
    const { gateway, disk } = await onObedientDisk()
    disk.tell('refuse')
    const raw = await withTenSent(gateway)
    await refusalTold(gateway)
    expect(await gateway.stop()).toBe(0)
    await raw.closes()
    expect(raw.received.includes(Buffer.of(0x40))).toBe(false)

    disk.release('refuse')
    running = await gateway.restart()
    const again = await withTenSent(running)
    await again.receives(TEN_PUBACKS)
    expect((await settled(running)).closes).toBe(true)
    expect(await allReadings(running, MAIN)).toHaveLength(10)
  })
})
