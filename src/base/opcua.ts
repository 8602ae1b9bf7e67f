/** Requests of the OPC UA client to servers and its entries in the journal, which decoding reads there again. */

/** Servers that the figures of the client have room for. */
export const OPCUA_SERVERS_MAX = 100

/** Security of the messages. Source: OPC 10000-4, MessageSecurityMode. */
export const OPCUA_MODES = ['none', 'sign', 'sign_and_encrypt'] as const
export type OpcuaMode = (typeof OPCUA_MODES)[number]

/** Security policies that are not deprecated. Source: OPC 10000-7, security policies. */
export const OPCUA_POLICIES = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const
export type OpcuaPolicy = (typeof OPCUA_POLICIES)[number]

/** Ways in which a user signs in at a server, by their numbers. Source: OPC 10000-4 7.42, UserTokenType. */
export const OPCUA_USER_KINDS = ['anonymous', 'username', 'certificate', 'issued_token'] as const
export type OpcuaUserKind = (typeof OPCUA_USER_KINDS)[number]

/** Standing of the certificate of a server here. */
export const OPCUA_TRUSTS = ['trusted', 'rejected'] as const
export type OpcuaTrust = (typeof OPCUA_TRUSTS)[number]

/** Reasons for a server not being connected; `lost` is one that was there. */
export const OPCUA_FAULTS = ['unreachable', 'untrusted', 'refused', 'lost'] as const
export type OpcuaFaultKind = (typeof OPCUA_FAULTS)[number]

/** Times that a reading may have: the source's, the server's, or that at which it came. */
export const OPCUA_TIMES = ['source', 'server', 'arrival'] as const
export type OpcuaTime = (typeof OPCUA_TIMES)[number]

/** One value of a node, as the server has sent it. */
export interface OpcuaValue {
  /** The item that it is of, see `opcuaItemKey`. */
  readonly item: string
  /**
   * Null where there is none, or the type is neither a number, a truth value nor a text. Whole numbers beyond 2^53, NaN and
   * infinite numbers are texts.
   */
  readonly value: number | string | boolean | null
  /** Built-in type by its name in OPC UA; `Double[8]` for an array of eight; `Null` without a value. */
  readonly type: string
  /** StatusCode, 32 bits. */
  readonly status: number
  /** Epoch ms; null where the server gives none. */
  readonly source_ms: number | null
  readonly server_ms: number | null
}

/** The payload of a message of the client, as JSON. */
export type OpcuaMessage = {
  /** When it came, or happened, epoch ms by the clock of the gateway. */
  readonly read_at: number
} & (
  | { readonly values: readonly OpcuaValue[]; readonly history?: true }
  /** The subscription at the server has begun, or is lost. */
  | { readonly connected: boolean }
)

/** One for each server. */
export function opcuaTopic(server: string): string {
  return `opcua/${server}`
}

/** Name of what is monitored: a node, or one element of a node that is an array. */
export function opcuaItemKey(node: string, element: number | undefined): string {
  return element === undefined ? node : `${node}[${element}]`
}

export interface OpcuaItem {
  readonly key: string
  /** As the settings have it, with `ns=` or `nsu=`. */
  readonly node: string
  /** Position in an array, from 0; null for a scalar. */
  readonly element: number | null
  /** Absolute, in the unit of the server; 0 for none. */
  readonly deadband: number
}

/** User at a server; null for anonymous. Secrets are as `readSecret` takes them. */
export type OpcuaUser =
  | { readonly name: string; readonly password: string | null; readonly passwordFile: string | null }
  | { readonly certFile: string; readonly keyFile: string }

/** Subscription to one server: what the configuration says. */
export interface OpcuaPlan {
  readonly id: string
  readonly endpoint: string
  readonly mode: OpcuaMode
  readonly policy: OpcuaPolicy
  readonly applicationUri: string
  readonly user: OpcuaUser | null
  readonly trustsAny: boolean
  readonly samplingMs: number
  readonly publishingMs: number
  /** Values of a node that the server is to keep until they are fetched. */
  readonly queue: number
  readonly timeoutMs: number
  /** A gap is asked for in the history of the server up to this length; 0 for never. */
  readonly historyMs: number
  readonly items: readonly OpcuaItem[]
}
