import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/**
 * Makes the forecasts of some series in the thread of the gateway, as built: begins each with a year, and goes on for a week. Says
 * in JSON lines what that took of the processor and of memory. Times are made up, so it runs as fast as it can.
 */

const [series = '2', historyDays = '365', weekDays = '7'] = process.argv.slice(2)
const PROGRAM = new URL('../../../dist/src/insight/stage/insight-thread.js', import.meta.url)
/** The same as `src/insight/stage/insight-worker.ts` gives it. */
const RESOURCES = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 }

const [QUARTER_MS, DAY_MS, MIB] = [900_000, 86_400_000, 2 ** 20]
/** Sunday noon: the next Monday has the fit of the week. */
const BEGIN_MS = Date.parse('2026-11-29T12:00:00Z')
const ISSUE_AFTER_MS = 60_000
/** Memory is given back within so long of the end of the thread. */
const ENDED_MS = 2_000

const rssMib = () => (Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096) / MIB
const say = (what) => console.log(JSON.stringify(what))

/** Two shifts of five days with noise that stays for an hour, kWh a quarter. */
function* figures(seed, fromMs) {
  let [state, noise] = [seed * 7919 + 1, 0]
  for (let ms = fromMs; ; ms += QUARTER_MS) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    noise = 0.8 * noise + (state / 2 ** 32 - 0.5)
    const [day, hour] = [new Date(ms).getUTCDay(), new Date(ms).getUTCHours()]
    const isWorked = day > 0 && day < 6 && hour >= 6 && hour < 22
    yield { startMs: ms, value: Math.max(0, (isWorked ? 60 + 10 * Math.sin(hour) : 12) + 12 * noise) }
  }
}

function columnsOf(list) {
  return {
    startsMs: list.map(({ startMs }) => startMs),
    values: list.map(({ value }) => value),
    arrivedAtMs: list.map(({ startMs }) => startMs + QUARTER_MS),
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'forecast-week-'))
const sources = Array.from({ length: Number(series) }, (_, i) => figures(i, BEGIN_MS - Number(historyDays) * DAY_MS))
const before = rssMib()
let most = before
const worker = new Worker(PROGRAM, { resourceLimits: RESOURCES })

function answerOf(order) {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message) => {
      worker.off('error', reject)
      if (message.type === 'done') resolve(message)
      else reject(new Error(message.message))
    })
    worker.postMessage(order)
  })
}

const watch = setInterval(() => (most = Math.max(most, rssMib())), 20)

async function work(i, observations, boundaryMs) {
  const task = {
    dir: join(scratch, String(i)),
    series: { plant: 'p', scope: 'device', id: `m-${i}`, kpi: 'energy_elec_import' },
    plan: { timezone: 'UTC', shifts: [], calendar: [] },
    ...{ stepMs: QUARTER_MS, issueAfterMs: ISSUE_AFTER_MS, coordinates: null, seed: 1, modelFile: null },
    ...{ observations: columnsOf(observations), boundaryMs, nowMs: boundaryMs + ISSUE_AFTER_MS + 1000 },
  }
  return (await answerOf({ kind: 'forecast', task })).processorSeconds
}

try {
  let seconds = 0
  for (const [i, source] of sources.entries()) {
    const history = []
    while (history.length < Number(historyDays) * 96) history.push(source.next().value)
    seconds += await work(i, history, BEGIN_MS)
  }
  say({ what: 'begun', secondsASeries: seconds / sources.length, grownByMiB: most - before })
  most = rssMib()
  const kinds = { quarter: [], midnight: [], monday: [] }
  for (let step = 1; step <= Number(weekDays) * 96; step++) {
    const boundaryMs = BEGIN_MS + step * QUARTER_MS
    const isMidnight = boundaryMs % DAY_MS === 0
    const isMonday = isMidnight && new Date(boundaryMs).getUTCDay() === 1
    const kind = isMonday ? 'monday' : isMidnight ? 'midnight' : 'quarter'
    for (const [i, source] of sources.entries()) {
      const [one] = [source.next().value]
      kinds[kind].push(await work(i, [one], boundaryMs))
    }
    if (isMonday) say({ what: 'after the fit of the week', mostGrownByMiB: most - before })
  }
  const sum = (list) => list.reduce((a, b) => a + b, 0)
  const week = sum(Object.values(kinds).map(sum)) / sources.length
  for (const [kind, list] of Object.entries(kinds))
    say({ what: kind, seconds: sum(list) / list.length, n: list.length })
  say({ what: 'week', secondsASeries: week, partOfACoreFor200: (200 * week) / (Number(weekDays) * 86_400) })
  say({ what: 'memory', mostGrownByMiB: most - before, rssMiB: rssMib() })
  await worker.terminate()
  await new Promise((resolve) => setTimeout(resolve, ENDED_MS))
  say({ what: 'ended', grownByMiB: rssMib() - before })
} finally {
  clearInterval(watch)
  await worker.terminate()
  rmSync(scratch, { recursive: true })
}
