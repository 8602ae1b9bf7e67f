import { join } from 'node:path'
import type { ToShow } from '../../access/shown-certificates.js'
import { trustedCertificateOf } from '../../access/trusted-certificate.js'
import type { PlantOptions } from '../../base/plant.js'
import { keepHash } from '../../config/files/people-file.js'
import type { MqttPorts } from '../../intake/listeners.js'
import type { FromPipelineThread, ToPipelineThread } from '../../pipeline/thread-answers.js'
import { packageRoot } from '../../program/version.js'
import { LISTS_NOT_HERE } from '../../views/access-ask.js'
import type { ConfigReply } from '../../views/wire/configuration.js'
import type { Certificates } from '../certificates.js'
import type { PipelineThreadData } from '../pipeline/thread-data.js'
import type { GatewayContext } from './context.js'
import type { IntakeThread } from './start-intake.js'
import type { JournalThread } from './start-journal.js'
import { Thread } from './thread.js'

export type PipelineThread = Thread<ToPipelineThread, FromPipelineThread>

/** Starts the pipeline thread. It has to say yet that it serves. */
export function startPipeline(
  context: GatewayContext,
  mqttPorts: MqttPorts | null,
  { journal, intake }: { readonly journal: JournalThread; readonly intake: IntakeThread },
): PipelineThread {
  const { options, config, journalToPipeline, pipelineToIntake, keeperToPipeline } = context
  const keeperPorts = keeperToPipeline === null ? [] : [keeperToPipeline.port2]
  const pipeline: PipelineThread = new Thread(
    './pipeline-thread.js',
    {
      config,
      configText: options.configText,
      people: options.people,
      journalDir: context.journalDir,
      dashboardsDir: join(packageRoot, 'dist', 'dashboards'),
      mark: context.mark.shared,
      stats: context.stats.shared,
      pollStats: context.pollStats.shared,
      opcuaStats: context.opcuaStats.shared,
      journalPort: journalToPipeline.port2,
      noticePort: pipelineToIntake.port1,
      mqttPorts,
      certificates: shown(context.certificates),
      ...context.owned,
      ...(keeperToPipeline === null ? {} : { keeperPort: keeperToPipeline.port2 }),
      tooFewFiles: context.tooFewFiles,
      version: options.version,
      ...(options.simulated !== undefined && { simulated: options.simulated }),
    } satisfies PipelineThreadData,
    [journalToPipeline.port2, pipelineToIntake.port1, ...keeperPorts],
    youngMibOf(config.plants),
  )
  pipeline.onMessage((message) => {
    if (message.type === 'trim') journal.tell(message)
    else if (message.type === 'act') intake.tell(message)
    else if (message.type === 'rehash') keepHash(config.data_dir, message)
    else if (message.type === 'configuration') {
      const reply = options.configuration?.(message.ask) ?? NOT_HERE
      pipeline.tell({ type: 'configuration', id: message.id, reply })
    } else if (message.type === 'access') {
      const reply = options.access?.(message.ask) ?? LISTS_NOT_HERE
      pipeline.tell({ type: 'access', id: message.id, reply })
    }
  })
  return pipeline
}

/** V8's own bound, which is enough for this many devices; … */
const YOUNG_MIB = 48
const DEVICES = 2500
/** … and four times as much at most: each of thousands of series keeps something of every message for a while. */
const YOUNG_MIB_MAX = 192

/** Most of the heap for what is new, MiB: what is still in use when a small one is full is copied, over and over. */
function youngMibOf(plants: readonly PlantOptions[]): number {
  const devices = plants.reduce((sum, plant) => sum + plant.devices.length, 0)
  return Math.round(Math.min(YOUNG_MIB_MAX, Math.max(YOUNG_MIB, (YOUNG_MIB * devices) / DEVICES)))
}

/** A node of a cluster has the file of its machine, which the others do not see. */
const NOT_HERE: ConfigReply = {
  refused: 409,
  detail: 'In a cluster each node has a configuration file of its own: change them where they are, all alike.',
}

/** Certificates as the pipeline thread gets to know them: keys stay where they are used. */
export function shown({ http, mqtt }: Certificates): ToShow {
  if (mqtt === null) return { http, mqtt }
  const { cert: _cert, key: _key, clientCa: _clientCa, ...facts } = mqtt
  return { http, mqtt: { ...facts, trusted: trustedCertificateOf(mqtt) } }
}
