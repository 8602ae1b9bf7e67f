import type { Client } from 'aedes'
import type { Logger } from 'pino'
import { ConnectRefused, PublishDenied } from './broker-policy.js'
import type { FramingGuard } from './framing-guard.js'
import { FramingError, UnreadError } from './guard-parts.js'
import type { Limiting } from './limiting.js'
import { Reason } from './reason-codes.js'

/** Error message of aedes when it closes a connection that left too much unread. */
const DRAIN_TIMEOUT = 'drain timeout'

/**
 * Says why connections end, one line each, and no more of them than somebody can read: whoever sends garbage a thousand
 * times a second gets a line now and then, with the number of those that are left out.
 */
export class ConnectionLog {
  /** Every acknowledgement that finds it closed is an error of its own to aedes. */
  readonly #explained = new WeakSet<Client>()

  constructor(
    private readonly limiting: Limiting,
    private readonly log: Pick<Logger, 'debug' | 'warn'>,
  ) {}

  explain(client: Client, error: Error): void {
    if (this.#explained.has(client)) return
    if (error instanceof PublishDenied && client.version === 5) {
      const address = (client.conn as FramingGuard).remoteAddress
      this.limiting.say('message refused', { client: client.id, address, reason: error.message })
      return
    }
    this.#explained.add(client)
    const { limiting, log } = this
    const about = { client: client.id, address: (client.conn as FramingGuard).remoteAddress, reason: error.message }
    if (error instanceof FramingError) limiting.reached(limitOf(error), about)
    else if (error instanceof UnreadError || error.message === DRAIN_TIMEOUT) limiting.reached('unread', about)
    else if (error instanceof ConnectRefused) {
      if (!error.isSaid) log.warn(about, 'client turned away')
    }
    // A network that broke, or an acknowledgement that came after its connection had gone, is everyday life.
    else if ('code' in error || client.closed) log.debug(about, 'connection lost')
    else limiting.say('connection closed', about)
  }
}

function limitOf({ reason }: FramingError): 'framing' | 'receive_maximum' {
  return reason === Reason.receiveMaximumExceeded ? 'receive_maximum' : 'framing'
}
