import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WITH_PAST } from '../../../simulators/plants/kunshan.js'
import { end, watched } from '../../bench/measure/processes.js'
import { scratchDir } from '../../bench/measure/scratch.js'
import { freePort, until } from '../../support/gateway.js'
import { AlarmWatch, type SeenAlarm } from '../ground/alarm-watch.js'
import { demoCauses, type TrueCause } from '../ground/demo-causes.js'
import { type Proof, say, verdictOf } from './proof.js'

const MINUTES = 60
const ROOT = join(import.meta.dirname, '..', '..', '..')
const START_MS = 300_000
const HOUR_MS = 3_600_000
const BACKFILL_MS = 24 * HOUR_MS
const SAY_EVERY_MINUTES = 5
/** A window is final half a minute after its end, and its alarm told so soon after that. */
const LATENESS_MS = 30_000
const TOLD_MS_MAX = 10_000

/** The demo as anybody starts it, for an hour of real time: what it raises against what its plants truly did. */
export const demoHour: Proof = {
  name: 'demo-hour',
  says: '`npm start` runs for an hour of real time; each alarm is judged by what the simulated plants did (--minutes)',
  goal: '60 minutes, no false alarm, every true one within its delay + 10 s',
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const demo = await Demo.start()
    try {
      const watch = AlarmWatch.start(demo.url)
      const endMs = Date.now() + minutes * 60_000
      for (let minute = 0; Date.now() < endMs; minute++) {
        if (minute % SAY_EVERY_MINUTES === 0)
          say(`demo-hour: ${minute} of ${minutes} minutes, ${watch.seen.size} alarms`)
        await sleep(Math.min(60_000, Math.max(0, endMs - Date.now())))
        demo.mustRun()
      }
      // The plant with a past tells of alarms of months, on figures that are judged in simulated-past.test.ts.
      const seen = (await watch.end()).filter(({ first }) => first.plant !== WITH_PAST)
      const causes = demoCauses({ startedAtMs: demo.simulatedFromMs, backfillMs: BACKFILL_MS, toMs: Date.now() })
      return resultOf(minutes, seen, causes, { looks: watch.looks, fromMs: demo.simulatedFromMs })
    } finally {
      await demo.stop()
    }
  },
}

/** `npm start` with ports and a folder of its own. */
class Demo {
  readonly #child: ChildProcess
  readonly url: string
  #said = ''

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString()
      })
    }
  }

  static async start(): Promise<Demo> {
    const [mqtt, http, dir] = [await freePort(), await freePort(), scratchDir('demo-hour')]
    const settings = [`mqtt.port=${mqtt}`, `http.port=${http}`, `data_dir=${join(dir, 'data')}`]
    const args = ['start', '--', ...settings.flatMap((setting) => ['--set', setting])]
    const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const demo = new Demo(watched(child), `http://127.0.0.1:${http}`)
    await until(() => demo.mustRun() && demo.#said.includes('simulators: simulate'), START_MS, 200)
    return demo
  }

  /** Its simulators say this when they begin. */
  get simulatedFromMs(): number {
    const line = this.#said.split('\n').find((one) => one.includes('simulators: simulate'))
    return Date.parse(/"time":"([^"]+)"/.exec(line ?? '')?.[1] ?? '')
  }

  mustRun(): true {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) return true
    throw new Error(`the demo ended with ${exitCode ?? signalCode}:\n${this.#said.slice(-3000)}`)
  }

  async stop(): Promise<void> {
    await end(this.#child)
  }
}

function resultOf(
  minutes: number,
  seen: readonly SeenAlarm[],
  causes: readonly TrueCause[],
  { looks, fromMs }: { readonly looks: number; readonly fromMs: number },
) {
  const causeOf = ({ first: { plant, rule, id } }: SeenAlarm) => {
    const startMs = Number(id.split('.').at(-1))
    return causes.find((cause) => cause.plant === plant && cause.rule === rule && cause.startMs === startMs)
  }
  const wrong = seen.filter((alarm) => causeOf(alarm) === undefined).map(textOf)
  // An alarm that goes on over several windows has the name of the first.
  const missing = causes.filter(({ plant, rule, startMs, is }) => {
    const isTold = seen.some(({ first, last }) => {
      const sinceMs = Number(first.id.split('.').at(-1))
      const untilMs = last.cleared_at === null ? Number.POSITIVE_INFINITY : Date.parse(last.cleared_at)
      return first.plant === plant && first.rule === rule && startMs >= sinceMs && startMs < untilMs
    })
    return is === 'must' && !isTold
  })
  const late = seen.flatMap((alarm) => {
    const cause = causeOf(alarm)
    // An alarm about the past is told as soon as it is known.
    if (cause === undefined || cause.endMs < fromMs || alarm.first.kpi === 'energy_elec_import') return []
    const ms = alarm.seenAtMs - cause.endMs - LATENESS_MS
    return ms > TOLD_MS_MAX ? [`${textOf(alarm)} told ${Math.round(ms / 1000)} s late`] : []
  })
  for (const line of wrong) say(`  false: ${line}`)
  for (const cause of missing) say(`  missing: ${JSON.stringify(cause)}`)
  for (const line of late) say(`  late: ${line}`)
  const isBroken = wrong.length + missing.length + late.length > 0
  return {
    figure: `${minutes} minutes, ${seen.length} alarms: ${wrong.length} false, ${missing.length} of ${causes.filter(({ is }) => is === 'must').length} true ones missing, ${late.length} late`,
    verdict: verdictOf(isBroken, minutes, MINUTES),
    parameters: { minutes },
    figures: { looks, alarms: seen.map(textOf), wrong, missing, late, causes },
  }
}

function textOf({ first, last, seenAtMs }: SeenAlarm): string {
  const at = new Date(seenAtMs).toISOString()
  return `${first.plant} ${first.rule} ${first.scope_id}: ${first.text.en}, raised ${first.raised_at}, seen ${at}, ${last.state} ${last.cleared_at ?? ''}`
}
