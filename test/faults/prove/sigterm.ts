import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../../simulators/random.js'
import { until } from '../../support/gateway.js'
import { LoadedGateway } from '../ground/loaded-gateway.js'
import { type Proof, say, verdictOf } from './proof.js'

const STOPS = 100
const END_MS_MAX = 10_000
const WORKING_MS_MAX = 800
const SAY_EVERY = 10

/** A stop as a service manager asks for it, with all meters sending. */
export const sigterm: Proof = {
  name: 'sigterm',
  says: 'SIGTERM under full load, and the next start',
  goal: 'exit 0 within 10 s, 0 lost, 100 times',
  async run({ seed, rounds }) {
    const stops = rounds ?? STOPS
    const random = randomStream('sigterm', seed)
    const loaded = await LoadedGateway.start()
    const tookMs: number[] = []
    try {
      for (let stop = 0; stop < stops; stop++) {
        if (stop % SAY_EVERY === 0) say(`sigterm: ${stop} of ${stops}`)
        await loaded.gateway.up()
        const { acknowledged } = await loaded.books.burst()
        await until(async () => (await loaded.books.state()).acknowledged > acknowledged, undefined, 10)
        await sleep(random() * WORKING_MS_MAX)
        await loaded.books.burst()
        const beforeMs = performance.now()
        const code = await loaded.gateway.stop()
        tookMs.push(Math.round(performance.now() - beforeMs))
        if (code !== 0) loaded.broken.push(`stop ${stop} ended with ${code}`)
        loaded.gateway = loaded.gateway.relaunch()
      }
      const { readings, resent } = await loaded.compare(120_000 + stops * 2000)
      const longestMs = Math.max(...tookMs)
      const { broken } = loaded
      return {
        figure: `${broken.length} broken promises in ${readings} acknowledged readings over ${stops} stops, the longest ${longestMs} ms`,
        verdict: verdictOf(broken.length > 0 || longestMs > END_MS_MAX, stops, STOPS),
        parameters: { stops },
        figures: { readings, messagesSentAgain: resent, longestMs, broken: broken.slice(0, 20) },
      }
    } finally {
      await loaded.end()
    }
  },
}
