import type { ArchiveWatch } from '../../audit/reports/watch.js'
import type { Audit } from '../../pipeline/audit.js'
import { prepareBackup } from '../../pipeline/backups.js'
import { DeviceConnections } from '../../pipeline/device-connections.js'
import { Pipeline } from '../../pipeline/pipeline.js'
import { PortCalls } from '../../pipeline/port-calls.js'
import type { PipelineProgress } from '../../pipeline/progress.js'
import type { Publisher } from '../../pipeline/publisher.js'
import { removedText } from '../../pipeline/removal-tries.js'
import { Removals } from '../../pipeline/removals.js'
import { watchArchived } from '../../pipeline/reports.js'
import type { Upkeep } from '../../pipeline/upkeep.js'
import type { FromPipeline } from '../intake/thread-data.js'
import type { InputStages } from './build-input.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

export interface ComputingStages extends InputStages {
  readonly publisher: Publisher
  readonly progress: PipelineProgress
  readonly upkeep: Upkeep
  /** Learns of what is archived within the time of a report. */
  readonly watch: ArchiveWatch
  /** Learns how many events there are, so that it need not look for those that belong into the ledger. */
  readonly audit: Pick<Audit, 'noteEvents' | 'index' | 'frozenDays' | 'sealing' | 'worker'>
}

/** Builds the consumer of the journal, and the way for whoever keeps the files elsewhere to have them written. */
export function buildPipeline(context: PipelineContext, state: PipelineState, stages: ComputingStages) {
  const { data, clock, mark, say } = context
  const { senders, archive, accounting, points, engine, configs, alarms, verdicts, decoderStates } = state.loaded
  const { quarantine, reader, deviceWatch, demandWatch, actions, tries, publisher, progress, upkeep, watch } = stages
  const { audit } = stages
  const { database, record } = state
  const { index, frozenDays, sealing, worker } = audit
  const pipeline = new Pipeline({
    clock,
    mark,
    reader,
    quarantine,
    archive,
    senders,
    engine,
    publisher,
    connections: new DeviceConnections(senders, configs.versions.at(-1)),
    configs,
    alarms,
    actions,
    verdicts,
    watch: deviceWatch,
    demandWatch,
    attestationWatch: stages.attestationWatch,
    accounting,
    progress,
    decoderStates,
    upkeep,
    archived: (changes, events) => {
      watchArchived(watch, changes, events)
      audit.noteEvents(events.length)
    },
    forget: (save) => removals.step(save),
    notify: (notices) => data.noticePort.postMessage({ notices } satisfies FromPipeline),
    flowed: (flows) => data.noticePort.postMessage({ flows } satisfies FromPipeline),
  })
  const removals = new Removals({
    ...{ accounting, record, archive, database, senders, engine, points, configs, upkeep, tries },
    ...{ index, frozenDays, sealing },
    work: worker,
    tellFailed: (order, reason) =>
      say('error', `not all of ${removedText(order)} of ${order.plant} was removed: ${reason}`),
    wake: () => pipeline.poke(),
  })
  const keeper = data.keeperPort && new PortCalls(data.keeperPort, () => prepareBackup({ clock, pipeline, upkeep }))
  return { pipeline, keeper }
}
