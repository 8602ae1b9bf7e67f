import type { OpcuaTrust } from '../../../src/base/opcua.js'
import type {
  OpcuaAnswer,
  OpcuaBrowseAnswer,
  OpcuaCertificate,
  OpcuaEndpointsAnswer,
  OpcuaVariableItem,
} from '../../../src/views/wire/opcua.js'
import { post } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'

const EVERY_MS = 5_000
/** A server is given up after a minute. */
const LOOK_MS = 75_000

export const useOpcua = (changes: number) => usePolled<OpcuaAnswer>('/opcua', EVERY_MS, changes)

export const trustCertificate = (sha256: string, trust: OpcuaTrust) =>
  post<OpcuaCertificate>('/opcua/certificates', { sha256, trust })

export const askEndpoints = (endpoint: string) => post<OpcuaEndpointsAnswer>('/opcua/endpoints', { endpoint }, LOOK_MS)

/** Address and security of a server, with whom one is there. */
export interface BrowseWish {
  readonly endpoint: string
  readonly security_mode: string
  readonly security_policy: string
  readonly username?: string
  readonly password?: string
  readonly from: string
}

/** Variables of a server, and how it was asked. */
export interface Seen {
  readonly wish: BrowseWish
  readonly variables: readonly OpcuaVariableItem[]
  readonly more: boolean
}

export const browseServer = (wish: BrowseWish) => post<OpcuaBrowseAnswer>('/opcua/browse', wish, LOOK_MS)
