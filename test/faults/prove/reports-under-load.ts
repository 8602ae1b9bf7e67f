import type { AuditJob } from '../../../src/base/report.js'
import { runLoad } from '../../bench/load/load.js'
import { PLANT } from '../../bench/load/order.js'
import { benchPlant } from '../../bench/sides/greengauge.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { portOf, rssMiB } from '../storms/storm.js'
import { type Proof, verdictOf } from './proof.js'

const DEVICES = 200
const PER_SECOND = 1000
const METRICS = ['elec_import_kwh']
const SECONDS = 40
/** People and programs that ask at once. */
const ASKING = 60
const LAG_S_MAX = 5
const ACK_P99_MS_MAX = 250
/** On a machine that is busy with something else it is long without any report. */
const ACK_TIMES_MAX = 1.5
const GROWTH_MIB_MAX = 300
const WORK_MS_MAX = 300_000
const LOOK_MS = 250

/** Many ask for reports, and some are frozen, while devices send: nobody's PUBACK waits for it, and the queue has an end. */
export const reportsUnderLoad: Proof = {
  name: 'reports-under-load',
  says: `${ASKING} reports are asked for at once and frozen while ${PER_SECOND} readings a second come`,
  goal: `PUBACK p99 at most ${ACK_P99_MS_MAX} ms or ${ACK_TIMES_MAX} times that without reports, figures at most ${LAG_S_MAX} s late, at most ${GROWTH_MIB_MAX} MiB more, each asker gets a job or a clear no`,
  async run() {
    const gateway = await startGateway({
      config: { log: { level: 'warn' }, plants: [benchPlant(DEVICES, METRICS, DEVICES / PER_SECOND)] },
    })
    try {
      const alone = await runLoad(order(portOf(gateway), SECONDS / 2))
      const heldMiB = rssMiB(gateway)
      const watched = watch(gateway)
      const loading = runLoad(order(portOf(gateway), SECONDS))
      const answers = await Promise.all(Array.from({ length: ASKING }, (_, i) => ask(gateway, i)))
      const taken = answers.filter(({ status }) => status === 202)
      const refused = answers.filter(({ status }) => status !== 202)
      const jobs = await Promise.all(taken.map(({ text }) => ended(gateway, text)))
      const frozen = await freezeOf(gateway, jobs)
      const beside = await loading
      const { lagS, maxMiB } = watched.end()
      const { readings } = await settled(gateway, WORK_MS_MAX)
      const lost = alone.messages + beside.messages - readings.archived
      const unclear = refused.filter(({ status, text }) => status !== 503 || !text.includes('detail'))
      const failed = [...jobs, frozen].filter(({ state }) => state !== 'done')
      const ackMsMax = Math.max(ACK_P99_MS_MAX, ACK_TIMES_MAX * (alone.ackMs.p99 ?? 0))
      const isSlow = (beside.ackMs.p99 ?? 0) > ackMsMax || lagS > LAG_S_MAX || maxMiB - heldMiB > GROWTH_MIB_MAX
      const isBroken = isSlow || lost !== 0 || failed.length > 0 || unclear.length > 0
      return {
        figure: `${taken.length} of ${ASKING} reports made, ${refused.length} told to come again (503), one frozen: PUBACK p99 ${alone.ackMs.p99?.toFixed(1)} ms alone, ${beside.ackMs.p99?.toFixed(1)} ms beside, figures ${lagS.toFixed(1)} s late at most, ${Math.round(maxMiB - heldMiB)} MiB more, ${lost} lost`,
        verdict: verdictOf(isBroken, 1, 1),
        parameters: { devices: DEVICES, perSecond: PER_SECOND, seconds: SECONDS, asking: ASKING },
        figures: {
          alone: alone.ackMs,
          beside: beside.ackMs,
          lagS,
          heldMiB,
          maxMiB,
          said: refused[0]?.text ?? null,
          failed,
        },
      }
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}

function order(port: number, seconds: number) {
  const load = {
    connections: DEVICES,
    devices: DEVICES,
    qos: 1,
    window: 10,
    messages: Number.MAX_SAFE_INTEGER,
  } as const
  return {
    ...load,
    port,
    seconds,
    messagesPerSecond: PER_SECOND,
    metrics: METRICS,
    samples: 1,
    firstTs: null,
    stepMs: 0,
  }
}

async function post(gateway: TestGateway, path: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(gateway.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, text: await answer.text() }
}

/** A month each, so that no two are the same report. */
function ask(gateway: TestGateway, i: number) {
  const month = (n: number) => `${2020 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}-01`
  return post(gateway, '/api/v1/reports', { plants: [PLANT], from: month(i + 24), to: month(i + 25) })
}

async function ended(gateway: TestGateway, text: string): Promise<AuditJob> {
  let job = JSON.parse(text) as AuditJob
  await until(async () => {
    job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`)
    return job.state === 'done' || job.state === 'failed'
  }, WORK_MS_MAX)
  return job
}

async function freezeOf(gateway: TestGateway, jobs: readonly AuditJob[]): Promise<AuditJob> {
  const { text } = await post(gateway, `/api/v1/reports/${jobs[0]?.report?.id}/freeze`, { by: 'wang' })
  return ended(gateway, text)
}

function watch(gateway: TestGateway) {
  let [lagS, maxMiB] = [0, 0]
  const timer = setInterval(() => {
    maxMiB = Math.max(maxMiB, rssMiB(gateway))
    void fetch(`${gateway.httpUrl}/metrics`)
      .then((answer) => answer.text())
      .then((text) => {
        lagS = Math.max(lagS, Number(/^greengauge_pipeline_lag_seconds (\S+)/m.exec(text)?.[1]))
      })
      .catch(() => undefined)
  }, LOOK_MS)
  return {
    end: () => {
      clearInterval(timer)
      return { lagS, maxMiB }
    },
  }
}
