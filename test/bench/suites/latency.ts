import { median } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { type Kept, throughGateway } from './offered.js'
import { type BenchOptions, say } from './options.js'
import { SHAPES, shapedOrder, shapeOf } from './shapes.js'

/** Length of a flood that tells which rate is half of what can be kept up, as a share of the time of a load. */
const FLOOD_SHARE = 1 / 3

/**
 * Measures how long a PUBLISH waits for its PUBACK, and until a dashboard has been sent a figure with it in, when half of what
 * the gateway keeps up is asked of it, or (`--rate`) so much.
 */
export async function latency(options: BenchOptions): Promise<Outcome> {
  const { rounds, seconds, shapes, isLive, messagesPerSecond, seed } = options
  const results: { readonly shape: string; readonly rate: number; readonly runs: readonly Kept[] }[] = []
  const wanted = shapes.length === 0 ? SHAPES : shapes.map(shapeOf)
  // Without PUBACKs there is nothing to wait for.
  for (const shape of wanted.filter(({ qos }) => qos === 1)) {
    const order = (of: { seconds: number; messagesPerSecond: number | null }) =>
      shapedOrder(shape, { port: 0, isLive, ...of })
    const flooded = async () => {
      const flood = await throughGateway(order({ seconds: seconds * FLOOD_SHARE, messagesPerSecond: null }))
      return Math.round(flood.samplesPerSecondToTheEnd / shape.samples / 2)
    }
    const rate = messagesPerSecond ?? (await flooded())
    const runs: Kept[] = []
    for (let i = 0; i < rounds; i++) {
      runs.push(await throughGateway(order({ seconds, messagesPerSecond: rate }), { isProbed: true }))
      say(`${shape.id} at ${rate}/s, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
    results.push({ shape: shape.id, rate, runs })
  }
  return {
    settings: { seconds, rounds, seed, isLive },
    versions: {},
    figures: { results },
    table: [
      ['ms', 'messages/s', 'PUBACK p50', 'p99', 'p99.9', 'max', 'feed p50', 'p99', 'generator stalled'],
      ...results.map(({ shape, rate, runs }) => {
        const medianOf = (figure: (run: Kept) => number | null) => median(runs.map((run) => figure(run) ?? 0))
        return [
          shape,
          rate,
          medianOf(({ ackMs }) => ackMs.p50),
          medianOf(({ ackMs }) => ackMs.p99),
          medianOf(({ ackMs }) => ackMs.p999),
          medianOf(({ ackMs }) => ackMs.max),
          medianOf(({ feedMs }) => feedMs?.p50 ?? null),
          medianOf(({ feedMs }) => feedMs?.p99 ?? null),
          medianOf(({ generator }) => generator.stallMsMax),
        ]
      }),
    ],
  }
}
