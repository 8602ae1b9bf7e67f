import type { OpcuaFaultKind } from '../base/opcua.js'
import type { ProposedNode } from '../decode/opcua/proposed-nodes.js'
import type { OpcuaVariable } from '../intake/opcua/browse.js'
import type { OfferedEndpoint } from '../intake/opcua/offered-endpoints.js'
import type { OpcuaAddress } from '../intake/opcua/open-session.js'

/** Question to a server of OPC UA, for a thread of its own: the library for it is larger than all else of the pipeline. */
export type OpcuaLook = { readonly pkiDir: string } & (
  | {
      readonly what: 'endpoints'
      readonly endpoint: string
      readonly applicationUri: string
      readonly timeoutMs: number
    }
  | { readonly what: 'browse'; readonly address: OpcuaAddress; readonly from: string; readonly variablesMax: number }
)

export type OpcuaLookReply =
  | { readonly endpoints: readonly OfferedEndpoint[] }
  | { readonly variables: readonly OpcuaVariable[]; readonly proposed: readonly ProposedNode[] }
  | { readonly fault: { readonly result: OpcuaFaultKind; readonly detail: string } }
