import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../../simulators/random.js'
import { until } from '../../support/gateway.js'
import { LoadedGateway, METERS_OF_BOTH } from './loaded-gateway.js'

/** For a kill, and for the wait until all is settled, on a machine that has much else to do. */
export const KILL_MS_MAX = 10_000
export const settledMsMax = (kills: number) => 120_000 + kills * 2000
/** Moments at which a gateway is killed, in turn: with all of it at work, while it starts, or soon after its door was opened. */
const LIVES = ['works', 'starts', 'opens', 'opens'] as const
const WORKING_MS_MAX = 1200
const STARTING_MS_MAX = 900
const OPEN_MS_MAX = 150
const LOOK_MS = 10

export interface Killed {
  /** Acknowledged when it was all over; every one has so many metrics. */
  readonly readings: number
  readonly resent: number
  /** Kills of a gateway at work, and kills that cut messages off that were not acknowledged yet. */
  readonly worked: number
  readonly wasCut: number
  /** One sentence each; none when every promise was kept. */
  readonly broken: readonly string[]
}

/** Kills a gateway under full load of QoS 1 and 2 again and again, and compares what it has in the end with the ledger. */
export async function killed(
  kills: number,
  seed: number,
  each: (kill: number) => void = () => undefined,
): Promise<Killed> {
  const random = randomStream('kill', seed)
  const loaded = await LoadedGateway.start({}, METERS_OF_BOTH)
  const { books } = loaded
  let worked = 0
  let wasCut = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      each(kill)
      const life = LIVES[kill % LIVES.length]!
      const { acknowledged: before } = await (life === 'opens' ? books.burst() : books.state())
      const isTaken = async () => (await books.state()).acknowledged > before
      if (life === 'starts') {
        await sleep(random() * STARTING_MS_MAX)
      } else if (life === 'opens') {
        await until(isTaken, undefined, LOOK_MS)
        await sleep(random() * OPEN_MS_MAX)
      } else {
        await loaded.gateway.up()
        await loaded.checkAccounting(`after restart ${kill}`)
        await until(isTaken, undefined, LOOK_MS)
        await sleep(random() * WORKING_MS_MAX)
        await books.burst()
        await loaded.checkAccounting(`under load before kill ${kill}`)
        await books.burst()
        worked++
      }
      const { sent, acknowledged } = await books.state()
      if (acknowledged > before && sent > acknowledged) wasCut++
      await loaded.gateway.stop('SIGKILL')
      loaded.gateway = loaded.gateway.relaunch()
    }
    const { readings, resent } = await loaded.compare(settledMsMax(kills))
    return { readings, resent, worked, wasCut, broken: loaded.broken }
  } finally {
    await loaded.end()
  }
}
