import { median, round } from '../measure/cost.js'
import { usageOf } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { startDemo } from '../sides/demo.js'
import { openScreens } from '../sides/screens.js'
import { type BenchOptions, say } from './options.js'

const VIEWERS = 1_000
const LOOK_MS = 30_000
/** After the start: the back-fill of a day is computed by then. */
const WARM_UP_MS = 60_000

/** Measures what a thousand open overviews cost the gateway at 1 Hz, beside the three demo plants that it computes anyway. */
export async function viewers({ rounds }: BenchOptions): Promise<Outcome> {
  const demo = await startDemo()
  say(`waiting ${WARM_UP_MS / 1000} s for the back-fill of the demo plants`)
  await sleep(WARM_UP_MS)

  const costs: { readonly without: number; readonly beside: number }[] = []
  let received = { messages: 0, bytes: 0 }
  for (let i = 0; i < rounds; i++) {
    const without = await cpuShare(demo.pid)
    const screens = await openScreens(demo, VIEWERS)
    const beside = await cpuShare(demo.pid)
    received = await screens.count()
    await screens.close()
    costs.push({ without, beside })
    say(`round ${i + 1}: ${percent(without)} of a core alone, ${percent(beside)} with ${VIEWERS} dashboards`)
  }
  const added = median(costs.map(({ without, beside }) => beside - without))
  const seconds = LOOK_MS / 1000
  return {
    settings: { viewers: VIEWERS, hertz: 1, seconds, rounds },
    versions: {},
    figures: {
      coreShareAdded: round(added),
      rounds: costs,
      messagesPerSecond: Math.round(received.messages / seconds),
      kilobytesPerSecond: Math.round(received.bytes / seconds / 1000),
    },
    table: [
      ['dashboards', 'of a core', 'messages/s', 'kB/s'],
      ['none', percent(median(costs.map(({ without }) => without))), 0, 0],
      [
        String(VIEWERS),
        percent(median(costs.map(({ beside }) => beside))),
        Math.round(received.messages / seconds),
        Math.round(received.bytes / seconds / 1000),
      ],
      ['added', percent(added), '', ''],
    ],
  }
}

/** Processor time of a process over a while, as a share of one core. */
async function cpuShare(pid: number): Promise<number> {
  const before = usageOf(pid).cpuSeconds
  await sleep(LOOK_MS)
  return (usageOf(pid).cpuSeconds - before) / (LOOK_MS / 1000)
}

const percent = (share: number) => `${round(share * 100)} %`
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
