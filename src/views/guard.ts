import type { FastifyReply, FastifyRequest } from 'fastify'
import { isInjection } from 'light-my-request'
import type { Gate, Visitor } from '../access/gate.js'
import { isOurName } from '../access/our-name.js'
import type { AuditAction, AuditNotes } from '../base/audit-log.js'
import { ACCOUNT_ROLES, type AccountRole, mayDo, type Person, RIGHTS, type Right } from '../base/roles.js'
import type { Connections } from './connections.js'
import { sessionIn } from './cookies.js'
import type { HttpOptions } from './options.js'
import { isFromHere, isOurOrigin } from './origin.js'
import { badParameter, ProblemError } from './problem.js'
import type { Server } from './server.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Right that somebody needs to have it answered; null: none, for nobody is asked who they are. A route says one or the other. */
    right?: Right | null
    /** Answered without that too, by what else the request shows. */
    alsoFor?: (request: FastifyRequest) => boolean
    /** Act that it is in the audit log once it is done. */
    act?: AuditAction
  }
  interface FastifyRequest {
    /** Visitor who asks; null for nobody, where the route asks for no right. */
    visitor: Visitor | null
    /** Words for the audit log on what was done to what, where the path does not say. */
    subject: string
    /** False where the act of the route was only tried or refused, so that the audit log has nothing to say of it. */
    isDone: boolean
  }
}

/** Words of one line of the audit log, and of them those of the path: what was done stands behind it. */
const SUBJECT_LENGTH_MAX = 300
const PATH_LENGTH_MAX = 150
/** Longer than any question of ours. */
const URL_LENGTH_MAX = 4096
/** Types of bodies that a form of a foreign page cannot send without asking first: the other half of the defence besides the origin. */
const OWN_TYPES = ['application/json', 'application/timestamp-reply', 'application/octet-stream']
const CHANGES_NOTHING = ['GET', 'HEAD', 'OPTIONS']

export interface GuardOptions {
  readonly gate: Gate
  readonly http: Pick<HttpOptions, 'host' | 'origins'>
  readonly note: AuditNotes
  readonly connections: Pick<Connections, 'asked' | 'keepAlive'>
}

/** Decides of every request before it is looked at: from which page, by whom, with which right. */
export function guardRoutes(server: Server, { gate, http, note, connections }: GuardOptions): void {
  const { origins } = http
  server.decorateRequest('visitor', null)
  server.decorateRequest('subject', '')
  server.decorateRequest('isDone', true)
  server.addHook('onRoute', (route) => {
    const { url, method, config } = route
    if (config?.right !== undefined) return
    // Routes of plugins name no right: the page of the API, and files of the pages, which anybody may read.
    if (url === '/docs' || url.startsWith('/docs/')) route.config = { ...config, right: 'view' }
    else if (url === '/' || url === '/*') route.config = { ...config, right: null }
    else throw new Error(`the route ${method} ${url} does not say which right it needs: config: { right }`)
  })
  server.addHook('onRequest', async (request, reply) => {
    const { raw } = request
    if (request.url.length > URL_LENGTH_MAX)
      throw new ProblemError(414, `An address has at most ${URL_LENGTH_MAX} characters.`)
    if (!gate.isRequired && !isOurName(raw, http.host, origins)) {
      throw new ProblemError(
        421,
        `This is not ${raw.headers.host ?? ''}: list the name that pages are asked under in http.origins, or require people to sign in (auth.required).`,
      )
    }
    const isChange = !CHANGES_NOTHING.includes(request.method)
    if (isChange && !isOurOrigin(raw, origins)) {
      void note({
        act: 'refused',
        actor: '',
        subject: shortened(`${request.method} ${pathOf(request)} of the origin ${raw.headers.origin}`),
      })
      throw new ProblemError(403, 'A page of another origin may not change anything here.')
    }
    if (request.is404) return
    const { right = null, alsoFor } = request.routeOptions.config
    request.visitor = visitorOf(gate, request)
    if (!isInjection(raw)) {
      connections.asked(raw.socket, holderOf(request.visitor))
      reply.header('keep-alive', `timeout=${connections.keepAlive(raw.socket).saidMs / 1000}`)
    }
    if (request.visitor?.by === 'cookie' && isChange) refuseForeignForm(request)
    if (right === null || alsoFor?.(request) === true) return
    if (request.visitor === null) throw unknown(reply, raw.headers.authorization)
    const { person } = request.visitor
    if (mayDo(person.role, right)) return
    void note({ act: 'refused', actor: person.name, subject: shortened(`${request.method} ${pathOf(request)}`) })
    throw new ProblemError(403, sentenceOf(person.role, right))
  })
  // An act stands in the audit log when its answer comes, so that whoever has the answer can look it up.
  server.addHook('onSend', async (request, reply) => {
    const { act } = request.is404 ? {} : request.routeOptions.config
    if (act === undefined || !request.isDone || request.visitor === null || reply.statusCode >= 300) return
    const subject = `${request.method} ${pathOf(request)} ${request.subject}`.trim()
    await note({ act, actor: request.visitor.person.name, subject: shortened(subject) })
  })
  server.addHook('onResponse', async (request) => {
    const { socket } = request.raw
    // A tool of an assistant asks on the connection of the assistant, which is looked at with the message itself.
    if (!isInjection(request.raw) && !socket.destroyed) socket.setTimeout(connections.keepAlive(socket).ms)
  })
}

