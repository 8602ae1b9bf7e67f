import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestOf } from '../../../src/access/token.js'
import { writeCredentials } from '../../../src/config/files/credentials-file.js'
import { end, startScript } from '../../bench/measure/processes.js'
import { removeData, startGateway, type TestGateway } from '../../support/gateway.js'
import { CONNACK, connect, puback, publish, text } from '../../unit/intake/packets.js'
import { manyTimes, percentile, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

const STRANGERS = 1000
const RSS_MIB_MAX = 64
const CONNECT_MS_MAX = 1000
const ANNOUNCED = Buffer.concat([Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f), Buffer.alloc(64 * 1024)])

/** As many as kept a device out nine times in ten before strangers had places of their own. */
const CROWD = 6019
const TRIES = 20
const TRY_MS_MAX = 2000
const SIDE = new URL('../storms/crowd-side.ts', import.meta.url)
const TOKEN = 'ggd_of-the-meter-of-the-proof'
const TOPIC = 'plants/p/l/meter/energy'

/** Whoever has shown no CONNECT may not make the gateway keep anything, nor keep a device out. */
export const strangers: Proof = {
  name: 'strangers',
  says: 'sockets without a CONNECT announce 256 MiB each, or say nothing and come again, and a device comes with its token',
  goal: '1,000 sockets: RSS at most 64 MiB more, a good client connects in 1 s; 6,019 silent ones, renewed: 20 of 20 tries of a device acknowledged in 2 s',
  async run({ rounds }) {
    const count = rounds ?? STRANGERS
    const announced = await withGateway((gateway) => announcing(gateway, count))
    const crowds: Crowd[] = []
    for (const [from, networks, own] of [
      ['one other address', 1, '127.0.0.2'],
      ['200 other networks', 200, '127.0.0.2'],
      ['its own address', 1, '127.7.0.1'],
    ] as const) {
      const crowd = await withGateway((gateway) => besideCrowd(gateway, from, networks, own))
      say(`  ${sentenceOf(crowd)}`)
      crowds.push(crowd)
    }
    const { moreMiB, connectMs } = announced
    const isMissed = moreMiB > RSS_MIB_MAX || connectMs > CONNECT_MS_MAX || crowds.some(({ served }) => served < TRIES)
    return {
      figure: `${count} sockets: ${moreMiB} MiB more, a good client connected in ${connectMs} ms; ${crowds.map(sentenceOf).join('; ')}`,
      verdict: verdictOf(isMissed, count, STRANGERS),
      parameters: { sockets: count, announcedMiB: 256, crowd: CROWD, tries: TRIES },
      figures: { moreMiB, connectMs, crowds },
    }
  },
}

async function withGateway<T>(act: (gateway: TestGateway) => Promise<T>): Promise<T> {
  const gateway = await startGateway()
  try {
    return await act(gateway)
  } finally {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  }
}

async function announcing(gateway: TestGateway, count: number): Promise<{ moreMiB: number; connectMs: number }> {
  const port = portOf(gateway)
  const first = await StormClient.connected(port, 'first')
  await first.publishes(TOPIC, '{"metrics":{"elec_import_kwh":1}}')
  const beforeMiB = rssMiB(gateway)
  const all = await manyTimes(count, 100, async () => {
    const client = await StormClient.dial(port)
    client.socket.write(ANNOUNCED)
    return client
  })
  const startMs = performance.now()
  const honest = await StormClient.connected(port, 'honest')
  const connectMs = Math.round(performance.now() - startMs)
  const moreMiB = Math.round(rssMiB(gateway) - beforeMiB)
  for (const { socket } of [...all, honest, first]) socket.destroy()
  return { moreMiB, connectMs }
}

interface Crowd {
  readonly from: string
  /** Connections that the crowd holds and dials. */
  readonly dialledPerS: number
  /** Tries of the device that were acknowledged within `TRY_MS_MAX`; the times below are those of all its tries. */
  readonly served: number
  readonly p50Ms: number
  readonly longestMs: number
}

function sentenceOf({ from, dialledPerS, served, p50Ms, longestMs }: Crowd): string {
  return `beside ${CROWD} silent ones from ${from} (${dialledPerS} dialled a second) ${served} of ${TRIES} tries acknowledged, p50 ${p50Ms} ms, longest ${longestMs} ms`
}

async function besideCrowd(gateway: TestGateway, from: string, networks: number, own: string): Promise<Crowd> {
  const port = portOf(gateway)
  const tokens = [{ sha256: digestOf(TOKEN), since: '2026-01-01T00:00:00Z', until: null }]
  writeCredentials(gateway.dataDir, [{ client: 'meter', role: 'gateway', tokens, subject: null, disabled: false }])
  const seconds = 30
  const side = startScript(SIDE, [String(port), String(CROWD), String(seconds), String(networks)])
  try {
    await once(side, 'message')
    const tookMs: number[] = []
    for (let i = 0; i < TRIES; i++) {
      tookMs.push(await tryMs(port, own))
      await sleep(200)
    }
    const [{ dialled }] = (await once(side, 'message')) as [{ dialled: number }]
    const served = tookMs.filter((ms) => ms <= TRY_MS_MAX)
    return {
      from,
      dialledPerS: Math.round(dialled / seconds),
      served: served.length,
      p50Ms: Math.round(percentile(tookMs, 0.5)),
      longestMs: Math.round(Math.max(...tookMs)),
    }
  } finally {
    await end(side)
  }
}

/** Connects, proves itself, and has one message acknowledged; how long all of it took, ms. */
async function tryMs(port: number, own: string): Promise<number> {
  const sinceMs = performance.now()
  const socket = dial({ port, host: '127.0.0.1', localAddress: own })
  socket.on('error', () => {})
  let received = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
  })
  socket.write(connect({ id: 'meter', flags: 0xc2, rest: [text('meter'), text(TOKEN)] }))
  const has = async (bytes: Buffer): Promise<boolean> => {
    while (!received.includes(bytes) && !socket.destroyed && performance.now() - sinceMs <= TRY_MS_MAX) await sleep(2)
    return received.includes(bytes)
  }
  const isIn = await has(CONNACK)
  if (isIn) socket.write(publish({ topic: TOPIC, id: 7, payload: '{"metrics":{"elec_import_kwh":1}}' }))
  const isServed = isIn && (await has(puback(7)))
  socket.destroy()
  return isServed ? performance.now() - sinceMs : TRY_MS_MAX + 1
}
