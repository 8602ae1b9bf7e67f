import type { AccessAsk, AccessReply } from '../views/access-ask.js'
import type { ThreadAsks } from './thread-asks.js'

/** Questions about accounts and credentials. */
export type AccessAsks = ThreadAsks<AccessAsk, AccessReply>

export const ACCESS_BUSY: AccessReply = {
  refused: 503,
  detail: 'Too many questions about accounts and credentials wait for their answers: ask again in a moment.',
}
