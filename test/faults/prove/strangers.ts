import { removeData, startGateway } from '../../support/gateway.js'
import { manyTimes, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const STRANGERS = 1000
const RSS_MIB_MAX = 64
const CONNECT_MS_MAX = 1000
const ANNOUNCED = Buffer.concat([Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f), Buffer.alloc(64 * 1024)])

/** Whoever has shown no CONNECT may not make the gateway keep anything. */
export const strangers: Proof = {
  name: 'strangers',
  says: 'sockets without a CONNECT announce 256 MiB each, and an honest client comes',
  goal: '1,000 sockets: RSS at most 64 MiB more, a good client connects in 1 s',
  async run({ rounds }) {
    const count = rounds ?? STRANGERS
    const gateway = await startGateway()
    try {
      const port = portOf(gateway)
      await (await StormClient.connected(port, 'first')).publishes(
        'plants/p/l/d/energy',
        '{"metrics":{"elec_import_kwh":1}}',
      )
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
      for (const { socket } of [...all, honest]) socket.destroy()
      const isMissed = moreMiB > RSS_MIB_MAX || connectMs > CONNECT_MS_MAX
      return {
        figure: `${count} sockets: ${moreMiB} MiB more, a good client connected in ${connectMs} ms`,
        verdict: verdictOf(isMissed, count, STRANGERS),
        parameters: { sockets: count, announcedMiB: 256 },
        figures: { moreMiB, connectMs },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}
