import type { Credential } from '../../access/credentials.js'
import type { Account } from '../../access/people.js'
import type { RegisteredDevice } from '../../access/registry.js'
import type { Config } from '../../config/config.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { VersionInfo } from '../../program/version.js'
import type { AccessAsk, AccessReply } from '../../views/access-ask.js'
import type { ConfigAsk, ConfigReply } from '../../views/wire/configuration.js'
import type { Certificates } from '../certificates.js'
import type { HeldDataDir } from '../data-dir.js'

/** A gateway is started with this. */
export interface GatewayOptions {
  readonly config: Config
  readonly configText: { readonly hash: string; readonly content: string }
  readonly registry: readonly RegisteredDevice[]
  readonly people: readonly Account[]
  readonly credentials?: readonly Credential[]
  readonly version: VersionInfo
  /** Plants for which the program was started with simulated devices; absent without. */
  readonly simulated?: readonly string[]
  /** The data directory, where somebody had to write to it before; closed with the gateway. */
  readonly occupied?: HeldDataDir
  readonly certificates?: Certificates
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /**
   * Brings the files to where they outlive this machine, and resolves when what is there at this moment is: a frozen report
   * waits for it.
   */
  readonly keep?: () => Promise<void>
  /** Answers questions about the configuration file; absent where that is not for this process to change. */
  readonly configuration?: (ask: ConfigAsk) => ConfigReply
  /** Answers questions about accounts and credentials; absent where they are not changed in the browser. */
  readonly access?: (ask: AccessAsk) => AccessReply
}
