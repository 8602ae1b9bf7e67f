import { join } from 'node:path'
import { Quarantine } from '../../decode/quarantine.js'
import { nodeDisk } from '../../journal/disk.js'
import { JournalReader } from '../../journal/reader.js'
import { DemandWatch } from '../../pipeline/demand-ahead/demand-watch.js'
import { DeviceWatch } from '../../pipeline/device-watch.js'
import { AttestationWatch } from '../../pipeline/markets/attestation-watch.js'
import { OperatorActions } from '../../pipeline/operator-actions.js'
import { DevicePresence } from '../../pipeline/presence.js'
import { rejectionLog } from '../../pipeline/rejection-log.js'
import { RemovalTries } from '../../pipeline/removal-tries.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

export type InputStages = ReturnType<typeof buildInput>

/** Builds what stands at the beginning: the journal, what is rejected of it, devices that are there, and what people do. */
export function buildInput({ data, clock, log, news, answer }: PipelineContext, { loaded }: PipelineState) {
  const { senders, accounting, engine, configs, facts } = loaded
  const quarantine = Quarantine.open(nodeDisk, join(data.config.data_dir, 'quarantine'), rejectionLog(log))
  const reader = new JournalReader(nodeDisk, data.journalDir, accounting.cursor)
  const presence = new DevicePresence(senders, accounting, {
    idleMs: (plant, device) => engine.idleMs(plant, device),
    isOnChange: (plant, device) => configs.device(plant, device)?.on_change === true,
  })
  const isWaitedFor = (plant: string, device: string) => configs.isInService(plant, device, accounting.nowMs)
  const deviceWatch = new DeviceWatch(senders, presence, isWaitedFor, facts)
  const demandWatch = new DemandWatch(facts)
  const attestationWatch = new AttestationWatch(facts)
  const actions = new OperatorActions(clock, (content) => answer({ type: 'act', content }))
  news.actRefused = (id) => actions.refused(id)
  return {
    quarantine,
    reader,
    presence,
    deviceWatch,
    demandWatch,
    attestationWatch,
    actions,
    tries: new RemovalTries(clock),
  }
}
