import type { FromIntakeThread, IntakeThreadData, ToIntakeThread } from '../intake/thread-data.js'
import type { GatewayContext } from './context.js'
import { ingressOptions } from './door-options.js'
import type { NewestReports } from './newest-reports.js'
import { Thread } from './thread.js'

/**
 * The intake thread makes packets that are gone when they are acknowledged: with V8's own bound of 48 MiB they fill 30 MiB
 * beside 20 that live, and what lies outside of the heap waits as long. The pipeline was no faster with 96 (docs/understand/performance.md).
 */
const INTAKE_YOUNG_MIB = 12

export type IntakeThread = Thread<ToIntakeThread, FromIntakeThread>

/** Starts the intake thread. The answer is there once it listens, or says why it cannot. */
export async function startIntake(context: GatewayContext, reports: NewestReports) {
  const { options, config, certificates, owned, intakeToJournal, pipelineToIntake } = context
  const { registry, credentials = [] } = options
  const intake: IntakeThread = new Thread(
    './intake-thread.js',
    {
      ingress: ingressOptions(config, registry, credentials, config.data_dir),
      certificate: certificates.mqtt,
      ...owned,
      journalPort: intakeToJournal.port1,
      noticePort: pipelineToIntake.port2,
      stats: context.stats.shared,
      pollStats: context.pollStats.shared,
      opcuaStats: context.opcuaStats.shared,
      mark: context.mark.shared,
      config: options.configText,
      version: options.version.version,
      log: config.log,
    } satisfies IntakeThreadData,
    [intakeToJournal.port1, pipelineToIntake.port2],
    INTAKE_YOUNG_MIB,
  )
  intake.onMessage((message) => {
    if (message.type === 'broker') reports.report(`broker ${message.status.id}`, message)
    else if (message.type === 'refused') reports.report('refused clients', message)
    else if (message.type === 'act_refused') reports.pass(message)
  })
  return { intake, listening: await intake.answer('ready', 'failed') }
}
