import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { portOf } from '../../faults/storms/storm.js'
import { loadAverage, median, round } from '../measure/cost.js'
import { ProcessWatch, ThreadLog, type Watched } from '../measure/process-watch.js'
import { end, watched } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { startGreengauge } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'

const CLIENTS = 10_000
/** So much must go by before V8 has given back what the start, or so many connections at once, needed for a moment. */
const SETTLE_MS = 20_000
/** Time over which quiet clients are looked at. */
const LOOK_MS = 20_000
const INTAKE = 'intake-thread'
const QUIET_CLIENTS = join(import.meta.dirname, '..', '..', 'support', 'quiet-clients.mjs')

interface ClientsRun {
  readonly alone: Watched
  readonly with: Watched
  /** From the first dial to the last CONNACK. */
  readonly connectedInSeconds: number
  readonly loadAverage: number
}

/** Measures what 10,000 clients cost that are connected and say nothing. */
export async function clients({ rounds }: BenchOptions): Promise<Outcome> {
  const runs: ClientsRun[] = []
  for (let i = 0; i < rounds; i++) {
    runs.push(await clientsRun())
    say(`clients, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  const of = (figure: (run: ClientsRun) => number) => round(median(runs.map(figure)))
  const kibOf = (mib: number) => (mib * 1024) / CLIENTS
  const heapOf = ({ heaps }: Watched) => heaps[INTAKE]!.usedMin
  return {
    settings: { clients: CLIENTS, rounds },
    versions: {},
    figures: { runs },
    table: [
      ['clients', 'RSS MiB', 'most since the start', 'KiB a client', 'of it heap of the intake thread', 'cores'],
      ['0', of((run) => run.alone.rssMiB), of((run) => run.alone.rssPeakMiB), '', '', of((run) => run.alone.cores)],
      [
        String(CLIENTS),
        of((run) => run.with.rssMiB),
        of((run) => run.with.rssPeakMiB),
        of((run) => kibOf(run.with.rssMiB - run.alone.rssMiB)),
        of((run) => kibOf(heapOf(run.with) - heapOf(run.alone))),
        of((run) => run.with.cores),
      ],
    ],
  }
}

async function clientsRun(): Promise<ClientsRun> {
  const log = new ThreadLog()
  const side = await startGreengauge({ devices: 0, metrics: [], plants: [], env: log.env, influxd: null })
  const watch = new ProcessWatch(side.gateway.process.pid!, log)
  try {
    await sleep(SETTLE_MS)
    const others = loadAverage()
    watch.begin()
    await sleep(LOOK_MS)
    const alone = watch.report()
    const startMs = performance.now()
    const process = watched(fork(QUIET_CLIENTS, [portOf(side.gateway), CLIENTS].map(String)))
    await once(process, 'message')
    const connectedInSeconds = round((performance.now() - startMs) / 1000)
    await sleep(SETTLE_MS)
    watch.begin()
    await sleep(LOOK_MS)
    const run = { alone, with: watch.report(), connectedInSeconds, loadAverage: others }
    await end(process)
    return run
  } finally {
    watch.stop()
    await side.close()
  }
}
