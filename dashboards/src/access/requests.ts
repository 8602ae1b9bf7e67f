import type {
  AccountChanged,
  AccountsAnswer,
  AccountWish,
  ClientChanged,
  ClientsAnswer,
  ClientWish,
  SessionsAnswer,
} from '../../../src/views/wire/access.js'
import type { ConfigAnswer } from '../../../src/views/wire/configuration.js'
import { post } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'

/** Others may change the lists too, and a change is in force within a second. */
const EVERY_MS = 15_000

export const useAccounts = (changes: number) => usePolled<AccountsAnswer>('/accounts', EVERY_MS, changes)
export const useClients = (changes: number) => usePolled<ClientsAnswer>('/mqtt-clients', EVERY_MS, changes)
export const useConfig = (changes: number) => usePolled<ConfigAnswer>('/config', EVERY_MS, changes)
export const useSessions = (changes: number) => usePolled<SessionsAnswer>('/sessions', EVERY_MS, changes)

export const changeAccount = (name: string, wish: AccountWish) =>
  post<AccountChanged>(`/accounts/${encodeURIComponent(name)}`, wish)
export const changeClient = (client: string, wish: ClientWish) =>
  post<ClientChanged>(`/mqtt-clients/${encodeURIComponent(client)}`, wish)
export const endSession = (id: string) => post<null>(`/sessions/${id}/end`, {})
export const changePassword = (current: string, password: string) =>
  post<null>('/session/password', { current, password })
