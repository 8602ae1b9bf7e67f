import type { Outcome } from '../measure/results.js'
import { Influxd, influxdVersion } from '../sides/influxd.js'
import { MOSQUITTO_SETTINGS, mosquittoVersion } from '../sides/mosquitto.js'
import type { FlowShape } from '../sides/node-red-flow.js'
import { installNodeRed, PEER_DATABASE, startPeer } from '../sides/peer.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'
import { type Round, runRound } from './round.js'

const SHAPES: readonly FlowShape[] = (['json node', 'mqtt node'] as const).flatMap((json) =>
  (['join node', 'function node'] as const).flatMap((batching) =>
    [1000, 5000].map((batchPoints) => ({ json, batching, batchPoints })),
  ),
)

/** Tells which way to draw the peer's flow is the fastest: every shape once, with a flood that is then drained. */
export async function peer({ messages, nodeRedDir }: BenchOptions): Promise<Outcome> {
  const nodeRed = await installNodeRed(nodeRedDir)
  const runs: (FlowShape & Round)[] = []
  for (const shape of SHAPES) {
    const influxd = await Influxd.start()
    const side = await startPeer(nodeRed, shape, influxd)
    const run = await runRound(side, influxd, PEER_DATABASE, loadOrder({ port: side.mqttPort, total: messages }))
    await side.close()
    await influxd.close()
    runs.push({ ...shape, ...run })
    say(`peer: ${JSON.stringify(runs.at(-1))}`)
  }
  return {
    settings: { ...loadOrder({ port: 0, total: messages }), port: undefined, mosquitto: MOSQUITTO_SETTINGS },
    versions: { mosquitto: mosquittoVersion(), influxd: influxdVersion(), ...nodeRed.versions },
    figures: { runs },
    table: [
      ['parsed by, collected by, batch', 'points/s', 'points/CPU s', 'peak RSS MiB', 'lost'],
      ...runs.map(({ json, batching, batchPoints, pointsPerSecond, pointsPerCpuSecond, cost, lost }) => [
        `${json}, ${batching}, ${batchPoints}`,
        pointsPerSecond,
        pointsPerCpuSecond,
        cost.rssPeakMiB,
        lost,
      ]),
    ],
  }
}
