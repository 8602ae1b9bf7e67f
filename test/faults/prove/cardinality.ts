import { getJson, removeData, startGateway, type TestGateway, until } from '../../support/gateway.js'
import {
  askedMs,
  FLOODED_CONFIG,
  flood,
  HonestMeters,
  honestReadings,
  newDevice,
  newMetrics,
  settled,
  Watch,
} from '../storms/names.js'
import { rssMiB } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const METRICS_S = 10
const DEVICES_S = 30
const RSS_MIB_MAX = 768
const PLANTS_MS_MAX = 2000
const RESTART_S_MAX = 10

/** Names that nobody has configured come as fast as they are taken, first metrics of one device, then devices. */
export const cardinality: Proof = {
  name: 'cardinality',
  says: 'one device names 100 new metrics a message for 10 s, then a new device sends each message for 30 s',
  goal: 'RSS at most 768 MiB, GET /plants in 2 s all the while, a start in 10 s, every reading of configured meters taken',
  async run({ rounds }) {
    const times = rounds ?? 1
    let gateway: TestGateway = await startGateway({ config: FLOODED_CONFIG })
    try {
      const beforeMiB = Math.round(rssMiB(gateway))
      const meters = new HonestMeters(gateway)
      const watch = new Watch(gateway)
      let metricMessages = 0
      let deviceMessages = 0
      for (let round = 0; round < times; round++) {
        metricMessages += await flood(gateway, (i) => newMetrics(metricMessages + i), { seconds: METRICS_S })
        deviceMessages += await flood(gateway, (i) => newDevice(deviceMessages + i), { seconds: DEVICES_S })
      }
      const accounted = await settled(gateway)
      await meters.stop()
      await watch.stop()
      const honest = { acknowledged: meters.acknowledged, taken: await honestReadings(gateway) }
      const latestMs = await askedMs(gateway, '/api/v1/plants/own/kpis/latest')
      await gateway.stop()
      const startMs = performance.now()
      gateway = await gateway.restart()
      await until(
        () =>
          getJson(gateway, '/readyz').then(
            () => true,
            () => false,
          ),
        300_000,
      )
      const restartS = Math.round((performance.now() - startMs) / 100) / 10
      const afterMiB = Math.round(rssMiB(gateway))
      const isMissed =
        watch.peakMiB > RSS_MIB_MAX ||
        watch.plantsMs > PLANTS_MS_MAX ||
        restartS > RESTART_S_MAX ||
        honest.taken !== honest.acknowledged
      return {
        figure: `${metricMessages * 100} metrics and ${deviceMessages} devices named: ${watch.peakMiB} MiB at most (${beforeMiB} before), GET /plants at most ${watch.plantsMs} ms, ready ${restartS} s after a start, then ${afterMiB} MiB; ${honest.taken} of ${honest.acknowledged} readings of meters taken`,
        verdict: verdictOf(isMissed, times, 1),
        parameters: { metricsS: METRICS_S, devicesS: DEVICES_S, rounds: times },
        figures: {
          metricMessages,
          deviceMessages,
          beforeMiB,
          peakMiB: watch.peakMiB,
          plantsMs: watch.plantsMs,
          latestMs,
          restartS,
          afterMiB,
          slowestPubackMs: Math.round(meters.slowestMs),
          rejected: accounted.elements_rejected,
          closes: accounted.closes,
          honest,
        },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}
