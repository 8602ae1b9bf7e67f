import type { Msg, NatsConnection } from '@nats-io/transport-node'
import { NotNow } from '../../audit/reports/requests.js'
import { MQTT_HEADER, requestSubject } from '../../nats/names.js'
import { ProblemError } from '../../views/problem.js'
import { packed, unpacked } from '../packed.js'
import { type AskedSources, methodsOf } from './methods.js'
import { type OwnerReply, type OwnerRequest, problemOf } from './wire.js'

/** Questions under way at once; further ones are told to come again. */
const UNDER_WAY_MAX = 64

export interface AnswerDeps {
  readonly connection: NatsConnection
  readonly partition: number
  readonly lease: { readonly isHeld: boolean }
  readonly sources: AskedSources
  log(level: 'error', text: string): void
}

/**
 * Answers the questions of viewers about the plants of a partition, as long as its lease is held: who may have lost it is
 * silent. Answers how to stop.
 */
export function answerViewers(deps: AnswerDeps): () => void {
  const { connection, partition, lease, sources, log: say } = deps
  const methods = methodsOf(sources)
  let underWay = 0

  async function replyTo({ method, args }: OwnerRequest): Promise<OwnerReply> {
    const call = methods.get(method)
    if (call === undefined)
      return problemOf(new ProblemError(501, `The owner knows no ${method}: it has another version.`))
    try {
      return { answer: await call(...(args as never[])) }
    } catch (error) {
      if (error instanceof ProblemError) return problemOf(error)
      if (error instanceof NotNow) return { not_now: error.message }
      say('error', `an answer to a viewer failed (${method}): ${error instanceof Error ? error.stack : error}`)
      return problemOf(new ProblemError(500, `The owner of partition ${partition} failed to answer; its log says why.`))
    }
  }

  async function answer(message: Msg): Promise<void> {
    if (!lease.isHeld) return
    if (underWay >= UNDER_WAY_MAX) {
      const detail = `The owner of partition ${partition} has ${UNDER_WAY_MAX} questions to answer; ask again.`
      message.respond(packed(problemOf(new ProblemError(503, detail, undefined, 1))))
      return
    }
    underWay++
    const reply = await replyTo(unpacked(message.data) as OwnerRequest).finally(() => underWay--)
    if (!lease.isHeld) return
    const bytes = packed(reply)
    const most = connection.info?.max_payload ?? Number.POSITIVE_INFINITY
    if (bytes.length <= most) message.respond(bytes)
    else {
      const detail = `The answer has ${bytes.length} bytes, and the NATS servers take ${most} (max_payload): ask for less, or raise it.`
      message.respond(packed(problemOf(new ProblemError(413, detail))))
    }
  }

  const subscription = connection.subscribe(requestSubject(partition), {
    callback: (error, message) => {
      if (error !== null) say('error', `questions of viewers cannot be heard: ${error.message}`)
      // People act by these questions: an MQTT client, which the servers tell apart, is never one of them.
      else if (message.headers?.has(MQTT_HEADER) !== true)
        answer(message).catch((error) => say('error', `a viewer could not be answered: ${error.message}`))
    },
  })
  return () => subscription.unsubscribe()
}
