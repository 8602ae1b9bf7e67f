import type { Dialect } from './dialect.js'
import { Hj212Dialect } from './hj212/dialect.js'
import { Modbus } from './modbus/modbus.js'
import { Opcua } from './opcua/opcua.js'
import { ProfileDialect } from './profile/dialect.js'
import { Sparkplug } from './sparkplug/sparkplug.js'

/** The languages besides our own JSON, in the order in which they are asked whether a message is theirs. */
export function newDialects(): readonly Dialect[] {
  return [new Sparkplug(), new Hj212Dialect(), new Modbus(), new Opcua(), new ProfileDialect()]
}
