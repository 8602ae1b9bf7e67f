import { randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.js'
import type { StoreTrial, TrialStep } from '../../base/store-trial.js'
import type { ReplyOutcome } from './answer.js'
import type { InfluxDialect, InfluxServer } from './dialect.js'
import { type MeasurementPlace, measurementIn, QueryFailure, tagged } from './influxql.js'
import { lineText } from './line-protocol.js'
import { TRIAL_MEASUREMENT } from './schema.js'

/** Some servers give what was written only a moment later. */
const READS_MAX = 5
const READ_PAUSE_MS = 300

interface TrialDeps {
  readonly clock: Clock
  /** Sentence on an answer that hinders us. */
  reasonOf(answer: Exclude<ReplyOutcome, { kind: 'taken' }>): string
}

/** Writes one point to each place that readings and KPI points go to, reads it there, and takes it away again. */
export async function tryInflux(server: InfluxServer, dialect: InfluxDialect, deps: TrialDeps): Promise<StoreTrial> {
  const mark = randomBytes(8).toString('hex')
  const steps: TrialStep[] = []
  let isMade = false
  const take = async (step: TrialStep['step'], work: () => Promise<Omit<TrialStep, 'step'>>): Promise<boolean> => {
    const outcome = await work().catch((error) => failed(failureText(server, error, deps)))
    steps.push({ step, ...outcome })
    return outcome.result === 'done'
  }
  const isReached = await take('reach', async () => {
    const isThere = await dialect.isThere(server)
    const why = isThere ? '' : ((await dialect.whyNotMade?.(server)) ?? '')
    if (why !== '') return failed(why)
    const busy = await dialect.prepare(server)
    isMade = !isThere
    return busy === null ? DONE : failed(busy.reason)
  })
  if (!isReached) return { isMade, steps }
  const isWritten = await take('write', () => writeTrial(server, dialect, mark, deps))
  if (isWritten) await take('read', () => readTrial(server, dialect, mark, deps.clock))
  await take('remove', async () => {
    const erased = await dialect.eraseTrial(server, mark)
    if (erased === 'erased') return DONE
    return erased === 'unable' ? { result: 'unable', detail: '' } : failed(erased.reason)
  })
  return { isMade, steps: isWritten ? steps : steps.filter(({ step }) => step !== 'remove') }
}

const DONE = { result: 'done', detail: '' } as const

function failed(detail: string): Omit<TrialStep, 'step'> {
  return { result: 'failed', detail }
}

async function writeTrial(
  { http, answer }: InfluxServer,
  { writePaths }: InfluxDialect,
  mark: string,
  { clock, reasonOf }: TrialDeps,
): Promise<Omit<TrialStep, 'step'>> {
  const line = lineText(TRIAL_MEASUREMENT, { test: mark }, { ok: true }, clock.nowMs())
  if ('fault' in line) return failed(line.fault)
  for (const path of new Set(Object.values(writePaths))) {
    const said = answer(await http.post(path, line.text))
    if (said.kind !== 'taken') return failed(reasonOf(said))
  }
  return DONE
}

async function readTrial(
  { influxql }: InfluxServer,
  { places }: InfluxDialect,
  mark: string,
  clock: Clock,
): Promise<Omit<TrialStep, 'step'>> {
  const isIn = async (place: MeasurementPlace): Promise<boolean> => {
    const from = measurementIn(place, TRIAL_MEASUREMENT)
    const [found] = await influxql.select(`SELECT "ok" FROM ${from} WHERE ${tagged({ test: mark })}`, place.database)
    return (found?.values.length ?? 0) > 0
  }
  for (const place of Object.values(places)) {
    let tries = 1
    while (!(await isIn(place))) {
      if (tries++ === READS_MAX) return failed('the server took the point and does not give it back')
      await clock.sleep(READ_PAUSE_MS)
    }
  }
  return DONE
}

/** A fault that no server has said is none of its answers, and is thrown on. */
function failureText({ answer }: InfluxServer, error: unknown, { reasonOf }: TrialDeps): string {
  if (!(error instanceof QueryFailure)) throw error
  const said = answer(error.reply)
  return said.kind === 'taken' ? error.message : reasonOf(said)
}
