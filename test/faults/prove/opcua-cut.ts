import { setTimeout as sleep } from 'node:timers/promises'
import { lookAtSeries, opcuaFigure, openOpcuaPlant, untilFigure } from '../ground/opcua-plant.js'
import { type Proof, say, verdictOf } from './proof.js'

const NODES = 200
const EVERY_MS = 1000
const MINUTES = 60
/** Values that the server keeps of each node: more than an hour has. */
const HISTORY = 5000
const AROUND_MS = 20_000

/** The line to a server with history is cut for an hour, or for `--minutes`, while its nodes go on counting. */
export const opcuaCut: Proof = {
  name: 'opcua-cut',
  says: `a cut of an hour between the gateway and an OPC UA server with history, whose ${NODES} nodes change once a second`,
  goal: 'no value missing after it and none twice',
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const plant = await openOpcuaPlant(NODES, EVERY_MS, HISTORY)
    try {
      await untilFigure(plant, 'greengauge_opcua_nodes{id="many",state="monitored"}', (figure) => figure === NODES)
      await sleep(AROUND_MS)
      plant.proxy.cut()
      say(`  cut for ${minutes} minutes`)
      await sleep(minutes * 60_000)
      plant.proxy.heal()
      const gaps = 'greengauge_opcua_gaps_total{id="many",result="filled"}'
      await untilFigure(plant, gaps, (figure) => figure > 0)
      await sleep(AROUND_MS)
      const fetched = await opcuaFigure(plant, 'greengauge_opcua_values_total{id="many",way="history"}')
      const look = await lookAtSeries(plant)
      return {
        figure: `${fetched} values from the history; of ${look.values} looked for ${look.missing} missing, ${look.doubled} twice`,
        verdict: verdictOf(look.missing + look.doubled > 0, minutes, MINUTES),
        parameters: { nodes: NODES, every_ms: EVERY_MS, minutes },
        figures: { fetched, ...look },
      }
    } finally {
      await plant.close()
    }
  },
}
