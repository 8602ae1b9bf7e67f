import type { Dialect } from './dialect.js'
import { Modbus } from './modbus/modbus.js'

/** The languages besides our own JSON, in the order in which they are asked whether a message is theirs. */
export function newDialects(): readonly Dialect[] {
  return [new Modbus()]
}
