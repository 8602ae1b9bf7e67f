import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { removeData, startGateway } from '../../support/gateway.js'
import { subscribe } from '../../unit/intake/packets.js'
import { percentile, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const FROZEN = 100
const MESSAGES = 2000
const RSS_MIB_MAX = 64
const UNREAD_S = 5
const CUT_OFF_S_MAX = 10
const LOOK_MS_MAX = 30_000

/** Subscribers that do not read, of the broker and of the live feed, while one device sends. */
export const frozen: Proof = {
  name: 'frozen',
  says: '100 MQTT and 100 WebSocket clients stop reading while 16 KiB messages go round',
  goal: 'PUBACK p99 at most doubled, RSS at most 64 MiB more, the MQTT clients cut off in 10 s',
  async run({ rounds }) {
    const count = rounds ?? FROZEN
    const gateway = await startGateway({ config: { mqtt: { limits: { unread_s: UNREAD_S } } } })
    try {
      const port = portOf(gateway)
      const device = await StormClient.connected(port, 'device')
      const payload = JSON.stringify({ metrics: { elec_import_kw: 1 }, note: 'x'.repeat(16 * 1024) })
      const measured = async (): Promise<number> => {
        const tookMs: number[] = []
        for (let i = 0; i < MESSAGES; i++) tookMs.push(await device.publishes('plants/p/l/d/energy', payload))
        return percentile(tookMs, 0.99)
      }
      const reader = await StormClient.connected(port, 'reader')
      reader.socket.write(subscribe('#'))
      const aloneMs = await measured()
      const beforeMiB = rssMiB(gateway)
      const clients = await Promise.all(Array.from({ length: count }, (_, i) => StormClient.connected(port, `f-${i}`)))
      for (const { socket } of clients) {
        socket.write(subscribe('#'))
        socket.pause()
      }
      const feeds = Array.from(
        { length: count },
        () => new WebSocket(`${gateway.httpUrl.replace('http', 'ws')}/ws/v1`, 'greengauge.v1'),
      )
      for (const feed of feeds) {
        feed.on('error', () => {})
        feed.on('open', () => {
          feed.send(JSON.stringify({ type: 'subscribe' }))
          feed.pause()
        })
      }
      // All but the device and the reader.
      const stillConnected = async (): Promise<number> => {
        const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
        return Number(/^greengauge_mqtt_clients(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1]) - 2
      }
      const frozenAtMs = performance.now()
      const frozenMs = await measured()
      const moreMiB = Math.round(rssMiB(gateway) - beforeMiB)
      // A client that reads nothing is found out by what comes for it.
      while ((await stillConnected()) > 0 && performance.now() - frozenAtMs < LOOK_MS_MAX) {
        await device.publishes('plants/p/l/d/energy', payload)
        await sleep(50)
      }
      const left = await stillConnected()
      const cutOffS = Math.round((performance.now() - frozenAtMs) / 100) / 10
      for (const { socket } of [...clients, device, reader]) socket.destroy()
      for (const feed of feeds) feed.terminate()
      const isMissed = frozenMs > 2 * aloneMs || moreMiB > RSS_MIB_MAX || left > 0 || cutOffS > CUT_OFF_S_MAX
      return {
        figure: `PUBACK p99 ${aloneMs.toFixed(1)} ms alone, ${frozenMs.toFixed(1)} ms beside ${count} and ${count} frozen clients, ${moreMiB} MiB more, ${left} MQTT clients still connected after ${cutOffS} s`,
        verdict: verdictOf(isMissed, count, FROZEN),
        parameters: { mqttClients: count, webSocketClients: count, unreadS: UNREAD_S, messages: MESSAGES },
        figures: { aloneMs, frozenMs, moreMiB, stillConnected: left, cutOffS },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}
