import { accounting, removeData, settled, startGateway } from '../../support/gateway.js'
import { manyTimes, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

const CLIENTS = 10_000
const CUTS = 10
const RSS_MIB_MAX = 512
const BACK_S_MAX = 30
const AT_ONCE = 500

/** All clients are cut off at once and come back at once, each with a reading. */
export const reconnects: Proof = {
  name: 'reconnects',
  says: '10,000 clients are cut off and come back, ten times, each with a reading (--rounds: how many clients)',
  goal: '10,000 clients under 512 MiB; all back in 30 s after a cut, ten times, nothing lost',
  async run({ rounds }) {
    const count = rounds ?? CLIENTS
    const gateway = await startGateway({ config: { mqtt: { limits: { connections: count + 10 } } } })
    try {
      const port = portOf(gateway)
      const backS: number[] = []
      let acknowledged = 0
      let highestMiB = 0
      for (let cut = 0; cut <= CUTS; cut++) {
        const startMs = performance.now()
        const clients = await manyTimes(count, AT_ONCE, async (i) => {
          const client = await StormClient.connected(port, `c-${i}`)
          const ts = Date.UTC(2026, 0, 1) + cut * 1000
          await client.publishes(`plants/p/l/d-${i % 1000}/energy`, JSON.stringify({ ts: ts + i, metrics: { x: cut } }))
          acknowledged += 1
          return client
        })
        backS.push((performance.now() - startMs) / 1000)
        highestMiB = Math.max(highestMiB, rssMiB(gateway))
        say(`reconnects: cut ${cut}: all back in ${Math.round(backS.at(-1)!)} s, ${Math.round(highestMiB)} MiB`)
        for (const { socket } of clients) socket.destroy()
      }
      await settled(gateway, 600_000)
      const { messages } = await accounting(gateway)
      const lost = acknowledged - messages.received
      const longestS = Math.round(Math.max(...backS.slice(1)) * 10) / 10
      const isMissed = lost > 0 || longestS > BACK_S_MAX || highestMiB > RSS_MIB_MAX
      return {
        figure: `${count} clients, ${CUTS} cuts: all back in at most ${longestS} s, ${Math.round(highestMiB)} MiB, ${lost} of ${acknowledged} lost`,
        verdict: verdictOf(isMissed, count, CLIENTS),
        parameters: { clients: count, cuts: CUTS },
        figures: { backS, highestMiB, acknowledged, received: messages.received },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}
