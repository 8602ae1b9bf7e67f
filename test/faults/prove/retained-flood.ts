import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, startScript } from '../../bench/measure/processes.js'
import { removeData, startGateway, type TestGateway } from '../../support/gateway.js'
import { percentile, portOf, rssMiB, StormClient } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

const SIDE = new URL('../storms/flood-side.ts', import.meta.url)
/** As it was found first, and all that is like it. */
const KINDS = [
  'retained',
  'retained-acknowledged',
  'retained-topics',
  'qos-0',
  'qos-1',
  'qos-2-half',
  'subscribe',
  'unsubscribe',
  'ping',
  'topics',
  'takeover',
  'churn',
  'sessions',
  'wills',
] as const
const SECONDS = 6
/** The flood has begun and what may be sent at once is through. */
const WARM_UP_MS = 1500
const MEASURED_MS = 4000
const PACE_MS = 5
const P99_MS_MAX = 50
const RSS_MIB_MAX = 200
const TOPIC = 'plants/p/l/d/energy'
const READING = '{"metrics":{"elec_import_kwh":1}}'

/**
 * Four clients flood the gateway from a process of their own while a device sends. The same device at a gateway that nobody
 * floods, in the same seconds on the same machine, says what of its wait is the machine's.
 */
export const retainedFlood: Proof = {
  name: 'retained-flood',
  says: 'four clients send retained messages as fast as they can, and thirteen floods like it, beside a device',
  goal: `PUBACK p99 of the device at most ${P99_MS_MAX} ms, or twice that at a gateway without a flood; at most ${RSS_MIB_MAX} MiB more`,
  async run() {
    const floods: Flood[] = []
    for (const kind of KINDS) {
      const flood = await beside(kind)
      say(`  ${sentenceOf(flood)}`)
      floods.push(flood)
    }
    const worst = floods.reduce((a, b) => (b.p99Ms / b.quietP99Ms > a.p99Ms / a.quietP99Ms ? b : a))
    const isMissed = floods.some(
      ({ p99Ms, quietP99Ms, moreMiB }) => p99Ms > Math.max(P99_MS_MAX, 2 * quietP99Ms) || moreMiB > RSS_MIB_MAX,
    )
    return {
      figure: `${sentenceOf(floods[0]!)}; worst of ${floods.length}: ${sentenceOf(worst)}`,
      verdict: verdictOf(isMissed, floods.length, KINDS.length),
      parameters: { seconds: SECONDS, kinds: KINDS },
      figures: { floods },
    }
  },
}

interface Flood {
  readonly kind: string
  /** Messages of the flood that the gateway took in a second. */
  readonly takenPerS: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** PUBACK p99 of a device at a gateway without a flood. */
  readonly quietP99Ms: number
  readonly moreMiB: number
}

function sentenceOf({ kind, takenPerS, p50Ms, p99Ms, quietP99Ms, moreMiB }: Flood): string {
  return `${kind}: ${takenPerS} messages a second taken, PUBACK p50 ${p50Ms} ms, p99 ${p99Ms} ms (without a flood ${quietP99Ms} ms), ${moreMiB} MiB more`
}

async function beside(kind: string): Promise<Flood> {
  const [flooded, quiet] = [await startGateway(), await startGateway()]
  try {
    const [device, other] = [
      await StormClient.connected(portOf(flooded), 'device'),
      await StormClient.connected(portOf(quiet), 'device'),
    ]
    const warmMs = performance.now() + 1000
    await Promise.all([measured(device, warmMs), measured(other, warmMs)])
    const [beforeMiB, before] = [rssMiB(flooded), await received(flooded)]
    const sinceMs = performance.now()
    const side = startScript(SIDE, [kind, String(portOf(flooded)), String(SECONDS)])
    const done = once(side, 'message')
    await sleep(WARM_UP_MS)
    const untilMs = performance.now() + MEASURED_MS
    const [own, without] = await Promise.all([measured(device, untilMs), measured(other, untilMs)])
    const moreMiB = Math.round(rssMiB(flooded) - beforeMiB)
    const takenPerS = Math.round(((await received(flooded)) - before) / ((performance.now() - sinceMs) / 1000))
    await done
    await end(side)
    for (const { socket } of [device, other]) socket.destroy()
    const round = (ms: number): number => Math.round(ms * 10) / 10
    return {
      kind,
      takenPerS,
      p50Ms: round(percentile(own, 0.5)),
      p99Ms: round(percentile(own, 0.99)),
      quietP99Ms: round(percentile(without, 0.99)),
      moreMiB,
    }
  } finally {
    for (const gateway of [flooded, quiet]) {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  }
}

/** Publishes one message after the other; returns how long each PUBACK took, ms. */
async function measured(device: StormClient, untilMs: number): Promise<number[]> {
  const tookMs: number[] = []
  while (performance.now() < untilMs) {
    tookMs.push(await device.publishes(TOPIC, READING))
    await sleep(PACE_MS)
  }
  return tookMs
}

async function received(gateway: TestGateway): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  return Number(/^greengauge_messages_received_total\{door="mqtt"\} (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}
