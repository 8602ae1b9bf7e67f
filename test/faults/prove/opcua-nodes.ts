import { setTimeout as sleep } from 'node:timers/promises'
import { lookAtSeries, opcuaFigure, openOpcuaPlant, untilFigure } from '../ground/opcua-plant.js'
import { rssMiB } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const NODES = 10_000
const EVERY_MS = 1000
const MINUTES = 10
const RSS_MIB_MAX = 1024

/** A server with 10,000 nodes that change each second; every value of 100 of them is looked for. `--minutes` says how long. */
export const opcuaNodes: Proof = {
  name: 'opcua-nodes',
  says: `${NODES} nodes of an OPC UA server that change once a second, for ten minutes`,
  goal: `no value missing and none twice, nothing thrown away by the server, at most ${RSS_MIB_MAX} MiB`,
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const plant = await openOpcuaPlant(NODES, EVERY_MS, 0)
    try {
      await untilFigure(plant, 'greengauge_opcua_nodes{id="many",state="monitored"}', (figure) => figure === NODES)
      let peakMiB = 0
      const untilMs = performance.now() + minutes * 60_000
      while (performance.now() < untilMs) {
        await sleep(5000)
        peakMiB = Math.max(peakMiB, Math.round(rssMiB(plant.gateway)))
      }
      const sent = await opcuaFigure(plant, 'greengauge_opcua_values_total{id="many",way="sent"}')
      const overflow = await opcuaFigure(plant, 'greengauge_opcua_values_total{id="many",way="overflow"}')
      const look = await lookAtSeries(plant)
      const isBroken = look.missing + look.doubled + overflow > 0 || peakMiB > RSS_MIB_MAX
      return {
        figure: `${sent} values in ${minutes} minutes; of ${look.values} looked for ${look.missing} missing, ${look.doubled} twice; ${overflow} after an overflow; ${peakMiB} MiB`,
        verdict: verdictOf(isBroken, minutes, MINUTES),
        parameters: { nodes: NODES, every_ms: EVERY_MS, minutes },
        figures: { sent, overflow, peakMiB, ...look },
      }
    } finally {
      await plant.close()
    }
  },
}
