/** How it stands with an external broker; told whenever it changes. */
export interface BrokerStatus {
  /** As in the configuration. */
  readonly id: string
  /** The connection is there, and all subscriptions are granted. */
  readonly isConnected: boolean
  /** What is wrong and what to do, '' when nothing is. */
  readonly reason: string
  /** Connections that broke, since the start. */
  readonly lost: number
  /** How often the broker had no session where it should have had ours, so that messages may be lost, since the start. */
  readonly sessionsLost: number
}
