import type { Dialect } from './dialect.js'
import { Hj212Dialect } from './hj212/dialect.js'

/** The languages besides our own JSON, in the order in which they are asked whether a message is theirs. */
export function newDialects(): readonly Dialect[] {
  return [new Hj212Dialect()]
}
