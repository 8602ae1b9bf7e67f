// @module-tag slow

import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { HealthCheck } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { connect as connectPacket } from '../unit/intake/packets.js'
import { MeteredClient } from './load.js'
import { descriptors } from './storms/storm.js'

/**
 * Connections eat the descriptors that the process may have: the journal and the archive keep theirs, devices that are connected
 * go on, who comes beyond is refused with the reason in the log and on readiness, and it is over when they have gone.
 */

const FILES_MAX = 256
const STRANGERS = 600

let gateway: TestGateway
let client: MeteredClient | undefined
let sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await client?.end()
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

test(`${STRANGERS} connections against a process that may have ${FILES_MAX} files open`, async () => {
  const config = { journal: { segment_bytes: 65_536 }, archive: { delta_s: 1, delta_bytes: 150_000 } }
  gateway = await startGateway({ config, wrapper: ['prlimit', `--nofile=${FILES_MAX}:${FILES_MAX}`] })
  client = new MeteredClient(gateway, 'meter-1')
  const { acknowledged } = client
  await until(() => acknowledged.size > 200)
  const ports = [gateway.mqttUrl, gateway.httpUrl].map((url) => Number(new URL(url).port))
  const renewing = setInterval(() => {
    sockets = sockets.filter((socket) => !socket.destroyed)
    for (let i = sockets.length; i < STRANGERS; i++) {
      const socket = dial(ports[i % 2]!)
      // Every other one of MQTT is let in.
      if (i % 4 === 0) socket.write(connectPacket({ id: `client-${i}` }))
    }
  }, 50)
  try {
    await until(() => /its address has the most|too many are connected/.test(gateway.log()))
    const before = acknowledged.size
    // Segments are begun and files written meanwhile, each of which takes a descriptor.
    await until(() => acknowledged.size > before + 5000)
    expect(gateway.log()).toMatch(new RegExp(`"level":"warn".*this process may have ${FILES_MAX} files open`))
    // Before there were places kept for it the journal stood still for 27 s, with EMFILE. Figures may be late on a machine that is busy.
    expect(gateway.log()).not.toMatch(/not ready: (?!(archive|figures|lag): )|EMFILE/)
    expect(descriptors(gateway)).toBeLessThan(FILES_MAX - 32)
  } finally {
    clearInterval(renewing)
  }
  for (const socket of sockets.splice(0)) socket.destroy()
  client.stop()
  await until(() => client!.inFlight === 0)
  await settled(gateway)
  const files = async () =>
    (await getJson<{ checks: HealthCheck[] }>(gateway, '/readyz?verbose')).checks.find(
      ({ name }) => name === 'open_files',
    )
  // It closes them one after the other.
  await expect.poll(files).toMatchObject({ ok: true, reason: expect.stringContaining('raise its limit') })
  const series = { plant: MeteredClient.plant, device: 'meter-1', metric: MeteredClient.metric }
  const archived = new Map((await allReadings(gateway, series)).map(({ ts, value }) => [Date.parse(ts), value]))
  expect([...acknowledged].filter(([ts, value]) => archived.get(ts) !== value)).toEqual([])
})
