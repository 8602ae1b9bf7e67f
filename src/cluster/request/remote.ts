import { type AnswerOf, type ArgsOf, ONE_OWNER, type OneOwnerMethod, type PartitionChoice } from './methods.js'
import type { OwnerClient } from './owner-client.js'

/** The questions that one owner answers, as functions of this process. */
export type RemoteSources = { readonly [M in OneOwnerMethod]: (...args: ArgsOf<M>) => Promise<AnswerOf<M>> }

/** Passes each question to its owner. A function rejects with what the owner throws, and with 503 where there is none. */
export function remoteSources(owners: Pick<OwnerClient, 'request'>, places: PartitionChoice): RemoteSources {
  const questions = Object.entries(ONE_OWNER) as [
    OneOwnerMethod,
    (places: PartitionChoice, ...args: unknown[]) => number,
  ][]
  const functions = questions.map(([method, placeOf]) => {
    const question = async (...args: unknown[]) => owners.request(placeOf(places, ...args), method, ...(args as never))
    return [method, question] as const
  })
  return Object.fromEntries(functions) as unknown as RemoteSources
}
