import { z } from 'zod'
import { type Gate, NotRecorded, type Visitor } from '../../access/gate.js'
import { PASSWORD_LENGTH } from '../../access/password.js'
import { KnownHosts } from '../../access/places/known-hosts.js'
import { type Origin, originOf } from '../../access/places/origin.js'
import type { SingleSignOn } from '../../access/single-sign-on/provider.js'
import { TICKET_S } from '../../access/tickets.js'
import { ACCOUNT_ROLES } from '../../base/roles.js'
import { giveSession, sessionIn, takeSession } from '../cookies.js'
import { FairConcurrencyLimit, type Requester } from '../fair-concurrency-limit.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { type SessionAnswer, sessionAnswer, ticketAnswer } from '../wire/session.js'

const tags = ['access']

/** A hash takes 32 MiB and a third of a second of a thread that files are read by too. */
const HASHES = { atOnce: 2, waitingMax: 120, waitingOfNetworkMax: 100, waitingOfHostMax: 3 }

const signInBody = z.strictObject({
  name: z.string('a name').max(64, 'a name of at most 64 characters'),
  password: z.string('a password').max(PASSWORD_LENGTH.max, `a password of at most ${PASSWORD_LENGTH.max} characters`),
})

/**
 * Signing in and out, who one is, and tickets for the feed.
 * @param dropped somebody is not signed in because too many want to be
 * @param singleSignOn provider by which people may sign in too; null for none
 */
export function sessionRoutes(
  server: Server,
  gate: Gate,
  origins: readonly string[],
  dropped: (address: string) => void,
  singleSignOn: SingleSignOn | null,
): void {
  const offer = offerOf(singleSignOn)
  server.get(
    '/api/v1/session',
    {
      config: { right: null },
      schema: { tags, summary: 'Who asks, and what they may do', response: { 200: sessionAnswer } },
    },
    ({ visitor }) => ({ ...answerFor(gate, visitor), ...offer }),
  )
  signInRoute(server, gate, origins, dropped)
  server.delete(
    '/api/v1/session',
    { config: { right: null }, schema: { tags, summary: 'Sign out', response: { 204: z.null(), 403: problem } } },
    async (request, reply) => {
      const session = sessionIn(request.raw)
      if (session !== undefined) gate.signOut(session)
      takeSession(reply, request.raw)
      return reply.code(204).send(null)
    },
  )
  server.post(
    '/api/v1/tickets',
    {
      config: { right: 'view' },
      schema: { tags, summary: 'A ticket for one feed, /ws/v1?ticket=…', response: { 200: ticketAnswer } },
    },
    ({ visitor }) => ({ ticket: gate.ticketFor(visitor as Visitor), expires_in_s: TICKET_S }),
  )
}

function signInRoute(server: Server, gate: Gate, origins: readonly string[], dropped: (address: string) => void): void {
  const hashes = new FairConcurrencyLimit({ ...HASHES, dropped: ({ address }) => dropped(address) })
  const knownNetworks = new KnownHosts()
  server.post(
    '/api/v1/session',
    {
      config: { right: null },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Sign in by name and password: a session, in a cookie',
        body: signInBody,
        response: {
          200: sessionAnswer,
          400: problem,
          401: problem,
          403: problem,
          409: problem,
          429: problem,
          503: problem,
        },
      },
    },
    async (request, reply) => {
      if (!gate.isRequired) throw new ProblemError(409, 'Nobody has to sign in here: auth.required is false.')
      const { name: said, password } = request.body
      const name = said.normalize('NFC')
      refuseTooOften(gate.signInWaitMs(name, request.ip))
      const token = await hashes
        .take(requesterOf(knownNetworks, request.visitor, request.ip, name), () => {
          // Counted from here on: those who wait have tried nothing yet.
          refuseTooOften(gate.beginSignIn(name, request.ip))
          return gate.signIn(name, password, request.ip)
        })
        .catch((error) => {
          throw error instanceof NotRecorded ? new ProblemError(503, error.message) : error
        })
      const visitor = token === null ? null : gate.bySession(token)
      if (token === null || visitor === null) {
        throw new ProblemError(401, 'The name or the password is wrong, or the account is disabled.')
      }
      knownNetworks.remember(networkOf(originOf(request.ip)))
      const before = sessionIn(request.raw)
      if (before !== undefined) gate.signOut(before)
      giveSession(reply, request.raw, origins, token, gate.sessionMaxMs)
      return answerFor(gate, visitor)
    },
  )
}

/**
 * Somebody who is signed in already, as when a password is asked for again, or comes from where somebody has signed in, goes
 * first.
 */
function requesterOf(knownNetworks: KnownHosts, visitor: Visitor | null, ip: string, said: string): Requester {
  const { host, network } = originOf(ip)
  if (visitor !== null) {
    const account = `account:${encodeURIComponent(visitor.person.name)}`
    return { origin: { host: account, network: account }, address: host, isKnown: true }
  }
  // Behind one address may be a whole shift: each name that is said has a line of its own, whether there is such an account or not.
  const isKnown = knownNetworks.has({ host: network, network })
  return { origin: { host: `${host} ${said.toLowerCase()}`, network }, address: host, isKnown }
}

/** Way to the provider, for the page on which people sign in. */
function offerOf(singleSignOn: SingleSignOn | null): Pick<SessionAnswer, 'single_sign_on'> {
  if (singleSignOn === null) return {}
  return { single_sign_on: { label: singleSignOn.options.label, url: singleSignOn.urlOf('/api/v1/session/oidc') } }
}

function answerFor(gate: Gate, visitor: Visitor | null): SessionAnswer {
  const { name, role } = visitor?.person ?? { name: '', role: null }
  return { name, role, rights: role === null ? [] : ACCOUNT_ROLES[role], required: gate.isRequired }
}

function refuseTooOften(waitMs: number): void {
  if (waitMs === 0) return
  const seconds = Math.ceil(waitMs / 1000)
  const detail = `There were too many wrong names or passwords from here: try again in ${seconds} s.`
  throw new ProblemError(429, detail, undefined, seconds)
}

/** A person's address changes within its network. */
function networkOf({ network }: Origin): Origin {
  return { host: network, network }
}
