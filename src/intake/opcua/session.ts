import type { ClientSession, ClientSessionPublishService, ClientSessionRawSubscriptionService } from 'node-opcua-client'
import type { OpcuaFault } from './fault.js'
import type { OpcuaLibrary } from './library.js'

/** The services of a subscription as they are on the wire: the library's own loop acknowledges before anything is durable. */
export type RawSession = ClientSession & ClientSessionRawSubscriptionService & ClientSessionPublishService

/** A session at a server. */
export interface OpcuaSession {
  readonly library: OpcuaLibrary
  readonly session: RawSession
  /** Error of a call, in words of ours. */
  faultOf(error: unknown): OpcuaFault
  /** Never rejects. */
  close(): Promise<void>
}
