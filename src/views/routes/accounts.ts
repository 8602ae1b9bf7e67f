import type { AccountChange } from '../../access/account-changes.js'
import { hashPassword, newPassword } from '../../access/password.js'
import { digestOf, newToken } from '../../access/token.js'
import type { AccessAsk, AccessRefusal, AccessReply } from '../access-ask.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { readJson } from '../posted.js'
import { badParameter, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { type AccountWish, accountChanged, accountName, accountsAnswer, accountWish } from '../wire/access.js'

const tags = ['access']
/** A hash takes 32 MiB and a third of a second. */
const HASHES = { atOnce: 1, waitingMax: 4 }

export interface AccessSources {
  /** Answers questions about accounts and credentials, or refuses. */
  access(ask: AccessAsk): Promise<AccessReply>
}

interface AccountSources extends AccessSources {
  readonly gate: { readonly isRequired: boolean }
}

/** An answer, or the problem that stands in its place. */
export function accepted<T extends object>(reply: AccessReply | T): T {
  if (!('refused' in reply)) return reply as T
  const { refused, detail } = reply as AccessRefusal
  throw new ProblemError(refused, detail)
}

/** Routes of the accounts of people: who there is, and each change of one. Secrets are made here, and shown once. */
export function accountRoutes(server: Server, sources: AccountSources): void {
  server.get(
    '/api/v1/accounts',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'Accounts of people, with their roles and the names of their tokens',
        response: { 200: accountsAnswer, 409: problem, 503: problem },
      },
    },
    async () => {
      const { accounts } = accepted<{ accounts: never[] }>(await sources.access({ ask: 'accounts' }))
      return { accounts, required: sources.gate.isRequired }
    },
  )
  const hashes = new ConcurrencyLimit(HASHES)
  server.post(
    '/api/v1/accounts/:name',
    {
      config: { right: 'administer', act: 'people_changed' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Add an account, or change its role, password or tokens, disable, enable or remove it',
        params: accountName,
        body: accountWish,
        response: { 200: accountChanged, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const { name } = request.params
      if (request.body.act === 'add' && name.endsWith(' ')) {
        throw badParameter({
          parameter: 'name',
          received: name,
          expected: 'a name without a space at its end',
          example: 'Li Na',
        })
      }
      request.subject = `${request.body.act} ${name}`
      const { change, secret } = await hashes.take(() => changeOf(request.body))
      const { account } = accepted<{ account: never }>(await sources.access({ ask: 'account', name, change }))
      return { account, secret }
    },
  )
}

/** A change with the secret that it needs. */
async function changeOf(
  wish: AccountWish,
): Promise<{ readonly change: AccountChange; readonly secret: string | null }> {
  switch (wish.act) {
    case 'add':
    case 'password': {
      const secret = newPassword()
      return { change: { ...wish, act: wish.act, hash: await hashPassword(secret) } as AccountChange, secret }
    }
    case 'add_token': {
      const secret = newToken('ggp')
      return { change: { act: 'add_token', token: wish.token, sha256: digestOf(secret) }, secret }
    }
    default:
      return { change: wish as AccountChange, secret: null }
  }
}
