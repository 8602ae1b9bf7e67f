import type { AccountChange } from '../access/account-changes.js'
import type { AccountChanged, AccountsAnswer, ClientChanged, ClientsAnswer, ClientWish } from './wire/access.js'

/** A refusal in place of an answer, by the status that it has over HTTP. */
export interface AccessRefusal {
  readonly refused: 400 | 404 | 409 | 503
  readonly detail: string
}

/** Questions about the lists of the data directory, and changes of them. */
export type AccessAsk =
  | { readonly ask: 'accounts' }
  | { readonly ask: 'account'; readonly name: string; readonly change: AccountChange }
  | { readonly ask: 'clients' }
  | { readonly ask: 'client'; readonly client: string; readonly wish: ClientWish }

export type AccessReply =
  | AccessRefusal
  | Pick<AccountsAnswer, 'accounts'>
  | Pick<AccountChanged, 'account'>
  | ClientsAnswer
  | ClientChanged

/** A node of a cluster has the lists of its machine, which the others do not see. */
export const LISTS_NOT_HERE: AccessRefusal = {
  refused: 409,
  detail: 'In a cluster each node has lists of its own: change them where they are, with greengauge user and device.',
}
