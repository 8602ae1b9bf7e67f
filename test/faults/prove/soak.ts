import { removeData, startGateway } from '../../support/gateway.js'
import { descriptors, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const MINUTES = 30
const SAMPLE_MS = 5000
const CLIENTS = 20
/** What is loaded, compiled and cached first is no leak. */
const WARM_UP = 0.3
const MIB_AN_HOUR_MAX = 30
const DESCRIPTORS_AN_HOUR_MAX = 10

/** Clients come, send and go for some minutes; the straight line through what the gateway holds must be flat. */
export const soak: Proof = {
  name: 'soak',
  says: 'clients come, send and go for --rounds minutes; memory and descriptors are judged by their slope',
  goal: 'over 30 minutes the slopes are at most 30 MiB and 10 descriptors an hour',
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const gateway = await startGateway()
    try {
      const port = portOf(gateway)
      const samples: { readonly hours: number; readonly mib: number; readonly fds: number }[] = []
      const startMs = performance.now()
      const endMs = startMs + minutes * 60_000
      let sent = 0
      while (performance.now() < endMs) {
        const untilMs = Math.min(endMs, performance.now() + SAMPLE_MS)
        while (performance.now() < untilMs) {
          const clients = await Promise.all(
            Array.from({ length: CLIENTS }, (_, i) => StormClient.connected(port, `s-${i}`)),
          )
          await Promise.all(
            clients.map((one, i) =>
              one.publishes(`plants/p/l/d-${i}/energy`, `{"metrics":{"elec_import_kwh":${sent}}}`),
            ),
          )
          sent += CLIENTS
          for (const { socket } of clients) socket.destroy()
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        samples.push({
          hours: (performance.now() - startMs) / 3_600_000,
          mib: rssMiB(gateway),
          fds: descriptors(gateway),
        })
      }
      const warm = samples.slice(Math.floor(samples.length * WARM_UP))
      const mib = slope(warm.map(({ hours, mib }) => [hours, mib]))
      const fds = slope(warm.map(({ hours, fds }) => [hours, fds]))
      return {
        figure: `${sent} connections and readings in ${minutes} minutes: ${mib.toFixed(1)} MiB and ${fds.toFixed(1)} descriptors more an hour`,
        verdict: verdictOf(mib > MIB_AN_HOUR_MAX || fds > DESCRIPTORS_AN_HOUR_MAX, minutes, MINUTES),
        parameters: { minutes, clients: CLIENTS },
        figures: { first: warm[0], last: warm.at(-1), mibAnHour: mib, descriptorsAnHour: fds },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}

/** Of the straight line through the points, by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
  const above = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0)
  return above / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
}