/** Finds who asks, by bearer token or else by session; null when that is nobody. */
export function visitorOf(gate: Gate, { raw }: Pick<FastifyRequest, 'raw'>): Visitor | null {
  const open = gate.open()
  if (open !== null) return open
  const bearer = /^Bearer ([\w-]{1,200})$/i.exec(raw.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return gate.byToken(bearer, isFromHere(raw))
  const session = sessionIn(raw)
  return session === undefined ? null : gate.bySession(session)
}

/** The account that a connection belongs to from now on; null when nobody has shown who they are. */
function holderOf(visitor: Visitor | null): string | null {
  if (visitor === null || visitor.by === 'open') return null
  return visitor.by === 'machine' ? 'this machine' : visitor.person.name
}

/** Person who asks, on a route that asks for a right. */
export function personOf(request: Pick<FastifyRequest, 'visitor'>): Person {
  const { visitor } = request
  if (visitor === null) throw new Error('nobody was asked who they are')
  return visitor.person
}

/**
 * Name to be written down for what a request does: whoever has signed in, and else who the body says it is.
 * Throws the 400 for a body that says somebody else, or nobody where somebody is needed.
 * @param member of the body
 */
export function actorOf(
  request: Pick<FastifyRequest, 'visitor'>,
  member: string,
  said: string | undefined,
): string | null {
  const { name } = personOf(request)
  if (name === '') return said ?? null
  if (said === undefined || said === name) return name
  const fault = { parameter: member, received: said, expected: `nothing, or ${name}, who has signed in`, example: name }
  throw new ProblemError(
    400,
    `${member} is ${JSON.stringify(said.slice(0, 100))}, but ${name} has signed in: leave it out.`,
    fault,
  )
}

/** The account that is signed in, or whose token asks; null where nobody has to say who they are, and for commands of this machine. */
export function accountOf(request: Pick<FastifyRequest, 'visitor'>): string | null {
  const { name } = personOf(request)
  return name === '' ? null : name
}

/** The same where somebody has to be named. */
export function namedActor(request: Pick<FastifyRequest, 'visitor'>, member: string, said: string | undefined): string {
  const actor = actorOf(request, member, said)
  if (actor !== null) return actor
  throw badParameter({ parameter: member, expected: 'a text of 1 to 64 characters', example: '' })
}

function refuseForeignForm({ headers }: FastifyRequest): void {
  if (headers.origin === undefined) {
    throw new ProblemError(
      403,
      'With a session only pages change something, and they say their origin; programs use a token (Authorization: Bearer).',
    )
  }
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (hasBody && !OWN_TYPES.includes(type ?? '')) {
    throw new ProblemError(415, `The body is ${OWN_TYPES.join(' or ')}, and says so in Content-Type.`)
  }
}

function unknown(reply: FastifyReply, authorization: string | undefined): ProblemError {
  // Not Basic: a browser would ask for a password in a window of its own.
  reply.header('www-authenticate', authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"')
  const remedy = 'Sign in at /, or send a token of greengauge user token add as Authorization: Bearer.'
  return new ProblemError(
    401,
    authorization === undefined
      ? `Nobody is signed in. ${remedy}`
      : `The token is not valid here, or no longer. ${remedy}`,
  )
}

function sentenceOf(role: AccountRole, right: Right): string {
  const who = (Object.keys(ACCOUNT_ROLES) as AccountRole[]).filter((one) => mayDo(one, right))
  return `This needs the right ${right} (${RIGHTS[right]}), which ${who.join(' and ')} ${who.length === 1 ? 'has' : 'have'}; the role here is ${role}.`
}

function pathOf({ url }: FastifyRequest): string {
  return shortened(url.split('?', 1)[0] ?? '', PATH_LENGTH_MAX)
}

function shortened(text: string, lengthMax = SUBJECT_LENGTH_MAX): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text
}
