import type { AuditNote } from '../base/audit-log.js'
import type { LoadedConfig } from '../config/config.js'
import type { MqttPorts } from '../intake/listeners.js'
import { fittedToFiles } from '../program/open-files.js'
import { giveBackMemory } from '../program/spare-memory.js'
import type { Certificates } from './certificates.js'
import { type GatewayContext, openGatewayContext } from './gateway/context.js'
import { ingressOptions } from './gateway/door-options.js'
import type { GatewayOptions } from './gateway/options.js'
import { shown } from './gateway/start-pipeline.js'
import { closeThreads, type GatewayThreads, startThreads } from './gateway/start-threads.js'

/** A configuration was read so long ago when its memory is given back: the start comes first. */
const READ_MS = 5000

type Reread = Pick<LoadedConfig, 'config' | 'hash' | 'content' | 'registry' | 'people' | 'credentials'>

export interface Gateway {
  /** Ports of the embedded broker, null when it is switched off. */
  readonly mqttPorts: MqttPorts | null
  readonly httpPort: number
  /** Takes over what can change while it runs; plants and devices from its place in the journal on. */
  reconfigure(loaded: Reread): void
  /** Shows other certificates to those who connect from now on. */
  useCertificates(certificates: Certificates): void
  /** Readiness gives this reason why lists of the data directory cannot be read; '' means that all can. */
  tellUnread(reason: string): void
  /** The simulated devices have ended with this exit code, and the gateway goes on without them. */
  tellSimulatorsEnded(code: number): void
  /** For the audit log. */
  note(note: AuditNote): void
  /** Writes to files what is archived at this moment, before they are held; only where there is somebody who keeps them. */
  prepareBackup(): Promise<void>
  /** Stops the ingress first, then the journal, then the pipeline: what was acknowledged is on the disk all along. */
  close(): Promise<void>
  /** Resolves when a thread has ended that should not have. */
  readonly failed: Promise<Error>
}

/**
 * The threads joined: intake ─▶ journal ─▶ pipeline, and one that forwards where that is configured. They share the files of
 * the journal and, in shared memory, its durable end and the counters of the intake; everything else between them are messages.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const context = await openGatewayContext(options)
  const threads = await startThreads(context)
  const { journal, intake, pipeline, forward, mqttPorts, httpPort } = threads
  const { occupied, keeper } = context
  giveBackSoon()
  return {
    mqttPorts,
    httpPort,
    reconfigure: (loaded) => reconfigure(context, threads, loaded),
    useCertificates: (now) => {
      if (now.mqtt !== null) intake.tell({ type: 'certificate', certificate: now.mqtt })
      pipeline.tell({ type: 'certificates', certificates: shown(now) })
    },
    tellUnread: (reason) => pipeline.tell({ type: 'lists', reason }),
    tellSimulatorsEnded: (code) => pipeline.tell({ type: 'simulators_ended', code }),
    note: (note) => pipeline.tell({ type: 'note', note }),
    prepareBackup: async () => {
      if (keeper === null) throw new Error('nobody keeps the files of this gateway')
      await keeper.request()
    },
    failed: Promise.race([
      occupied.lost,
      ...[journal, intake, pipeline, ...(forward === null ? [] : [forward])].map(({ failed }) => failed),
    ]),
    close: async () => {
      await closeThreads(threads)
      occupied.close()
    },
  }
}

/** The journal gets the new settings by the intake, so that they hold from one place in it on. */
function reconfigure({ config }: GatewayContext, { intake, pipeline, forward }: GatewayThreads, loaded: Reread): void {
  const { config: now, registry, people, credentials, hash, content } = loaded
  const { level } = now.log
  const ingress = ingressOptions(fittedToFiles(now), registry, credentials, config.data_dir)
  intake.tell({ type: 'config', config: { hash, content }, ingress, logLevel: level })
  pipeline.tell({ type: 'log', level })
  forward?.tell({ type: 'log', level })
  pipeline.tell({ type: 'plants', plants: now.plants })
  pipeline.tell({ type: 'notify', notify: now.notify })
  pipeline.tell({ type: 'store', store: now.store })
  pipeline.tell({ type: 'reports', reports: now.reports })
  pipeline.tell({ type: 'people', people })
  giveBackSoon()
}

/** A configuration was read with several times what is left of it, in a thread that does little afterwards. */
function giveBackSoon(): void {
  setTimeout(() => void giveBackMemory(), READ_MS).unref()
}
