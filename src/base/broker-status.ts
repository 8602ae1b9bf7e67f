/** State of the connection to an external broker; told whenever it changes. */
export interface BrokerStatus {
  /** As in the configuration. */
  readonly id: string
  /** The connection is there, and all subscriptions are granted. */
  readonly isConnected: boolean
  /** Says what is wrong and what to do; '' when nothing is wrong. */
  readonly reason: string
  /** Connections that broke, since the start. */
  readonly lost: number
  /** Times that the broker had no session where it should have had ours, so that messages may be lost, since the start. */
  readonly sessionsLost: number
}
