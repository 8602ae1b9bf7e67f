import { z } from 'zod'
import type { AccountChange } from '../../access/account-changes.js'
import type { Gate } from '../../access/gate.js'
import { hashPassword, PASSWORD_LENGTH, passwordProblem } from '../../access/password.js'
import { mayDo, type Person } from '../../base/roles.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { sessionIn } from '../cookies.js'
import { readJson } from '../posted.js'
import { badParameter, notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { sessionsAnswer } from '../wire/access.js'
import { type AccessSources, accepted } from './accounts.js'

const tags = ['access']
const password = z.string().max(PASSWORD_LENGTH.max)
/** Two hashes a change, of 32 MiB and a third of a second each. */
const HASHES = { atOnce: 1, waitingMax: 4 }

interface SessionSources extends AccessSources {
  readonly gate: Pick<Gate, 'isRequired' | 'openSessions' | 'endSession' | 'sessionId' | 'provenHash' | 'beginSignIn'>
}

/** Routes for who is signed in: their open sessions, of everybody for administrators, and a new password of their own. */
export function openSessionRoutes(server: Server, sources: SessionSources): void {
  const { gate } = sources
  server.get(
    '/api/v1/sessions',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Open sessions of the one who asks; of everybody for who may administer',
        response: { 200: sessionsAnswer },
      },
    },
    (request) => {
      const token = sessionIn(request.raw)
      const own = token === undefined ? null : gate.sessionId(token)
      const sessions = gate.openSessions(seenBy(personOf(request))).map(({ id, name, sinceMs, seenMs }) => {
        return { id, name, since: timeOf(sinceMs), seen: timeOf(seenMs), own: id === own }
      })
      return { sessions }
    },
  )
  server.post(
    '/api/v1/sessions/:id/end',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'End an open session: one of your own, or any for who may administer',
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.null(), 403: problem, 404: problem },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      if (!gate.endSession(request.params.id, seenBy(person), person.name)) throw notFound('There is no such session.')
      return reply.code(204).send(null)
    },
  )
  passwordRoute(server, sources)
}

function passwordRoute(server: Server, sources: SessionSources): void {
  const { gate } = sources
  const hashes = new ConcurrencyLimit(HASHES)
  server.post(
    '/api/v1/session/password',
    {
      config: { right: 'view', act: 'people_changed' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Give yourself another password: all your sessions end, this one too',
        body: z.strictObject({ current: password, password }),
        response: { 204: z.null(), 400: problem, 403: problem, 409: problem, 429: problem, 503: problem },
      },
    },
    async (request, reply) => {
      const { name } = personOf(request)
      if (!gate.isRequired || name === '') throw new ProblemError(409, 'Nobody is signed in who could have a password.')
      const fault = passwordProblem(request.body.password, name)
      if (fault !== null)
        throw badParameter({ parameter: 'password', expected: fault, example: 'four-words-you-remember' })
      request.subject = `own password of ${name}`
      const change = await hashes.take(async (): Promise<AccountChange> => {
        const waitMs = gate.beginSignIn(name, request.ip)
        const seconds = Math.ceil(waitMs / 1000)
        if (waitMs > 0)
          throw new ProblemError(
            429,
            `There were too many wrong passwords: try again in ${seconds} s.`,
            undefined,
            seconds,
          )
        const before = await gate.provenHash(name, request.body.current, request.ip)
        if (before === null) throw new ProblemError(403, 'The password until now is another one.')
        return { act: 'password', before, hash: await hashPassword(request.body.password) }
      })
      accepted(await sources.access({ ask: 'account', name, change }))
      return reply.code(204).send(null)
    },
  )
}

function personOf({ visitor }: { readonly visitor: { readonly person: Person } | null }): Person {
  return visitor!.person
}

/** Name whose sessions somebody sees; null for everybody's. */
function seenBy({ name, role }: Person): string | null {
  return mayDo(role, 'administer') ? null : name
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
