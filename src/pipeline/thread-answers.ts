import type { Account } from '../access/people.js'
import type { ToShow } from '../access/shown-certificates.js'
import type { Database } from '../archive/database.js'
import type { ReportsOptions } from '../audit/reports/options.js'
import type { AuditNote } from '../base/audit-log.js'
import type { BrokerStatus } from '../base/broker-status.js'
import type { ForwardStatus } from '../base/forward-status.js'
import type { PlantOptions } from '../base/plant.js'
import type { RefusedClient } from '../base/wire/refused-clients.js'
import type { NotifyOptions } from '../notify/options.js'
import type { StoreOptions } from '../stores/options.js'
import type { AccessAsk, AccessReply } from '../views/access-ask.js'
import type { ConfigAsk, ConfigReply } from '../views/wire/configuration.js'

/** Messages of the pipeline thread to the one that has started it. */
export type FromPipelineThread =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly port: number }
  /** The journal need not keep the segments before this one any more. */
  | { readonly type: 'trim'; readonly beforeSegment: number }
  /** An act or a statement of a person, for the journal. */
  | { readonly type: 'act'; readonly content: string }
  /** A password that was right, under a better hash. */
  | { readonly type: 'rehash'; readonly name: string; readonly before: string; readonly after: string }
  /** Somebody asks for the configuration file, or to change it. */
  | { readonly type: 'configuration'; readonly id: number; readonly ask: ConfigAsk }
  /** Somebody asks for accounts or credentials, or to change them. */
  | { readonly type: 'access'; readonly id: number; readonly ask: AccessAsk }
  /** Something failed that nobody had foreseen: it takes nothing more, and is to be closed. */
  | { readonly type: 'crashed'; readonly stack: string }
  | { readonly type: 'closed' }

/** The thread that has started the pipeline thread sends it these messages. */
export type ToPipelineThread =
  | { readonly type: 'close' }
  /** The journal thread reports on itself. */
  | { readonly type: 'journal'; readonly ok: boolean; readonly reason: string }
  /** The intake thread reports on an external broker. */
  | { readonly type: 'broker'; readonly status: BrokerStatus }
  /** The intake thread reports on clients that are not let in. */
  | { readonly type: 'refused'; readonly clients: readonly RefusedClient[] }
  /** The journal has not taken what a person did or entered. */
  | { readonly type: 'act_refused'; readonly id: string }
  /** The forwarding thread reports on itself. */
  | { readonly type: 'forward'; readonly status: ForwardStatus }
  | { readonly type: 'log'; readonly level: string }
  /** Other ones, for those who connect from now on. */
  | { readonly type: 'certificates'; readonly certificates: ToShow }
  /** The plants are configured like this from now on; their secrets are included. */
  | { readonly type: 'plants'; readonly plants: readonly PlantOptions[] }
  /** People are told of alarms like this from now on; secrets are included. */
  | { readonly type: 'notify'; readonly notify: NotifyOptions }
  /** Results go to these stores from now on; secrets are included. */
  | { readonly type: 'store'; readonly store: StoreOptions }
  /** Reports make themselves by these schedules from now on. */
  | { readonly type: 'reports'; readonly reports: ReportsOptions }
  /** The accounts as they are now. */
  | { readonly type: 'people'; readonly people: readonly Account[] }
  /** The reason says why lists of the data directory cannot be read; '' means that all can. */
  | { readonly type: 'lists'; readonly reason: string }
  /** The simulated devices have ended with this exit code, and the gateway goes on without them. */
  | { readonly type: 'simulators_ended'; readonly code: number }
  /** Answer to a question about the configuration file. */
  | { readonly type: 'configuration'; readonly id: number; readonly reply: ConfigReply }
  /** Answer to a question about accounts or credentials. */
  | { readonly type: 'access'; readonly id: number; readonly reply: AccessReply }
  /** The audit log gets this note. */
  | { readonly type: 'note'; readonly note: AuditNote }

/** The stack says where an error happened that nobody had foreseen. */
export function crashed(error: unknown): FromPipelineThread {
  return { type: 'crashed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/**
 * Ends the pipeline thread in good order, in place of suddenly: while DuckDB works for it that would take the process with it
 * (SIGABRT).
 */
export class Crash {
  /** Once it is open. */
  database: Database | null = null

  constructor(
    private readonly answer: (message: FromPipelineThread) => void,
    private readonly stopping: AbortController,
  ) {}

  take = (error: unknown): void => {
    this.answer(crashed(error))
    // Work that is not committed by now is done anew by the next start.
    this.database?.breakOff()
    this.stopping.abort()
  }
}
