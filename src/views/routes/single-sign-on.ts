import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Gate } from '../../access/gate.js'
import { originOf } from '../../access/places/origin.js'
import { PENDING_MS } from '../../access/single-sign-on/pending.js'
import type { SingleSignOn } from '../../access/single-sign-on/provider.js'
import { SignOnFault } from '../../access/single-sign-on/sign-on-fault.js'
import type { AuditNotes } from '../../base/audit-log.js'
import type { SignOnFaultKind } from '../../base/sign-on-faults.js'
import type { AccessAsk, AccessReply } from '../access-ask.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { giveSessionAt, giveSignOn, sessionIn, signOnIn, takeSignOn } from '../cookies.js'
import { ProblemError, problem } from '../problem.js'
import { Seldom } from '../seldom.js'
import type { Server } from '../server.js'
import { signOnAccount } from '../sign-on-account.js'

const tags = ['access']
/** Part of an address behind `#` that a page of ours may have; anything else leads to the first page. */
const PAGE = /^#\/[\x21-\x7e]{0,500}$/
/** Answers of the provider that are proved at once, and that wait for it. */
const PROOFS = { atOnce: 4, waitingMax: 200 }
const LOGOUT_TOKEN_LENGTH_MAX = 10_000

export interface SignOnSources {
  readonly gate: Gate
  readonly note: AuditNotes
  access(ask: AccessAsk): Promise<AccessReply>
}

interface SignOnDeps extends SignOnSources {
  readonly singleSignOn: SingleSignOn
  warn(fault: SignOnFault): void
}

/** Routes by which a browser goes to the OpenID provider and comes back, and by which the provider ends sessions. */
export function singleSignOnRoutes(server: Server, sources: SignOnSources, singleSignOn: SingleSignOn | null): void {
  const seldom = new Seldom<SignOnFaultKind>()
  const depsOf = (request: FastifyRequest): SignOnDeps => {
    if (singleSignOn === null || !sources.gate.isRequired) {
      throw new ProblemError(
        409,
        'Nobody signs in by a provider here: auth.oidc is not set, or auth.required is false.',
      )
    }
    const warn = ({ kind, message: reason }: SignOnFault) => {
      // Anybody may ask, as often as they like.
      if (seldom.isDue(kind)) request.log.warn({ reason }, 'single sign-on was refused')
    }
    return { ...sources, singleSignOn, warn }
  }
  const proofs = new ConcurrencyLimit(PROOFS)
  server.get(
    '/api/v1/session/oidc',
    {
      config: { right: null },
      schema: {
        tags,
        summary: 'Go to the OpenID provider to sign in; for browsers',
        querystring: z.object({ to: z.string().max(1000).optional().describe('page to go to afterwards: #/…') }),
        response: { 303: z.null(), 409: problem },
      },
    },
    async (request, reply) => begin(depsOf(request), request, reply, request.query.to ?? ''),
  )
  server.get(
    '/api/v1/session/oidc/callback',
    {
      config: { right: null },
      schema: {
        tags,
        summary: 'Come back from the OpenID provider: a session, in a cookie',
        response: { 303: z.null(), 409: problem },
      },
    },
    async (request, reply) => {
      const deps = depsOf(request)
      return proofs
        .take(() => finish(deps, request, reply))
        .catch((error) => leave(deps, request, reply, { fault: faultOf(error), to: '#/' }))
    },
  )
  server.post(
    '/api/v1/session/oidc/logout',
    {
      config: { right: null },
      schema: {
        tags,
        summary: 'The OpenID provider ends sessions (back-channel logout)',
        response: { 200: z.null(), 400: problem, 409: problem, 503: problem },
      },
    },
    async (request, reply) => {
      const { gate, singleSignOn } = depsOf(request)
      reply.header('cache-control', 'no-store')
      const ended = await proofs
        .take(() => singleSignOn.ended(logoutTokenIn(request)))
        .catch((error) => {
          if (!(error instanceof SignOnFault)) throw error
          throw new ProblemError(error.kind === 'invalid' ? 400 : 503, `Nobody was signed out: ${error.message}.`)
        })
      gate.endSignOns(singleSignOn.options.issuer, ended)
      return reply.code(200).send(null)
    },
  )
}

async function begin(deps: SignOnDeps, request: FastifyRequest, reply: FastifyReply, said: string) {
  const to = PAGE.test(said) ? said : '#/'
  try {
    const { url, token } = await deps.singleSignOn.begin(to, originOf(request.ip).network)
    giveSignOn(reply, isSecure(deps), token, PENDING_MS)
    return reply.header('cache-control', 'no-store').redirect(url, 303)
  } catch (error) {
    return leave(deps, request, reply, { fault: faultOf(error), to })
  }
}

async function finish(deps: SignOnDeps, request: FastifyRequest, reply: FastifyReply) {
  const { gate, singleSignOn } = deps
  const { issuer } = singleSignOn.options
  const token = signOnIn(request.raw, isSecure(deps))
  takeSignOn(reply, isSecure(deps))
  const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
  const { person, to } = await singleSignOn.finish({ token, search }).catch((error) => {
    // Whoever has lost every role at the provider keeps no session of an earlier one.
    if (error instanceof SignOnFault && error.subject !== null) {
      gate.endSignOns(issuer, { subject: error.subject, sid: null })
    }
    throw error
  })
  const account = await signOnAccount(deps, issuer, person)
  const session = await gate.signOn({ issuer, subject: person.subject }, person.sid, request.ip)
  if (session === null) throw new SignOnFault('disabled', `the account ${account.name} is disabled or gone`)
  const before = sessionIn(request.raw)
  if (before !== undefined) gate.signOut(before)
  giveSessionAt(reply, isSecure(deps), session, gate.sessionMaxMs)
  return leave(deps, request, reply, { fault: null, to })
}

/** Sends the browser to a page; the kind of a fault stands in the address, its words are the page's. */
function leave(
  deps: SignOnDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { fault, to }: { readonly fault: SignOnFault | null; readonly to: string },
) {
  if (fault !== null) {
    deps.gate.signOnRefused(`${request.ip}, by single sign-on: ${fault.kind}`)
    deps.warn(fault)
  }
  const query = fault === null ? '' : `?sign_on=${fault.kind satisfies SignOnFaultKind}`
  return reply.header('cache-control', 'no-store').redirect(deps.singleSignOn.urlOf(`/${query}${to}`), 303)
}

function faultOf(error: unknown): SignOnFault {
  if (error instanceof SignOnFault) return error
  return new SignOnFault('busy', error instanceof Error ? error.message : String(error))
}

/** A body of `application/x-www-form-urlencoded` with the token, as providers send it. */
function logoutTokenIn({ body }: FastifyRequest): string {
  const form = new URLSearchParams(Buffer.isBuffer(body) ? body.toString() : '')
  const token = form.get('logout_token') ?? ''
  if (token !== '' && token.length <= LOGOUT_TOKEN_LENGTH_MAX) return token
  throw new SignOnFault('invalid', 'the body is a form with a logout_token')
}

function isSecure({ singleSignOn }: SignOnDeps): boolean {
  return singleSignOn.options.public_url.startsWith('https:')
}
